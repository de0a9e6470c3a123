import { augmentSteps } from "../../../data/index.ts";
import { jsonText } from "../../files/json.ts";
import { normaliseOf, sourcesOf } from "../dataParts.ts";
import { runFiles } from "../../files/runFolder.ts";
import { chooseAugmentation } from "../augmentation.ts";
import type { TrainSettings } from "../settings.ts";
import type { DataSplit, Fitted, Grouped, Training } from "../types.ts";

/** Makes the sets ready for batches, with statistics of the training set alone, and writes what a rerun needs. */
export async function prepareTraining(grouped: Grouped, split: DataSplit): Promise<Training> {
  const { dataset, backend } = grouped;
  const { augment } = grouped.task.settings;
  const chosen =
    augment === "auto" ? await chooseAugmentation(dataset, split.parts.train) : { name: augment };
  const settings: TrainSettings = { ...grouped.task.settings, augment: chosen.name };
  const task = { ...grouped.task, settings };
  const normalise = normaliseOf(dataset.prepared, split.parts, settings);
  const training: Training = {
    task,
    dataset,
    split,
    backend,
    ...("choice" in chosen && { augmentation: chosen.choice }),
    sources: sourcesOf(dataset.prepared, split.parts, { normalise, settings }),
    transforms: [...dataset.prepare, ...augmentSteps(settings.augment), ...normalise],
  };
  if (!task.resumed) await writeBeginning(training);
  return training;
}

/** The training as it became: where its length changed on the way, config.json says how, so that it gives the same bits again. */
export async function withLengths(training: Training, { end }: Pick<Fitted, "end">): Promise<Training> {
  const { lengths } = end;
  if (lengths.length === 0) return training;
  const settings = { ...training.task.settings, lengths };
  const changed = { ...training, task: { ...training.task, settings } };
  await writeConfig(changed);
  return changed;
}

/** config.json and split.csv: all that is needed to run it again. */
async function writeBeginning(training: Training): Promise<void> {
  await writeConfig(training);
  await training.task.run.write(runFiles.split, training.split.csv);
}

async function writeConfig({ task, dataset, split, backend }: Training): Promise<void> {
  const { settings, run } = task;
  const { source, photographs } = dataset.grouping;
  const { folds } = split;
  const receipt = {
    arithmetic: backend.arithmetic,
    groupSource: source,
    ...(photographs !== undefined && { photographs }),
  };
  const written = { format: "fovea-run", ...settings, ...(folds > 0 && { folds }), ...receipt };
  await run.write(runFiles.config, jsonText(written));
}
