import { sameShape, fault, showShape } from "../../../base/index.ts";
import { type Op, type Value, applyOne } from "../../graph/graph.ts";
import { maximumExpr, minus, plus, times, constantExpr, logExpr } from "../../kernels/index.ts";
import { negate } from "../elementwise/affine.ts";
import { defineBinary } from "../elementwise/binary.ts";
import { decay, softplusValue } from "../activation/curves.ts";
import { multiply } from "../elementwise/multiply.ts";
import { reduceMean } from "../reduction/reduce.ts";
import { sigmoid } from "../activation/sigmoid.ts";
import { subtract } from "../elementwise/subtract.ts";

/** y = max(x, 0) - x·t + log(1 + exp(-|x|)); dx = (sigmoid(x) - t)·dy, dt = -x·dy. */
const binaryCrossEntropyOp: Op<null, 2> = defineBinary("binaryCrossEntropy", {
  value: (x, t) => softplusValue(x) - x * t,
  expression: (x, t) =>
    plus(minus(maximumExpr(x, constantExpr(0)), times(x, t)), logExpr(plus(constantExpr(1), decay(x)))),
  gradient: (dy, { inputs: [x, t] }) => [multiply(subtract(sigmoid(x), t), dy), negate(multiply(x, dy))],
});

/**
 * Loss of each logit against a target in [0, 1], element by element; finite for any finite logit.
 * @example
 * const y = binaryCrossEntropy(x, input(graph, "targets", [2, 3])); // [2, 3]
 */
export const binaryCrossEntropy = (logits: Value, targets: Value): Value =>
  applyOne(binaryCrossEntropyOp, [logits, targets], null);

/**
 * Mean of (a - b)² over all axes but the first: [N, …] to [N].
 * @example
 * const y = meanSquaredError(x, input(graph, "targets", [2, 3])); // [2]
 */
export function meanSquaredError(predictions: Value, targets: Value): Value {
  if (!sameShape(predictions.shape, targets.shape)) {
    throw fault("meanSquaredError: targets", {
      expected: `shape ${showShape(predictions.shape)}`,
      received: showShape(targets.shape),
    });
  }
  const difference = subtract(predictions, targets);
  return reduceMean(multiply(difference, difference), {
    axes: predictions.shape.slice(1).map((_, i) => i + 1),
  });
}
