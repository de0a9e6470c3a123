import { augmentSets } from "../../data/index.ts";
import { scheduleOf } from "../../models/index.ts";
import type { FitOptions, StartEvent } from "../../train/index.ts";
import { normaliseOf, sourcesOf } from "./dataParts.ts";
import type { ReadyEvent } from "../events.ts";
import { type PartIndices, jsonText } from "../records.ts";
import type { SplitReport } from "../results.ts";
import { runFiles } from "./runFolder.ts";
import type { Services } from "../context.ts";
import type { TrainSettings } from "./settings.ts";
import type { Prepared, Training } from "./types.ts";

/** Everything that training on these parts works with; what normalises comes from the images learned from. */
export function trainingOf(start: Prepared, parts: PartIndices, report: SplitReport): Training {
  const { prepared, settings, prepare } = start;
  const normalise = normaliseOf(prepared, parts, settings);
  return {
    ...start,
    parts,
    splitReport: report,
    sources: sourcesOf(prepared, parts, { normalise, settings }),
    transforms: [...prepare, ...augmentSets[settings.augment], ...normalise],
  };
}

/** What of the settings `fit` takes. */
export function fitOptions(
  { settings, backend, sources }: Pick<Training, "settings" | "backend" | "sources">,
  { clock }: Services,
  signal: AbortSignal,
): FitOptions {
  const { epochs, batchSize, seed, optimizer, classNames } = settings;
  const stepsPerEpoch = stepsOf(settings, sources.train.count);
  const schedule = scheduleOf(settings.schedule, { epochs, stepsPerEpoch });
  return { backend, clock, seed, epochs, batchSize, optimizer, schedule, classNames, signal };
}

/** Batches of one epoch. */
const stepsOf = ({ batchSize }: TrainSettings, count: number): number =>
  Math.ceil(count / Math.min(batchSize, count));

/** What is needed to run it again, before anything is learned. */
export async function writeBeginning(
  { settings, run, backend, grouping, folds }: Prepared,
  split: string,
): Promise<void> {
  const { source, photographs } = grouping;
  const receipt = {
    arithmetic: backend.arithmetic,
    groupSource: source,
    ...(photographs !== undefined && { photographs }),
  };
  const kept = { format: "fovea-run", ...settings, ...(folds > 0 && { folds }), ...receipt };
  await run.write(runFiles.config, jsonText(kept));
  await run.write(runFiles.split, split);
}

/** What is said once everything is decided. */
export function readyEvent(
  { epoch, memory, parameters, trainableParameters }: StartEvent,
  { settings, run, sources, parts, splitReport, collection, folds }: Training,
): ReadyEvent {
  return {
    type: "ready",
    run: run.path,
    model: settings.modelName,
    parameters: { total: parameters, trainable: trainableParameters },
    size: settings.size,
    epochs: settings.epochs,
    batchSize: settings.batchSize,
    trainCount: sources.train.count,
    validationCount: sources.validation.count,
    testCount: parts.test.length,
    folds,
    split: splitReport,
    partsPooled:
      (settings.split === "grouped" || settings.split === "random") &&
      collection.images.some(({ part }) => part !== undefined),
    memory,
    firstEpoch: epoch,
  };
}
