import { at, float64At, lowerBound } from "../../base/index.ts";

// A feature of fewer distinct values has a threshold between any two of them.
const maxBins = 255;

/** Binned features (as LightGBM), so that a node counts instead of sorting. */
export interface BinnedFeatures {
  /** Of each feature, the bin of each example. */
  readonly bins: readonly Uint8Array[];
  /** Of each feature, the edge between bin b and b + 1. */
  readonly edges: readonly Float64Array[];
}

/** Bins every feature into at most 256 quantile bins. */
export function binFeatures(features: Float64Array, featureCount: number): BinnedFeatures {
  const count = features.length / featureCount;
  const columns = Array.from({ length: featureCount }, (_, f) =>
    Float64Array.from({ length: count }, (_, i) => float64At(features, i * featureCount + f)),
  );
  const edges = columns.map((values) => binEdges(values.toSorted()));
  return {
    edges,
    bins: columns.map((values, f) => {
      const own = at(edges, f);
      return Uint8Array.from(values, (value) => lowerBound(own, value));
    }),
  };
}

function binEdges(sorted: Float64Array): Float64Array {
  const distinct = sorted.filter((value, i) => i === 0 || value !== sorted[i - 1]);
  const values =
    distinct.length <= maxBins + 1
      ? distinct
      : Float64Array.from({ length: maxBins + 1 }, (_, s) =>
          float64At(sorted, Math.floor((s * (sorted.length - 1)) / maxBins)),
        ).filter((value, i, all) => i === 0 || value !== all[i - 1]);
  return Float64Array.from(
    { length: Math.max(values.length - 1, 0) },
    (_, s) => (float64At(values, s) + float64At(values, s + 1)) / 2,
  );
}
