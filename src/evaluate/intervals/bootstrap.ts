import { type Random, float64At, int32At } from "../../base/index.ts";
import { type Groups, blocksOf, drawBlocks } from "./groups.ts";
import { type Measurement, meanAreas } from "../metrics/metrics.ts";
import { areasUnder } from "../metrics/ranking.ts";
import { addImage, summedMetrics, tallyWidth } from "../metrics/tally.ts";
import type { Areas, SummedMetrics } from "../metrics/types.ts";

/** Scalar metrics that get an interval; named as in `Metrics`. */
export type MetricName = keyof SummedMetrics | keyof Areas;

/** Mean and variance of a metric over the bootstrap draws; undefined where it was defined in too few of them. */
export type Spreads = {
  readonly [metric in MetricName]: { readonly mean: number; readonly variance: number } | undefined;
};

export interface BootstrapOptions {
  readonly replicates: number;
  readonly random: Random;
}

// Measured on one core at Node 20: so many additions take 0.7 s, and so many passed ranks 0.3 s.
const maxSums = 4e8;
const maxVisits = 5e7;
// Chosen, not measured: the variance of 50 draws has a relative standard error of √(2 / 49), a fifth.
const minDraws = 50;
// Chosen, not measured: a standard deviation over so many blocks is known to 1 / √(2 n), 1.6% and 3.2%; wide rows take longer.
const maxBlocks = (width: number): number => (width > 200 ? 500 : 2000);

/** Cluster bootstrap: draws whole groups with replacement; returns the mean and variance of each metric. */
export function spreadsOf(
  measurement: Measurement,
  groups: Groups,
  { replicates, random }: BootstrapOptions,
): Spreads {
  const { scored } = measurement;
  const width = tallyWidth(scored.classes);
  const blocks = blocksOf(groups, maxBlocks(width), random.fork("blocks"));
  const counts = new Float64Array(blocks.count);
  const rows = talliesOf(measurement, blocks);
  const sums = new Float64Array(width);
  const draws = drawsWithin(maxSums, rows.length, replicates);
  const rankedDraws = drawsWithin(maxVisits, scored.count * scored.classes, draws);
  const areasOf = areasIn(measurement, blocks);
  const summed: SummedMetrics[] = [];
  const areas: Areas[] = [];
  for (let draw = 0; draw < draws; draw++) {
    drawBlocks(counts, random);
    addRows(sums, rows, counts);
    summed.push(summedMetrics(sums, scored.classes));
    if (draw < rankedDraws) areas.push(areasOf(counts));
  }
  return {
    accuracy: spreadOf(summed.map((one) => one.accuracy)),
    balancedAccuracy: spreadOf(summed.map((one) => one.balancedAccuracy)),
    macroF1: spreadOf(summed.map((one) => one.macroF1)),
    loss: spreadOf(summed.map((one) => one.loss)),
    brier: spreadOf(summed.map((one) => one.brier)),
    kappa: spreadOf(summed.map((one) => one.kappa)),
    ece: spreadOf(summed.map((one) => one.ece)),
    rocAuc: spreadOf(areas.map((one) => one.rocAuc)),
    averagePrecision: spreadOf(areas.map((one) => one.averagePrecision)),
  };
}

const drawsWithin = (max: number, eachTakes: number, wanted: number): number =>
  Math.min(Math.max(Math.floor(max / eachTakes), minDraws), wanted);

/** The sums of each block, one row after the other: [blocks, width]. */
function talliesOf({ scored }: Measurement, { count, of }: Groups): Float64Array {
  const width = tallyWidth(scored.classes);
  const rows = new Float64Array(count * width);
  for (let i = 0; i < scored.count; i++) addImage(rows, scored, i, int32At(of, i) * width);
  return rows;
}

/** Adds up the rows, each as often as it was drawn. */
function addRows(sums: Float64Array, rows: Float64Array, counts: Float64Array): void {
  const width = sums.length;
  sums.fill(0);
  for (let block = 0, from = 0; block < counts.length; block++, from += width) {
    const times = float64At(counts, block);
    if (times === 0) continue;
    for (let k = 0; k < width; k++) sums[k]! += times * rows[from + k]!;
  }
}

/** Makes the function from the counts of a draw to its areas. */
function areasIn({ rankings }: Measurement, { of }: Groups): (counts: Float64Array) => Areas {
  const ranked = rankings.map((ranking) => ({ ranking, blocks: ranking.order.map((i) => int32At(of, i)) }));
  const weights = new Float64Array(of.length);
  return (counts) =>
    meanAreas(
      ranked.map(({ ranking, blocks }) => {
        for (let rank = 0; rank < blocks.length; rank++) weights[rank] = counts[blocks[rank]!]!;
        return areasUnder(ranking, weights);
      }),
    );
}

function spreadOf(values: readonly (number | null)[]): Spreads[MetricName] {
  const known = values.filter((value) => value !== null);
  if (known.length < minDraws) return undefined;
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  const squares = known.reduce((sum, value) => sum + (value - mean) * (value - mean), 0);
  return { mean, variance: squares / (known.length - 1) };
}
