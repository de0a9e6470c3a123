import { type PrepareTransform, type Transform, augmentSets } from "../data/index.ts";
import type { Backend } from "../engine/index.ts";
import { scheduleOf } from "../models/index.ts";
import { type EndEvent, type FitEvent, type FitOptions, type StartEvent, fit } from "../train/index.ts";
import { writeRecord } from "../bundle/index.ts";
import { type Sources, normaliseOf, partIndices, sourcesOf } from "./dataParts.ts";
import { divide } from "./division.ts";
import type { GroupedPictures, Grouping } from "./groups.ts";
import { refuseTooMuch } from "./memory.ts";
import type { ReadyEvent, TrainEvent } from "./events.ts";
import { finishRun } from "./finishRun.ts";
import { type PartIndices, jsonText, splitCsv } from "./records.ts";
import type { SplitReport, TrainResult } from "./results.ts";
import { runFiles } from "./runFolder.ts";
import type { Services } from "./services.ts";
import type { TrainSettings } from "./settings.ts";
import { splitReport } from "./splitReport.ts";
import type { Start } from "./train.ts";

export interface Prepared extends Start, GroupedPictures {
  readonly grouping: Grouping;
  readonly backend: Backend;
  readonly prepare: readonly PrepareTransform[];
  /** That reading all pictures and finding their groups took. */
  readonly readSeconds: number;
}

/** Everything that one training works with. */
export interface Training extends Prepared {
  readonly parts: PartIndices;
  readonly splitReport: SplitReport;
  readonly sources: Sources;
  /** From decoded picture to the network's input; the augmentation too, which serving skips. */
  readonly transforms: readonly Transform[];
}

/** Trains on pictures that were read, and writes the run folder. */
export async function* runTraining(
  start: Prepared,
  services: Services,
  signal: AbortSignal,
): AsyncGenerator<TrainEvent, TrainResult> {
  const { prepared, settings, resumed, backend } = start;
  const divided = divide(prepared, start, settings);
  const parts = partIndices(prepared, divided);
  const normalise = normaliseOf(prepared, parts, settings);
  const sources = sourcesOf(prepared, parts, { normalise, settings });
  const transforms = [...start.prepare, ...augmentSets[settings.augment], ...normalise];
  await writeBeginning(start, parts);
  const training: Training = {
    ...start,
    parts,
    splitReport: splitReport(divided, start),
    sources,
    transforms,
  };
  const options: FitOptions = {
    backend,
    clock: services.clock,
    seed: settings.seed,
    epochs: settings.epochs,
    batchSize: settings.batchSize,
    optimizer: settings.optimizer,
    schedule: scheduleOf(settings.schedule, {
      epochs: settings.epochs,
      stepsPerEpoch: stepsOf(settings, sources),
    }),
    classNames: settings.classNames,
    checkpoints: true,
    signal,
    ...(resumed && { resume: resumed.checkpoint }),
  };
  const fitted = yield* follow(fit(settings.model, sources, options), training, services);
  return await finishRun(training, fitted, services);
}

/** Batches of one epoch. */
const stepsOf = ({ batchSize }: TrainSettings, { train: { count } }: Sources): number =>
  Math.ceil(count / Math.min(batchSize, count));

/** What a resumed run needs to find again. */
async function writeBeginning(
  { prepared, settings, run, resumed, backend, grouping }: Prepared,
  parts: PartIndices,
): Promise<void> {
  if (resumed) return;
  const receipt = { arithmetic: backend.arithmetic, groupSource: grouping.source };
  await run.write(runFiles.config, jsonText({ format: "fovea-run", ...settings, ...receipt }));
  await run.write(runFiles.split, splitCsv(prepared, parts));
}

/** How a training began and ended. */
export interface Fitted {
  readonly start: StartEvent;
  readonly end: EndEvent;
}

/** Passes on what happens while training, and keeps each checkpoint. */
async function* follow(
  events: AsyncGenerator<FitEvent, void, undefined>,
  training: Training,
  services: Services,
): AsyncGenerator<TrainEvent, Fitted> {
  const { settings, run, sources } = training;
  const { epochs } = settings;
  let epochStarted = services.clock();
  let start: StartEvent | undefined;
  for await (const event of events) {
    switch (event.type) {
      case "start":
        refuseTooMuch(event.memory, services.memoryBytes);
        start = event;
        yield readyEvent(event, training);
        epochStarted = services.clock();
        break;
      case "batch": {
        const { epoch, loss, accuracy, pictures } = event;
        const seconds = Math.max((services.clock() - epochStarted) / 1000, 1e-3);
        const picturesPerSecond = pictures / seconds;
        const secondsLeft = (sources.train.count - pictures) / picturesPerSecond;
        const done = pictures / sources.train.count;
        yield { type: "batch", epoch, epochs, done, loss, accuracy, picturesPerSecond, secondsLeft };
        break;
      }
      case "epoch": {
        const { epoch, loss, accuracy, validation, seconds, waitShare } = event;
        const { loss: validationLoss, accuracy: validationAccuracy } = validation ?? {
          loss: Number.NaN,
          accuracy: Number.NaN,
        };
        const figures = { loss, accuracy, validationLoss, validationAccuracy, seconds };
        yield { type: "epoch", epoch, epochs, ...figures, ...(waitShare !== undefined && { waitShare }) };
        epochStarted = services.clock();
        break;
      }
      case "advice":
        yield event;
        break;
      case "checkpoint":
        await run.write(runFiles.checkpoint, writeRecord(event.checkpoint));
        break;
      case "end":
        if (start) return { start, end: event };
        break;
      default:
        event satisfies never;
    }
  }
  throw new Error("fit ended without an end event");
}

function readyEvent(
  { epoch, memory, parameters }: StartEvent,
  { settings, run, sources, parts, splitReport, collection }: Training,
): ReadyEvent {
  return {
    type: "ready",
    run: run.path,
    model: settings.modelName,
    parameters,
    size: settings.size,
    epochs: settings.epochs,
    batchSize: settings.batchSize,
    trainCount: sources.train.count,
    validationCount: sources.validation.count,
    testCount: parts.test.length,
    split: splitReport,
    partsPooled:
      (settings.split === "grouped" || settings.split === "random") &&
      collection.pictures.some(({ part }) => part !== undefined),
    memory,
    firstEpoch: epoch,
  };
}
