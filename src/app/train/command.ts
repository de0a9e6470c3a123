import { modelNames, recipeOf } from "../../models/index.ts";
import { lossFlags } from "./options/loss.ts";
import { optimizerFlags } from "./options/optimizer.ts";
import { scheduleFlags } from "./options/schedule.ts";
import { stoppingFlags } from "./options/stopping.ts";
import { type TrainSettings, askedValidation } from "./settings.ts";

/** What the command line is written for. */
interface Written {
  /** How the reader starts the program. */
  readonly invocation: string;
  /** Path of the run's config.json. */
  readonly config: string;
}

/**
 * The command line that trains the same model again: with every setting that decides the outcome, or with the run's config.json where
 * settings have no option, or would be read from files that may change.
 */
export const commandOf = (settings: TrainSettings, { invocation, config }: Written): string =>
  isAllInOptions(settings)
    ? `${invocation} train ${optionsOf(settings)}`
    : `${invocation} train ${quoted(settings.data)} --config ${quoted(config)}`;

function isAllInOptions({ modelName, modelFrom, augment, normalise, lengths }: TrainSettings): boolean {
  const isNamed = modelFrom === undefined && modelNames.includes(modelName);
  return (
    isNamed &&
    lengths === undefined &&
    typeof augment === "string" &&
    normalise === recipeOf(modelName).normalise
  );
}

function optionsOf(settings: TrainSettings): string {
  const {
    data,
    modelName,
    size,
    range,
    epochs,
    batchSize,
    optimizer,
    schedule,
    classWeights,
    sampling,
    mixup,
    cutmix,
    augment,
    batchNormStatistics,
    seed,
    split,
    validation,
    groupPattern,
    splitFile = split,
    folds,
    ensemble,
    classFolders,
    mergeClasses,
    detect,
    exact,
  } = settings;
  const recipe = recipeOf(modelName);
  const options: Readonly<Record<string, string | number | true>> = {
    model: modelName,
    size,
    ...(range && { range: `${range.min}-${range.max}` }),
    epochs,
    batch: batchSize,
    ...optimizerFlags(optimizer, recipe),
    ...scheduleFlags(schedule, recipe),
    ...(sampling !== undefined && { sampling }),
    ...lossFlags(settings, recipe),
    ...(mixup !== undefined && { mixup }),
    ...(cutmix !== undefined && { cutmix }),
    ...(classWeights !== undefined && {
      "class-weights": typeof classWeights === "string" ? classWeights : JSON.stringify(classWeights),
    }),
    ...(typeof augment === "string" && { augment }),
    split: splitFile,
    ...askedValidation({ split, validation, folds }),
    ...stoppingFlags(settings),
    ...(batchNormStatistics === "moving" && { "batch-norm-statistics": batchNormStatistics }),
    ...(groupPattern !== undefined && { "group-pattern": groupPattern }),
    ...(classFolders !== undefined && { "class-folders": classFolders }),
    seed,
  };
  const written = Object.entries(options).map(([name, value]) =>
    value === true ? `--${name}` : `--${name} ${quoted(String(value))}`,
  );
  return [
    quoted(data),
    ...written,
    ...(ensemble ? ["--ensemble"] : []),
    ...(mergeClasses ? ["--merge-classes"] : []),
    ...(detect ? [] : ["--no-detect"]),
    ...(exact ? ["--exact"] : []),
  ].join(" ");
}

/** As every shell reads it. */
export const quoted = (text: string): string =>
  /^[\w@%+=:,./\\-]+$/.test(text) ? text : `"${text.replace(/["\\$`]/g, "\\$&")}"`;
