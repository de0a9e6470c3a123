import { type NdArray, type Shape, fault, showShape, showValue, toNdArray } from "../../base/index.ts";
import {
  type BatchSource,
  type ClassWeights,
  type TrainingSource,
  checkWeights,
  classFactors,
  parseClassWeights,
  withClassFactors,
  withWeights,
} from "../../evaluate/index.ts";

/** Weights of examples as an array, one for each of x. @throws naming what does not fit; nothing where none are given */
export function weightsFrom(who: string, given: unknown, { shape }: NdArray): NdArray | undefined {
  if (given === undefined) return undefined;
  const weights = toNdArray(who, given);
  checkWeights(who, weights, shape[0] ?? 0);
  return weights;
}

/** Examples with weights where there are some. */
export const weighed = <S extends BatchSource | TrainingSource>(source: S, weights: NdArray | undefined): S =>
  weights ? withWeights(source, weights.data) : source;

/** What class weights are read with. */
export interface ClassWeightOptions {
  /** The option, for errors. */
  readonly who: string;
  readonly classWeight?: ClassWeights | undefined;
  readonly classNames?: readonly string[] | undefined;
  /** Of the model, for one example. */
  readonly output: Shape;
}

/** Training examples with the weights of their classes where these have some. @throws naming what does not fit */
export function weighedByClass<S extends BatchSource | TrainingSource>(
  source: S,
  { who, classWeight, classNames, output }: ClassWeightOptions,
): S {
  if (classWeight === undefined) return source;
  const [units, ...more] = output;
  if (units === undefined || more.length > 0 || source.targetShape.length > 1) {
    throw fault(who, {
      expected: "a model that gives one number for each class",
      received: `shape ${showShape(output)}`,
      fix: "give weights of examples: sampleWeight",
      exitCode: 2,
    });
  }
  // One sigmoid unit tells two classes apart.
  const classes = Math.max(units, 2);
  const known = { classes, classNames, labels: source.labels?.() };
  return withClassFactors(source, classFactors(who, parseClassWeights(who, classWeight), known));
}

/** @throws for a stream, which has the weights in its pieces */
export function refuseWeightsOfStream(sampleWeight: unknown): void {
  if (sampleWeight === undefined) return;
  throw fault("model.fit: sampleWeight", {
    expected: "no such option beside a stream",
    received: showValue(sampleWeight),
    fix: "let the stream give [x, y, weights]",
    exitCode: 2,
  });
}
