import { type NdArray, at, portableLog, sizeOf } from "../../base/index.ts";
import type { Loss } from "../../nn/index.ts";
import { crossEntropy, indexOfLargest } from "./scored.ts";

/** Predicted probabilities and targets of every example. */
export interface Predictions {
  /** [n, classes] */
  readonly probabilities: NdArray<Float32Array>;
  /** [n] class indices, or [n, classes] rows. */
  readonly targets: NdArray<Float32Array>;
}

/** The short form of an evaluation, for any loss. */
export interface Score {
  /** Mean over the examples, without penalties on weights. */
  readonly loss: number;
  /** Fraction whose largest output (one output: rounded) agrees with the target. */
  readonly accuracy: number;
  /** Examples by predicted class. */
  readonly predicted: readonly number[];
  /** Examples by true class. */
  readonly actual: readonly number[];
}

/** Loss in float64, summed in the order of the examples; accuracy; predicted and true class counts. */
export function scoreOf({ probabilities, targets }: Predictions, loss: Loss): Score {
  const [count = 0, outputs = 1] = probabilities.shape;
  const width = sizeOf(targets.shape.slice(1));
  const predicted = Array.from({ length: Math.max(outputs, 2) }, () => 0);
  const actual = predicted.slice();
  let total = 0;
  let correct = 0;
  for (let i = 0; i < count; i++) {
    const row = probabilities.data.subarray(i * outputs, (i + 1) * outputs);
    const target = targets.data.subarray(i * width, (i + 1) * width);
    total += exampleLoss(row, target, loss);
    const predictedClass = classIn(row);
    const truth = target.length === outputs && outputs > 1 ? indexOfLargest(target) : (target[0] ?? 0);
    if (predictedClass === truth) correct++;
    predicted[predictedClass] = (predicted[predictedClass] ?? 0) + 1;
    actual[truth] = (actual[truth] ?? 0) + 1;
  }
  return { loss: total / count, accuracy: correct / count, predicted, actual };
}

/** Number of rows of [n, outputs] whose predicted class agrees with the target. */
export function countCorrect(outputs: Float32Array, targets: Float32Array, count: number): number {
  const width = outputs.length / count;
  const targetWidth = targets.length / count;
  let correct = 0;
  for (let i = 0; i < count; i++) {
    const target = targets.subarray(i * targetWidth, (i + 1) * targetWidth);
    const truth = targetWidth > 1 ? indexOfLargest(target) : target[0];
    if (classIn(outputs.subarray(i * width, (i + 1) * width)) === truth) correct++;
  }
  return correct;
}

/** The class that outputs stand for: the largest; of a single output, whether it is above one half. */
const classIn = (row: Float32Array): number =>
  row.length === 1 ? Number(at(row, 0) > 0.5) : indexOfLargest(row);

function exampleLoss(row: Float32Array, target: Float32Array, loss: Loss): number {
  switch (loss) {
    case "sparseCategoricalCrossentropy":
      return crossEntropy(row[at(target, 0)] ?? 0);
    case "categoricalCrossentropy":
      return sumOver(row, (p, i) => (target[i] === 0 ? 0 : at(target, i) * crossEntropy(p)));
    case "binaryCrossentropy":
      return sumOver(row, (p, i) => binaryCrossEntropy(p, at(target, i))) / row.length;
    case "meanSquaredError":
      return sumOver(row, (p, i) => (p - at(target, i)) ** 2) / row.length;
    default:
      return loss satisfies never;
  }
}

const sumOver = (row: Float32Array, term: (p: number, i: number) => number): number =>
  row.reduce((sum, p, i) => sum + term(p, i), 0);

// float32 cannot hold 1 - p below 6e-8, so the other side is cut there.
const binaryCrossEntropy = (p: number, target: number): number =>
  target * crossEntropy(p) - (1 - target) * portableLog(Math.max(1 - p, 2 ** -24));
