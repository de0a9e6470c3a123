import { type Shape, fault, showValue } from "../base/index.ts";
import { arraySource } from "../evaluate/index.ts";
import { refuseAugmentedStream } from "./examples/augment.ts";
import { messageText, written } from "../messages/index.ts";
import { parseSchedule } from "../nn/index.ts";
import {
  type EndEvent,
  type FitEvent,
  type FitOptions,
  type TrainingControl,
  fit,
  stoppingIn,
  mixingIn,
  parseSampling,
} from "../train/index.ts";
import { callFor, checkCallbacks } from "./callbacks.ts";
import { checkExamples } from "./check.ts";
import {
  type ArrayData,
  type ExampleCall,
  type ExampleTask,
  type Labelled,
  argumentsOf,
  arrayData,
  expectedOf,
  isLabelled,
  pairOf,
  rowsFrom,
  withClassWeights,
} from "./examples/arrays.ts";
import { refuseWeightsOfStream, weighed } from "./examples/weights.ts";
import { type TrainingHistory, epochLine, historyOf } from "./history.ts";
import { checkFitOptions } from "./options.ts";
import { type Platform, withBackend } from "./platform.ts";
import { type ModelState, compiledOf, proofImagesOf } from "./state.ts";
import { type ExampleStream, type ExampleRows, isStream, openStream } from "./examples/stream.ts";
import type { ModelFitOptions } from "./types.ts";

/** `model.fit`: reads its arguments, trains, and gives the model its weights. */
export async function fitState(
  state: ModelState,
  platform: Platform,
  call: ExampleCall,
): Promise<TrainingHistory> {
  const { data, options }: { readonly data: FitInput; readonly options: ModelFitOptions } = argumentsOf(call);
  checkFitOptions(options);
  checkCallbacks(options.callbacks);
  const task: Task = { who: "model.fit", state, options, compiled: compiledOf(state, "model.fit") };
  const training = await trainingData(data, task);
  try {
    const validation = validationOf(task, training.source.inputShape);
    const end = await train(task, platform, { ...training, ...(validation && { validation }) });
    state.inputShape = training.source.inputShape;
    state.weights = options.restoreBestWeights ? end.weights : end.lastWeights;
    state.temperature = 1;
    state.classNames ??= training.classNames;
    state.proofImages = proofImagesOf(validation?.x ?? training.first.x);
    const history = historyOf(end);
    for (const callback of options.callbacks ?? []) await callback.onTrainEnd?.(history);
    return history;
  } finally {
    await training.close?.();
  }
}

/** One call of fit. */
interface Task extends ExampleTask {
  readonly options: ModelFitOptions;
}

type FitInput = ExampleStream | Labelled;

/** Training examples, however they were given; of a stream the first rows. */
interface TrainingData extends ArrayData {
  readonly validation?: ExampleRows;
  readonly close?: () => Promise<void>;
}

async function trainingData(data: FitInput, task: Task): Promise<TrainingData> {
  const { stepsPerEpoch } = task.options;
  if (isStream(data)) return streamData(data, task);
  if (stepsPerEpoch === undefined) return arrayData(data, task);
  throw fault("model.fit: stepsPerEpoch", {
    expected: "no such option beside arrays",
    received: showValue(stepsPerEpoch),
    fix: "an epoch is one pass over x",
    exitCode: 2,
  });
}

async function streamData(stream: ExampleStream, task: Task): Promise<TrainingData> {
  refuseAugmentedStream(task.options);
  refuseWeightsOfStream(task.options.sampleWeight);
  const { stepsPerEpoch, batchSize = 32, classNames } = task.options;
  if (stepsPerEpoch === undefined || !Number.isSafeInteger(stepsPerEpoch) || stepsPerEpoch < 1) {
    throw fault("model.fit: stepsPerEpoch", {
      expected: "a whole number from 1 for a stream, whose length is not known",
      received: showValue(stepsPerEpoch),
      exitCode: 2,
    });
  }
  let first: ExampleRows | undefined;
  const opened = await openStream(stream, (piece) => {
    const rows = pairOf("model.fit: stream", piece, task.state);
    first ??= rows;
    checkExamples("model.fit: stream", rows, expectedOf(task, first.x.shape.slice(1)));
    checkAlike(first, rows);
    return rows;
  });
  const source = opened.source(stepsPerEpoch * batchSize);
  return { source, first: opened.first, close: opened.close, ...(classNames && { classNames }) };
}

/** @throws where only some pieces of a stream have weights */
function checkAlike(first: ExampleRows, rows: ExampleRows): void {
  const [expected, received] = [first, rows].map(({ weights }) => (weights ? "[x, y, weights]" : "[x, y]"));
  if (expected === received || expected === undefined || received === undefined) return;
  throw fault("model.fit: stream", {
    expected: `${expected}, as its first rows`,
    received,
    fix: "give weights with all rows or with none",
    exitCode: 2,
  });
}

/** The held-out examples as arrays. @throws when they are neither a pair nor a folder */
function validationOf(task: Task, given: Shape): ExampleRows | undefined {
  const { validationData } = task.options;
  if (validationData === undefined) return undefined;
  const who = "model.fit: validationData";
  const rows = isLabelled(validationData)
    ? rowsFrom(who, validationData, task.state)
    : pairOf(who, validationData, task.state);
  checkExamples(who, rows, expectedOf(task, given));
  return rows;
}

async function train(task: Task, platform: Platform, data: TrainingData): Promise<EndEvent> {
  const { options, state } = task;
  const { epochs = 1, callbacks = [], onEvent, verbose = true } = options;
  const { validation, classNames } = data;
  const source = withClassWeights(data.source, { ...task, classNames });
  return withBackend(platform, options, async (backend) => {
    const sources = {
      train: source,
      ...(validation && {
        validation: weighed(arraySource(validation.x, validation.y), validation.weights),
      }),
    };
    let control: TrainingControl | undefined;
    const onControl = (given: TrainingControl): void => void (control = given);
    const clock = (): number => platform.clock();
    let last: FitEvent | undefined;
    for await (const event of fit(state.spec, sources, {
      backend,
      clock,
      onControl,
      ...fitOptions(task, data),
    })) {
      logEvent(event, epochs, verbose ? platform : undefined);
      onEvent?.(event);
      if (control) for (const callback of callbacks) await callFor(event, callback, control);
      last = event;
    }
    if (last?.type !== "end") throw new Error("fit ended without its last event");
    return last;
  });
}

function fitOptions(
  { options, compiled, state }: Task,
  { classNames }: TrainingData,
): Omit<FitOptions, "backend" | "clock"> {
  const { epochs = 1, seed, batchSize, schedule, sampling, signal, batchNormStatistics } = options;
  const { onEvent, callbacks = [] } = options;
  return {
    ...compiled,
    epochs,
    // Whoever hears of each step may stop or change the next one.
    startsAhead: !onEvent && callbacks.every((callback) => !callback.onBatchEnd),
    ...(seed !== undefined && { seed }),
    ...(batchSize !== undefined && { batchSize }),
    ...(sampling !== undefined && { sampling: parseSampling("model.fit: sampling", sampling) }),
    ...mixingIn(options, (option) => `model.fit: ${option}`),
    ...stoppingIn(options),
    ...(batchNormStatistics !== undefined && { batchNormStatistics }),
    ...(schedule && { schedule: parseSchedule("model.fit: schedule", schedule) }),
    ...(classNames && { classNames }),
    keeps: options.restoreBestWeights ? "best" : "last",
    ...(signal && { signal }),
    ...(state.weights && { weights: state.weights }),
  };
}

function logEvent(event: FitEvent, epochs: number, platform: Platform | undefined): void {
  if (event.type === "start") for (const note of event.notes) platform?.log?.(messageText(written(note)));
  if (event.type === "epoch") platform?.log?.(epochLine(event, epochs));
  if (event.type === "advice") platform?.log?.(messageText(written(event)));
  if (event.type === "advice-withdrawn")
    platform?.log?.(written({ code: event.type, data: { advice: event.code } }).text);
}
