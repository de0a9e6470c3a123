import { at, entryOf, unknownOption } from "../../base/index.ts";
import { epochOrder } from "../../data/index.ts";
import type { Session } from "../../engine/index.ts";
import { type BatchSource, type TrainingSource, runBatches } from "../../evaluate/index.ts";
import { type ModelSpec, type NormStatistics, statisticsProgram } from "../../nn/index.ts";

// Statistics of batch norm for the weights as they are, from training examples (PreciseBN; Wu & Johnson 2021, "Rethinking 'Batch' in
// BatchNorm", section 3), beside the moving averages, which trail the weights.

/** Where inference reads mean and variance of batch norm from. */
export type BatchNormStatistics = "precise" | "moving";

export const batchNormStatisticsNames: readonly BatchNormStatistics[] = ["precise", "moving"];

/** How the statistics of a training's batch norms are estimated. */
export interface StatisticsPlan {
  readonly norms: readonly NormStatistics[];
  /** Names of the estimates in the session, by the parameters that they stand for. */
  readonly storedAs: Readonly<Record<string, string>>;
}

/** The session's names of the estimates. */
export const statisticsPlan = (norms: readonly NormStatistics[]): StatisticsPlan => ({
  norms,
  storedAs: Object.fromEntries(
    norms.flatMap(({ mean, variance }) => [mean, variance]).map((name) => [name, `precise/${name}`]),
  ),
});

/**
 * Examples that are looked at: a quarter of the training set, from 128 to 1,024, in whole batches; never more than there are. Measured by
 * bench/batchNormStatistics.ts: 128 images of 64x64 give the accuracies of all 320, 48 swing by a point more.
 */
export function statisticsCount(count: number, batchSize: number): number {
  const wanted = Math.min(Math.max(Math.ceil(count / 4), 128), 1024, count);
  return Math.max(Math.floor(wanted / batchSize), 1) * batchSize;
}

interface EstimatorOptions {
  readonly batchNormStatistics?: BatchNormStatistics | undefined;
  readonly batchSize: number;
  readonly storedAs: Readonly<Record<string, string>>;
}

/** The program that estimates batch norm's statistics; nothing where moving averages are asked for, or there is no batch norm. */
export function statisticsEstimator(
  model: ModelSpec,
  train: BatchSource | TrainingSource,
  { batchNormStatistics: wanted = "precise", batchSize, storedAs }: EstimatorOptions,
): ReturnType<typeof statisticsProgram> | undefined {
  if (!batchNormStatisticsNames.includes(wanted))
    throw unknownOption("fit: batchNormStatistics", wanted, { known: batchNormStatisticsNames });
  if (wanted === "moving" || train.inOrder) return undefined;
  const program = statisticsProgram(model, { inputShape: train.inputShape, batchSize, storedAs });
  return program.norms.length > 0 ? program : undefined;
}

export interface StatisticsTask {
  readonly session: Session;
  readonly plan: StatisticsPlan;
  readonly source: BatchSource | TrainingSource;
  readonly batchSize: number;
  readonly seed: number;
  /** For augmentation. */
  readonly epoch: number;
  /** Ends it between two batches. */
  readonly signal?: AbortSignal | undefined;
}

/** Writes mean and variance of every batch norm into the session; false where it was ended before. */
export async function estimateStatistics(task: StatisticsTask): Promise<boolean> {
  const { session, plan, source, batchSize, seed, epoch, signal } = task;
  const names = plan.norms.map(({ mean, variance }) => ({ mean, variance, pooled: pool() }));
  const all = Int32Array.from({ length: source.count }, (_, i) => i);
  // The same examples after every epoch, so that their choice moves nothing from one to the next.
  const order = epochOrder(all, seed, 0).subarray(0, statisticsCount(source.count, batchSize));
  const run = (batch: { readonly x: Float32Array }): ReturnType<Session["run"]> =>
    session.run("statistics", { x: batch.x });
  const batches = { source, order, batchSize, epoch, startsAhead: true };
  for await (const { result } of runBatches(batches, run)) {
    for (const { mean, variance, pooled } of names)
      pooled.add(entryOf(result, mean), entryOf(result, variance));
    if (signal?.aborted) return false;
  }
  for (const { mean, variance, pooled } of names) {
    const found = pooled.result();
    await session.write(entryOf(plan.storedAs, mean), found.mean);
    await session.write(entryOf(plan.storedAs, variance), found.variance);
  }
  return true;
}

/** Mean and variance of each channel. */
interface Moments {
  readonly mean: Float32Array;
  /** Biased: the divisor is the number of values. */
  readonly variance: Float32Array;
}

/**
 * Pools mean and variance of batches of one size: the mean of the means; the mean of the variances plus the variance of the means
 * (Chan, Golub & LeVeque 1983). In float64, in the order of the batches, by Welford's update.
 */
export function pool(): {
  readonly add: (mean: Float32Array, variance: Float32Array) => void;
  readonly result: () => Moments;
} {
  let batches = 0;
  const means: number[] = [];
  const variances: number[] = [];
  /** Sums of squared distances of the batches' means from their mean. */
  const between: number[] = [];
  return {
    add: (mean, variance) => {
      batches++;
      for (let c = 0; c < mean.length; c++) {
        const [before, inside] = [means[c] ?? 0, variances[c] ?? 0];
        const after = before + (at(mean, c) - before) / batches;
        between[c] = (between[c] ?? 0) + (at(mean, c) - before) * (at(mean, c) - after);
        variances[c] = inside + (at(variance, c) - inside) / batches;
        means[c] = after;
      }
    },
    result: () => ({
      mean: Float32Array.from(means),
      variance: Float32Array.from(variances, (inside, c) => inside + at(between, c) / batches),
    }),
  };
}
