import { type Random, ndarray } from "../../base/index.ts";
import type { PreparedPictures } from "../../data/index.ts";
import type { Groups } from "../groups.ts";
import { type Interval, intervalsOf } from "../intervals.ts";
import { measure } from "../metrics.ts";
import { largestAt } from "../scored.ts";
import { colourFeatureCount, colourFeatures } from "./colour.ts";
import { predictForest, trainForest } from "./forest.ts";

/** What somebody without a network reaches on the same pictures. */
export interface Baseline {
  readonly accuracy: number;
  readonly balancedAccuracy: number;
  /** Of the accuracy, 95 %. */
  readonly interval: Interval;
}

export interface Baselines {
  /** Always says the class that has the most pictures to learn from. */
  readonly majority: Baseline & { readonly label: string };
  /** A random forest on colour histograms: it knows which colours there are, and of no shape. */
  readonly colour: Baseline;
}

/** Pictures to learn from and to measure on, as places in the prepared pictures. */
export interface BaselineParts {
  readonly train: Int32Array;
  readonly measured: Int32Array;
  /** Of the pictures to measure on. */
  readonly groups: Groups;
}

/** Baselines with, for each picture to measure on, the class index that the colours say. */
export interface BaselineFindings {
  readonly baselines: Baselines;
  readonly colourSaid: Int32Array;
}

/** Measures the baselines on the pictures that the network is measured on. */
export async function baselinesOf(
  prepared: PreparedPictures,
  { train, measured, groups }: BaselineParts,
  { classNames, random }: { readonly classNames: readonly string[]; readonly random: Random },
): Promise<BaselineFindings> {
  const classes = classNames.length;
  const labels = train.map((index) => prepared.labels[index]!);
  const truth = measured.map((index) => prepared.labels[index]!);
  const score = (probabilities: Float64Array): Baseline => {
    const measurement = measure(ndarray(probabilities, [truth.length, classes]), truth, { classNames });
    const { accuracy, balancedAccuracy } = measurement.metrics;
    const interval = intervalsOf({ ...measurement, rankings: [] }, groups, { random }).accuracy;
    return { accuracy, balancedAccuracy, interval };
  };
  const counts = classNames.map((_, c) => labels.reduce((n, label) => n + (label === c ? 1 : 0), 0));
  const most = largestAt(counts);
  const always = Float64Array.from({ length: truth.length * classes }, (_, i) =>
    i % classes === most ? 1 : 0,
  );
  const forest = trainForest(await colourFeatures(prepared, train), labels, {
    featureCount: colourFeatureCount,
    classes,
    random: random.fork("forest"),
  });
  const byColour = predictForest(forest, await colourFeatures(prepared, measured), colourFeatureCount);
  return {
    baselines: {
      majority: { ...score(always), label: classNames[most] ?? "" },
      colour: score(byColour),
    },
    colourSaid: truth.map((_, i) => largestAt(byColour.subarray(i * classes, (i + 1) * classes))),
  };
}
