import { firstAtLeast } from "../../base/index.ts";

// Steps between which a threshold may lie; a feature of fewer values is cut between any two of them.
const mostSteps = 255;

/** Features sorted into few steps, so that a node counts instead of sorting. */
export interface Stepped {
  /** Of each feature, the step of each example. */
  readonly steps: readonly Uint8Array[];
  /** Of each feature, the value between step s and s + 1. */
  readonly cuts: readonly Float64Array[];
}

/** Sorts every feature into at most 255 steps of about equally many examples. */
export function steppedOf(features: Float64Array, featureCount: number): Stepped {
  const count = features.length / featureCount;
  const columns = Array.from({ length: featureCount }, (_, f) =>
    Float64Array.from({ length: count }, (_, i) => features[i * featureCount + f]!),
  );
  const cuts = columns.map((values) => cutsOf(values.toSorted()));
  return {
    cuts,
    steps: columns.map((values, f) => Uint8Array.from(values, (value) => firstAtLeast(cuts[f]!, value))),
  };
}

function cutsOf(sorted: Float64Array): Float64Array {
  const different = sorted.filter((value, i) => i === 0 || value !== sorted[i - 1]);
  const values =
    different.length <= mostSteps + 1
      ? different
      : Float64Array.from(
          { length: mostSteps + 1 },
          (_, s) => sorted[Math.floor((s * (sorted.length - 1)) / mostSteps)]!,
        ).filter((value, i, all) => i === 0 || value !== all[i - 1]);
  return Float64Array.from(
    { length: Math.max(values.length - 1, 0) },
    (_, s) => (values[s]! + values[s + 1]!) / 2,
  );
}
