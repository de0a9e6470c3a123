import { fault } from "../../../base/index.ts";
import {
  type Value,
  add,
  affine,
  binaryCrossEntropy,
  constant,
  exp,
  log,
  logSoftmax,
  maximum,
  multiply,
  negate,
  oneHot,
  reduceSum,
  sigmoid,
  softmaxCrossEntropy,
} from "../../../engine/index.ts";
import type {
  BinaryCrossentropy,
  BinaryFocalCrossentropy,
  CategoricalCrossentropy,
  CategoricalFocalCrossentropy,
  SparseCategoricalCrossentropy,
} from "./loss.ts";

// B examples, C classes. All start from logits: ln softmax(x) = x - max - ln Σ exp(x - max) is finite for every finite x.

/** Keras's: below it 1 - p counts as this much where it is raised to a power that is no whole number. */
const epsilon = 1e-7;

/** Cross-entropies over classes: [B] from logits [B, C] and class indices [B] or rows [B, C]. */
export function categoricalTerms(
  loss: SparseCategoricalCrossentropy | CategoricalCrossentropy | CategoricalFocalCrossentropy,
  logits: Value,
  labels: Value,
): Value {
  const { labelSmoothing = 0 } = loss;
  if (loss.type !== "categoricalFocalCrossentropy")
    return softmaxCrossEntropy(logits, labels, { labelSmoothing });
  const { gamma = 2, alpha = 0.25 } = loss;
  const classes = logits.shape[1] ?? 1;
  const rows = labels.shape.length === 1 ? oneHot(labels, classes) : labels;
  const targets = smoothed(rows, labelSmoothing, classes);
  const logarithms = logSoftmax(logits);
  const cross = negate(multiply(targets, logarithms));
  const factor = powerOf(affine(exp(logarithms), -1, 1), gamma);
  const focused = factor ? multiply(cross, factor) : cross;
  return reduceSum(weighed(focused, alpha), { axes: [1] });
}

/** Binary cross-entropies: [B, …] from logits and targets of that shape. */
export function binaryTerms(
  loss: BinaryCrossentropy | BinaryFocalCrossentropy,
  logits: Value,
  labels: Value,
): Value {
  const targets = smoothed(labels, loss.labelSmoothing ?? 0, 2);
  const cross = binaryCrossEntropy(logits, targets);
  if (loss.type === "binaryCrossentropy") return cross;
  const { gamma = 2, alpha = 0.25, applyClassBalancing = false } = loss;
  // 1 - q = 1 - (t·p + (1 - t)·(1 - p)) = p + t·(1 - 2p)
  const p = sigmoid(logits);
  const factor = powerOf(add(p, multiply(targets, affine(p, -2, 1))), gamma);
  const focused = factor ? multiply(cross, factor) : cross;
  if (!applyClassBalancing) return focused;
  return multiply(focused, affine(targets, 2 * alpha - 1, 1 - alpha));
}

/** t·(1 - smoothing) + smoothing / classes. */
const smoothed = (targets: Value, smoothing: number, classes: number): Value =>
  smoothing === 0 ? targets : affine(targets, 1 - smoothing, smoothing / classes);

/** x^power for x in [0, 1]; nothing for the power 0, which is 1. */
function powerOf(x: Value, power: number): Value | undefined {
  if (power === 0) return undefined;
  // A product of few factors is exact where x is 0, and has its slope there.
  if (Number.isInteger(power) && power <= 8)
    return Array.from({ length: power }, () => x).reduce((product, factor) => multiply(product, factor));
  const floor = affine(x, 0, epsilon);
  return exp(affine(log(maximum(x, floor)), power));
}

/** Columns times alpha: one factor, or one for each class. */
function weighed(x: Value, alpha: number | readonly number[]): Value {
  if (typeof alpha === "number") return alpha === 1 ? x : affine(x, alpha);
  const classes = x.shape[1] ?? 1;
  if (alpha.length === classes) return multiply(x, constant(x.graph, alpha, [classes]));
  throw fault("categoricalFocalCrossentropy: alpha", {
    expected: `one number, or one for each of ${classes} classes`,
    received: `${alpha.length}`,
    exitCode: 2,
  });
}
