import { type NdArray, type Random, ndarray } from "../../src/base/index.ts";
import { groupsOf, intervalsOf, measure } from "../../src/evaluate/index.ts";
import { labelsOf } from "./labels.ts";

/** A world in which the truth is known: images in groups whose right and wrong ones keep together. */
export interface World {
  readonly groups: number;
  /** Correlation of right and wrong within a group, in [0, 1). */
  readonly correlation: number;
  /** True accuracy. */
  readonly accuracy: number;
  /** @default 4 */
  readonly classes?: number;
  /** Largest group; sizes are even from 1 on. @default 40 */
  readonly largest?: number;
}

export interface Draw {
  readonly probabilities: NdArray<Float64Array>;
  readonly labels: Int32Array;
  readonly names: readonly number[];
}

/** Predictions for the images of some groups, each group of one class. */
export function drawWorld({ groups, classes = 4, largest = 40, ...world }: World, random: Random): Draw {
  const labels: number[] = [];
  const names: number[] = [];
  const rows: number[] = [];
  for (let group = 0; group < groups; group++) {
    const label = random.integer(classes);
    const chance = beta(world, random);
    for (let n = 1 + random.integer(largest); n > 0; n--) {
      const right = random.next() < chance;
      const confidence = right ? 0.55 + 0.44 * random.next() : 0.51 + 0.4 * random.next();
      const said = right ? label : (label + 1 + random.integer(classes - 1)) % classes;
      for (let c = 0; c < classes; c++) rows.push(c === said ? confidence : (1 - confidence) / (classes - 1));
      labels.push(label);
      names.push(group);
    }
  }
  return {
    probabilities: ndarray(Float64Array.from(rows), [labels.length, classes]),
    labels: Int32Array.from(labels),
    names,
  };
}

/** A group's own accuracy. */
function beta({ accuracy, correlation }: World | Omit<World, "groups">, random: Random): number {
  if (correlation === 0) return accuracy;
  const strength = (1 - correlation) / correlation;
  const a = gamma(accuracy * strength, random);
  const b = gamma((1 - accuracy) * strength, random);
  return a + b > 0 ? a / (a + b) : Number(random.next() < accuracy);
}

/** Marsaglia & Tsang 2000. */
function gamma(shape: number, random: Random): number {
  if (shape < 1) return gamma(shape + 1, random) * (1 - random.next()) ** (1 / shape);
  const d = shape - 1 / 3;
  for (;;) {
    const x = random.normal();
    const v = (1 + x / Math.sqrt(9 * d)) ** 3;
    if (v > 0 && Math.log(1 - random.next()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

const figures = [
  "accuracy",
  "balancedAccuracy",
  "macroF1",
  "loss",
  "brier",
  "kappa",
  "ece",
  "rocAuc",
  "averagePrecision",
] as const;

export type Coverage = { readonly [figure in (typeof figures)[number]]: number };

export interface CoverageOptions {
  /** Simulated sets of predictions. */
  readonly draws: number;
  /** Replicates of each bootstrap. */
  readonly replicates: number;
  readonly random: Random;
  /** Without the areas under curves, which take most of the time; their coverage is 0 then. @default true */
  readonly areas?: boolean;
}

/** Share of draws whose interval holds the truth; the truth is the figure of very many independent images. */
export function coverage(
  world: World,
  { draws, replicates, random, areas = true }: CoverageOptions,
): Coverage {
  const classNames = Array.from({ length: world.classes ?? 4 }, (_, c) => `${c}`);
  const many = drawWorld({ ...world, groups: 20_000, largest: 5 }, random.fork("truth"));
  const { metrics } = measure(many.probabilities, labelsOf(many.labels), { classNames });
  const truth = { ...metrics, accuracy: world.accuracy };
  const held = Object.fromEntries(figures.map((figure) => [figure, 0])) as Record<keyof Coverage, number>;
  for (let i = 0; i < draws; i++) {
    const stream = random.fork(`draw ${i}`);
    const { probabilities, labels, names } = drawWorld(world, stream);
    const { rankings, ...measurement } = measure(probabilities, labelsOf(labels), { classNames });
    const intervals = intervalsOf({ ...measurement, rankings: areas ? rankings : [] }, groupsOf(names), {
      replicates,
      random: stream,
    });
    for (const figure of figures) {
      const [low, high] = intervals[figure] ?? [Number.NaN, Number.NaN];
      if (low <= truth[figure]! && truth[figure]! <= high) held[figure] += 1 / draws;
    }
  }
  return held;
}
