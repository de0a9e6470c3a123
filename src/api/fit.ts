import { type Shape, fault, isObject, showValue, toNdArray } from "../base/index.ts";
import { type BatchSource, type TrainingSource, arraySource } from "../evaluate/index.ts";
import { refuseAugmentedStream, trainingSource } from "./augment.ts";
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
import { checkExamples, labelsOf, outputShapeOf } from "./check.ts";
import { refuseWeightsOfStream, weighed, weighedByClass, weightsFrom } from "./exampleWeights.ts";
import { type TrainingHistory, epochLine, historyOf } from "./history.ts";
import { checkFitOptions } from "./options.ts";
import { type Platform, withBackend } from "./platform.ts";
import { type Compiled, type ModelState, compiledOf, proofImagesOf } from "./state.ts";
import { type ExampleStream, type ExampleRows, isStream, openStream } from "./stream.ts";
import type { ModelFitOptions } from "./types.ts";

/** What `model.fit` may be called with. */
export type FitCall = readonly [data: unknown, second?: unknown, third?: unknown];

/** `model.fit`: reads its arguments, trains, and gives the model its weights. */
export async function fitState(
  state: ModelState,
  platform: Platform,
  call: FitCall,
): Promise<TrainingHistory> {
  const { data, options } = argumentsOf(call);
  checkFitOptions(options);
  checkCallbacks(options.callbacks);
  const task: Task = { state, options, compiled: compiledOf(state, "model.fit") };
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
interface Task {
  readonly state: ModelState;
  readonly options: ModelFitOptions;
  readonly compiled: Compiled;
}

type FitInput = ExampleStream | Labelled;

interface Labelled {
  readonly x: unknown;
  readonly y: unknown;
  readonly classNames?: unknown;
  readonly sampleWeight?: unknown;
}

const isLabelled = (value: unknown): value is Labelled => isObject(value) && "x" in value && "y" in value;

/** (x, y, options), (folder, options) or (stream, options). */
function argumentsOf([first, second, third]: FitCall): {
  readonly data: FitInput;
  readonly options: ModelFitOptions;
} {
  if (isLabelled(first) || isStream(first)) return { data: first, options: second ?? {} };
  return { data: { x: first, y: second }, options: third ?? {} };
}

/** Training examples, however they were given. */
interface TrainingData {
  readonly source: BatchSource | TrainingSource;
  /** The first rows, or all. */
  readonly first: ExampleRows;
  readonly classNames?: readonly string[];
  readonly validation?: ExampleRows;
  readonly close?: () => Promise<void>;
}

async function trainingData(data: FitInput, task: Task): Promise<TrainingData> {
  const { state, options } = task;
  const { classNames } = options;
  if (isStream(data)) return { ...(await streamData(data, task)), ...(classNames && { classNames }) };
  if (options.stepsPerEpoch !== undefined) {
    throw fault("model.fit: stepsPerEpoch", {
      expected: "no such option beside arrays",
      received: showValue(options.stepsPerEpoch),
      fix: "an epoch is one pass over x",
      exitCode: 2,
    });
  }
  const { sampleWeight = data.sampleWeight } = options;
  const rows = rowsFrom("model.fit", { ...data, sampleWeight }, state);
  checkExamples("model.fit", rows, expectedOf(task, rows.x.shape.slice(1)));
  const names = classNames ?? namesIn(data);
  const source = weighed(trainingSource(rows, options), rows.weights);
  return { source, first: rows, ...(names && { classNames: names }) };
}

const namesIn = ({ classNames }: Labelled): readonly string[] | undefined =>
  Array.isArray(classNames) ? classNames.map(String) : undefined;

function rowsFrom(who: string, { x: given, y, sampleWeight }: Labelled, state: ModelState): ExampleRows {
  const x = toNdArray(`${who}: x`, given);
  const weights = weightsFrom(`${who}: sampleWeight`, sampleWeight, x);
  return { x, y: labelsOf(`${who}: y`, y, state), weights };
}

const expectedOf = ({ state, compiled }: Task, given: Shape): Parameters<typeof checkExamples>[2] => ({
  model: state.spec,
  loss: compiled.loss,
  inputShape: state.inputShape ?? given,
});

async function streamData(stream: ExampleStream, task: Task): Promise<TrainingData> {
  refuseAugmentedStream(task.options);
  refuseWeightsOfStream(task.options.sampleWeight);
  const { stepsPerEpoch, batchSize = 32 } = task.options;
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
  return { source: opened.source(stepsPerEpoch * batchSize), first: opened.first, close: opened.close };
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

/** @throws when it is neither [x, y] nor [x, y, weights] */
function pairOf(who: string, value: unknown, state: ModelState): ExampleRows {
  if (Array.isArray(value) && (value.length === 2 || value.length === 3))
    return rowsFrom(who, { x: value[0], y: value[1], sampleWeight: value[2] }, state);
  throw fault(who, { expected: "[x, y] or [x, y, weights]", received: showValue(value), exitCode: 2 });
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
  const { epochs = 1, callbacks = [], onEvent, verbose = true, classWeight } = options;
  const { validation, classNames = state.classNames } = data;
  const source = weighedByClass(data.source, {
    ...(classWeight !== undefined && { classWeight }),
    classNames,
    output: outputShapeOf(state.spec, data.source.inputShape),
  });
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
  return {
    ...compiled,
    epochs,
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
