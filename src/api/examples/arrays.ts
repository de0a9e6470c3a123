import { type Shape, fault, isObject, showValue, toNdArray } from "../../base/index.ts";
import type { BatchSource, TrainingSource } from "../../evaluate/index.ts";
import { outputShapeOf } from "../../nn/index.ts";
import { checkBalancedOnce } from "../../train/index.ts";
import { trainingSource } from "./augment.ts";
import { checkExamples, labelsOf } from "../check.ts";
import { weighed, weighedByClass, weightsFrom } from "./weights.ts";
import type { Compiled, ModelState } from "../state.ts";
import { type ExampleRows, type ExampleStream, isStream } from "./stream.ts";
import type { ModelFitOptions } from "../types.ts";

/** What a call that trains is given: (x, y, options), (folder, options) or (stream, options). */
export type ExampleCall = readonly [data: unknown, second?: unknown, third?: unknown];

/** Rows with their labels, and what may stand beside them. */
export interface Labelled {
  readonly x: unknown;
  readonly y: unknown;
  readonly classNames?: unknown;
  readonly sampleWeight?: unknown;
}

export const isLabelled = (value: unknown): value is Labelled =>
  isObject(value) && "x" in value && "y" in value;

/** The examples of a call, and its options, which are not checked yet. */
export function argumentsOf([first, second, third]: ExampleCall): {
  readonly data: ExampleStream | Labelled;
  readonly options: object;
} {
  if (isLabelled(first) || isStream(first)) return { data: first, options: second ?? {} };
  return { data: { x: first, y: second }, options: third ?? {} };
}

/** One call that trains. */
export interface ExampleTask {
  /** The call, for errors: "model.fit". */
  readonly who: string;
  readonly state: ModelState;
  readonly compiled: Compiled;
  /** What of its options decides the training examples. */
  readonly options: Pick<
    ModelFitOptions,
    "sampleWeight" | "classWeight" | "classNames" | "sampling" | "augment" | "seed"
  >;
}

/** Training examples from arrays. */
export interface ArrayData {
  /** Augmented as the options say, with the rows' own weights. */
  readonly source: BatchSource | TrainingSource;
  readonly first: ExampleRows;
  readonly classNames?: readonly string[];
}

/** The rows of arrays or a folder, for training. @throws naming what does not fit */
export function arrayData(data: Labelled, task: ExampleTask): ArrayData {
  const { who, state, options } = task;
  const { sampleWeight = data.sampleWeight, classNames = namesIn(data) } = options;
  const rows = rowsFrom(who, { ...data, sampleWeight }, state);
  checkExamples(who, rows, expectedOf(task, rows.x.shape.slice(1)));
  const source = weighed(trainingSource(who, rows, options), rows.weights);
  return { source, first: rows, ...(classNames && { classNames }) };
}

const namesIn = ({ classNames }: Labelled): readonly string[] | undefined =>
  Array.isArray(classNames) ? classNames.map(String) : undefined;

/** The examples with the weights of their classes, where the options have some. */
export function withClassWeights<S extends BatchSource | TrainingSource>(
  source: S,
  {
    who,
    state,
    options: { classWeight, sampling },
    classNames = state.classNames,
  }: ExampleTask & { readonly classNames?: readonly string[] | undefined },
): S {
  checkBalancedOnce(`${who}: classWeight`, { sampling, classWeights: classWeight });
  return weighedByClass(source, {
    who: `${who}: classWeight`,
    classWeight,
    classNames,
    output: outputShapeOf(state.spec, source.inputShape),
  });
}

/** Rows as arrays. @throws naming one whose weights do not fit */
export function rowsFrom(
  who: string,
  { x: given, y, sampleWeight }: Labelled,
  state: ModelState,
): ExampleRows {
  const x = toNdArray(`${who}: x`, given);
  const weights = weightsFrom(`${who}: sampleWeight`, sampleWeight, x);
  return { x, y: labelsOf(`${who}: y`, y, state), weights };
}

/** What `checkExamples` holds rows to. */
export const expectedOf = (
  { state, compiled }: Pick<ExampleTask, "state" | "compiled">,
  given: Shape,
): Parameters<typeof checkExamples>[2] => ({
  model: state.spec,
  loss: compiled.loss,
  inputShape: state.inputShape ?? given,
});

/** @throws when it is neither [x, y] nor [x, y, weights] */
export function pairOf(who: string, value: unknown, state: ModelState): ExampleRows {
  if (Array.isArray(value) && (value.length === 2 || value.length === 3))
    return rowsFrom(who, { x: value[0], y: value[1], sampleWeight: value[2] }, state);
  throw fault(who, { expected: "[x, y] or [x, y, weights]", received: showValue(value), exitCode: 2 });
}
