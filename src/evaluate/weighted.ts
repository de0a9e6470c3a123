import { type NdArray, type Shape, at, fault, showShape, sizeOf } from "../base/index.ts";
import type { BatchSource, ExampleTarget, TrainingSource } from "./source.ts";
import { classOfTarget } from "./targets.ts";

/** The factor of an example's loss, by its index and what stands for it in y. */
type Factor = (index: number, target: Float32Array) => number;

/** The same examples, whose losses count so many times; weights that they have already are multiplied. */
function weighedBy<S extends BatchSource | TrainingSource>(source: S, factor: Factor): S {
  const { targetShape, weighted = false } = source;
  const width = sizeOf(targetShape);
  const weigh = (indices: Int32Array, { y, weights }: ExampleTarget): void => {
    // Who only looks at examples gives no room for weights.
    if (!weights) return;
    for (const [slot, index] of indices.entries()) {
      const own = factor(index, y.subarray(slot * width, (slot + 1) * width));
      weights[slot] = weighted ? own * at(weights, slot) : own;
    }
  };
  return {
    ...source,
    weighted: true,
    write(request, target) {
      const written = source.write(request, target);
      if (!written) return weigh(request.indices, target);
      return written.then(() => weigh(request.indices, target));
    },
  };
}

/** Examples with a weight each, [n]. */
export const withWeights = <S extends BatchSource | TrainingSource>(
  source: S,
  weights: ArrayLike<number>,
): S => weighedBy(source, (index) => at(weights, index));

/** Examples with the weight of their class, [classes]; that of a row is its largest number. */
export const withClassFactors = <S extends BatchSource | TrainingSource>(
  source: S,
  factors: ArrayLike<number>,
): S => weighedBy(source, (_, target) => at(factors, classOfTarget(target)));

/** Checks weights of examples, [n]. @throws naming what does not fit */
export function checkWeights(who: string, { shape, data }: NdArray, count: number): void {
  const wanted: Shape = [count];
  if (shape.length !== 1 || shape[0] !== count) {
    throw fault(who, {
      expected: `shape ${showShape(wanted)}, one weight for each example`,
      received: showShape(shape),
      exitCode: 2,
    });
  }
  const bad = data.findIndex((weight) => !(weight >= 0 && weight < Infinity));
  if (bad >= 0)
    throw fault(`${who}[${bad}]`, {
      expected: "a finite number from 0",
      received: `${data[bad]}`,
      exitCode: 2,
    });
  if (data.some((weight) => weight > 0)) return;
  throw fault(who, { expected: "a weight above 0 somewhere", received: "none", exitCode: 2 });
}
