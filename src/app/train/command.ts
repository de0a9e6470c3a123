import { modelNames, recipeOf } from "../../models/index.ts";
import { optimizerFlags } from "./options/optimizer.ts";
import { scheduleFlags } from "./options/schedule.ts";
import { stoppingFlags } from "./options/stopping.ts";
import type { TrainSettings } from "./settings.ts";

/** The command line that trains the same model again, with every setting that decides the outcome. */
export function commandOf(settings: TrainSettings, invocation: string): string {
  const {
    data,
    modelName,
    modelFrom,
    size,
    range,
    epochs,
    batchSize,
    optimizer,
    schedule,
    classWeights,
    sampling,
    augment,
    // Whoever was given steps without a file has them in config.json.
    augmentFile = typeof augment === "string" ? augment : "augment.json",
    seed,
    split,
    validation,
    groupPattern,
    splitFile = split,
    folds,
    classFolders,
    mergeClasses,
    detect,
    exact,
  } = settings;
  const recipe = recipeOf(modelNames.includes(modelName) ? modelName : "plain4");
  const options: Readonly<Record<string, string | number | true>> = {
    model: modelFrom ?? (modelNames.includes(modelName) ? modelName : `${modelName}.json`),
    size,
    ...(range && { range: `${range.min}-${range.max}` }),
    epochs,
    batch: batchSize,
    ...optimizerFlags(optimizer, recipe),
    ...scheduleFlags(schedule, recipe),
    ...(sampling !== undefined && { sampling }),
    ...(classWeights !== undefined && {
      "class-weights": typeof classWeights === "string" ? classWeights : JSON.stringify(classWeights),
    }),
    augment: augmentFile,
    split: splitFile,
    ...(folds === undefined ? { validation } : { folds }),
    ...stoppingFlags(settings),
    ...(groupPattern !== undefined && { "group-pattern": groupPattern }),
    ...(classFolders !== undefined && { "class-folders": classFolders }),
    seed,
  };
  const written = Object.entries(options).map(([name, value]) =>
    value === true ? `--${name}` : `--${name} ${quoted(String(value))}`,
  );
  return [
    `${invocation} train`,
    quoted(data),
    ...written,
    ...(mergeClasses ? ["--merge-classes"] : []),
    ...(detect ? [] : ["--no-detect"]),
    ...(exact ? ["--exact"] : []),
  ].join(" ");
}

/** As every shell reads it. */
const quoted = (text: string): string =>
  /^[\w@%+=:,./\\-]+$/.test(text) ? text : `"${text.replace(/["\\$`]/g, "\\$&")}"`;
