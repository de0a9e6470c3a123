import { ndarray, at } from "../../base/index.ts";
import { writeBundle, writeRecord } from "../../bundle/index.ts";
import type { Predictions } from "../../evaluate/index.ts";
import { fit } from "../../train/index.ts";
import { metricsOfValidation } from "../data/measure.ts";
import type { TrainEvent } from "../events.ts";
import { join } from "../files/paths.ts";
import { type RunFolder, runFiles } from "../files/runFolder.ts";
import { historyCsv } from "../files/tables.ts";
import type { Steps } from "../protocol.ts";
import { bundleOf } from "../train/bundle.ts";
import { evaluatePart } from "../train/evaluatePart.ts";
import { fitOptions } from "../train/fitOptions.ts";
import { forwardEvents } from "../train/forwardEvents.ts";
import { resolveSettings } from "../train/settings.ts";
import { prepareTraining } from "../train/steps/prepare.ts";
import { splitImages } from "../train/steps/split.ts";
import type { Fitted, PipelineContext, Training } from "../train/types.ts";
import { type SearchData, datasetFor, splitName } from "./data.ts";
import { type OutOfFold, checkpointIn, readPredictions, within, writePredictions } from "./store.ts";
import { requestOfTrial } from "./trialRequest.ts";
import type { DrawnSettings, SearchRequest, TrialScore, TrialSettings } from "./types.ts";

/** One search while it runs. */
export interface SearchTask {
  readonly request: SearchRequest;
  readonly folder: RunFolder;
  readonly data: SearchData;
  readonly context: PipelineContext;
}

/** Which training of a trial. */
export interface TrialFold {
  readonly run: RunFolder;
  readonly drawn: DrawnSettings;
  /** Epochs of the last rung: the learning rate's schedule is that of the whole training. */
  readonly epochs: number;
  /** The validation set, from 0. */
  readonly fold: number;
}

/** The run folder of a trial's training on a fold: the first is the trial's own. */
export const runOfFold = (run: RunFolder, fold: number): RunFolder =>
  fold === 0 ? run : within(run, `folds/${fold + 1}`);

/** Makes a trial ready to train, and writes its config.json and split.csv. @throws where its settings do not fit the images or the memory */
export async function* openTrial(
  { request, folder, data, context }: SearchTask,
  { run, drawn, epochs, fold }: TrialFold,
): Steps<TrainEvent, Training> {
  const { services } = context;
  const asked = {
    ...requestOfTrial(request, drawn),
    epochs,
    split: join(folder.path, splitName(fold)),
  };
  const settings = await resolveSettings(asked, data.facts, services.files);
  const dataset = yield* datasetFor(data, settings, context);
  const division = at(data.divisions, fold);
  const { threads } = request;
  const task = {
    tree: data.tree,
    settings,
    run: runOfFold(run, fold),
    started: services.clock(),
    ...(threads && { threads }),
  };
  const grouped = { task, division, backend: data.backend, dataset };
  return prepareTraining(grouped, splitImages(grouped));
}

export const settingsOf = ({ task: { settings } }: Training): TrialSettings => ({
  model: settings.modelName,
  size: settings.size,
  optimizer: settings.optimizer.type,
  learningRate: settings.optimizer.learningRate,
  weightDecay: settings.optimizer.weightDecay ?? 0,
  augment: typeof settings.augment === "string" ? settings.augment : "custom",
  batchSize: settings.batchSize,
});

/**
 * Trains up to so many epochs, from the last checkpoint where there is one; the weights are those of the last epoch, since the best of
 * many epochs by the validation set would be one more selection.
 */
export async function* trainUpTo(
  training: Training,
  { epochs, deadline }: { readonly epochs: number; readonly deadline: number },
  { services, signal }: PipelineContext,
): Steps<TrainEvent, Fitted> {
  const { task, sources, backend } = training;
  const { settings, run } = task;
  const stop = new AbortController();
  const inputs = { settings, sources: { train: sources.train, validation: sources.validation }, backend };
  const resume = await checkpointIn(run, services.files);
  const options = {
    ...fitOptions(inputs, services, AbortSignal.any([signal, stop.signal])),
    epochs,
    keeps: "last" as const,
    checkpoints: true,
    ...(resume && { resume }),
  };
  const steps = forwardEvents(fit(settings.model, inputs.sources, options), {
    epochs: () => settings.epochs,
    count: sources.train.count,
    begin: () => [],
    keep: (checkpoint) => run.write(runFiles.checkpoint, writeRecord(checkpoint)),
    quiet: true,
    services,
  });
  for (;;) {
    const { done, value } = await steps.next();
    if (done) {
      const { end } = value;
      return { ...value, end: { ...end, weights: end.lastWeights, bestEpoch: end.history.length } };
    }
    yield value;
    if (services.clock() > deadline) stop.abort();
  }
}

/** Evaluates a trial on its fold and writes its model, history and predictions. */
export async function scoreTrial(training: Training, fitted: Fitted): Promise<TrialScore> {
  const { task, sources, backend, split } = training;
  const { settings, run } = task;
  const predictions = await evaluatePart({ settings, backend }, fitted.end.weights, sources.validation);
  const measured = metricsOfValidation(predictions, measuring(training, split.parts.validation));
  const { temperature, fitted: fittedTemperature, before, crossFitted } = measured.calibration;
  const calibration = { temperature, fittedTemperature, validation: { before, after: crossFitted } };
  const result = { ...measured.result, calibration };
  const { validation: indices } = split.parts;
  await writePredictions(run, { indices, probabilities: Float32Array.from(predictions.probabilities.data) });
  await run.write(runFiles.model, writeBundle(await bundleOf(training, { result, fitted, predictions })));
  await run.write(runFiles.history, historyCsv(fitted.end.history));
  return scoreOfResult(measured.result);
}

const measuring = ({ dataset, task }: Training, indices: Int32Array) => ({
  prepared: dataset.prepared,
  indices,
  classNames: task.settings.classNames,
  groupSource: dataset.grouping.source,
});

export const scoreOfResult = ({
  accuracy,
  intervals,
  loss,
  count,
}: ReturnType<typeof metricsOfValidation>["result"]): TrialScore => ({
  accuracy,
  interval: intervals.accuracy,
  loss,
  images: count,
});

/** The metrics of a trial on several folds together, each predicted by the model that was not trained on it. */
export async function scoreFolds(
  { context }: SearchTask,
  { training, run, folds }: { readonly training: Training; readonly run: RunFolder; readonly folds: number },
): Promise<TrialScore | undefined> {
  const { prepared } = training.dataset;
  const { classNames } = training.task.settings;
  const parts: OutOfFold[] = [];
  for (let fold = 0; fold < folds; fold++) {
    const part = await readPredictions(runOfFold(run, fold), context.services.files);
    if (!part) return undefined;
    parts.push(part);
  }
  const indices = Int32Array.from(parts.flatMap((part) => [...part.indices]));
  const rows = parts.flatMap(({ probabilities }) => [...probabilities]);
  const predictions: Predictions = {
    probabilities: ndarray(Float32Array.from(rows), [indices.length, classNames.length]),
    targets: ndarray(
      Float32Array.from(indices, (index) => at(prepared.labels, index)),
      [indices.length],
    ),
  };
  return scoreOfResult(metricsOfValidation(predictions, measuring(training, indices)).result);
}
