import { at, portableExp, portableLog, significantText } from "../../base/index.ts";

/** One step of a range test. */
export interface RangeTestStep {
  readonly learningRate: number;
  /** Mean over its batch, before the step. */
  readonly loss: number;
}

/** A step with the mean of the losses around it. */
export interface SmoothedStep {
  readonly learningRate: number;
  /** Mean over its batch, before the step; null where it is no number. */
  readonly loss: number | null;
  /** Weighted mean over the step and up to `smoothingReach` on either side; null once the loss is no number. */
  readonly smoothed: number | null;
}

/** One run of a range test and what it shows. */
export interface RangeTestRun {
  readonly seed: number;
  readonly steps: readonly SmoothedStep[];
  /** Whether the loss exceeded four times its lowest value, or became no number, before the last rate. */
  readonly diverged: boolean;
  /** Where the smoothed loss is lowest; absent where it fell by less than 5%. */
  readonly lowest?: LowestPoint;
}

/** Where the smoothed loss of a run is lowest. */
export interface LowestPoint extends RangeTestStep {
  /** It was still falling at the highest rate. */
  readonly isEdge: boolean;
}

/** What all runs together suggest. */
export interface LearningRateSuggestion {
  /** A tenth of the rate at which the smoothed loss is lowest: the geometric mean over the runs, to two digits. */
  readonly learningRate: number;
  /** The lowest and the highest of the runs. */
  readonly low: number;
  readonly high: number;
  /** Runs that suggest a rate. */
  readonly runs: number;
  /** The loss of a run was still falling at the highest rate, so that higher ones may serve. */
  readonly isEdge: boolean;
}

/** Steps on either side that a smoothed loss takes in, with weights that fall linearly. */
export const smoothingReach = 4;
/** Of the loss at its lowest, from which a run has diverged; as in fastai. */
const divergenceFactor = 4;
/** Part by which the loss has to fall, so that its lowest point tells something. */
const minFall = 0.05;
/** Steps of the running mean that tells a divergence while it happens. */
const recent = 5;

/** Tells, loss by loss, whether the mean of the last ones is far above the lowest such mean, or the loss is no number. */
export function divergenceWatch(): (loss: number) => boolean {
  const last: number[] = [];
  let lowest = Number.POSITIVE_INFINITY;
  return (loss) => {
    last.push(loss);
    if (last.length > recent) last.shift();
    const mean = meanOf(last);
    lowest = Math.min(lowest, mean);
    return !Number.isFinite(loss) || mean > divergenceFactor * lowest;
  };
}

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Smooths the losses of a run and finds their lowest point. */
export function analysed(seed: number, steps: readonly RangeTestStep[]): RangeTestRun {
  const smoothed = steps.map(({ learningRate, loss }, i): SmoothedStep => ({
    learningRate,
    loss: finiteOrNull(loss),
    smoothed: smoothedAt(steps, i),
  }));
  const watch = divergenceWatch();
  const diverged = steps.map(({ loss }) => watch(loss)).at(-1) === true;
  const inside = smoothed.slice(smoothingReach, steps.length - smoothingReach);
  const known = inside.flatMap(({ learningRate, smoothed: loss }) =>
    loss === null ? [] : [{ learningRate, loss }],
  );
  const [first, ...others] = known;
  if (!first) return { seed, steps: smoothed, diverged };
  const least = others.reduce((best, step) => (step.loss < best.loss ? step : best), first);
  const isEdge = !diverged && least === known.at(-1);
  if (least.loss > (1 - minFall) * first.loss) return { seed, steps: smoothed, diverged };
  return { seed, steps: smoothed, diverged, lowest: { ...least, isEdge } };
}

/** Centred, so that the lowest point is not late. */
function smoothedAt(steps: readonly RangeTestStep[], index: number): number | null {
  let [sum, weights] = [0, 0];
  // Fewer at the ends, as many on both sides.
  const reach = Math.min(smoothingReach, index, steps.length - 1 - index);
  for (let offset = -reach; offset <= reach; offset++) {
    const weight = smoothingReach + 1 - Math.abs(offset);
    sum += weight * at(steps, index + offset).loss;
    weights += weight;
  }
  return finiteOrNull(sum / weights);
}

const finiteOrNull = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** A tenth of the lowest points' rates; nothing where no run has one. */
export function suggestedRate(runs: readonly RangeTestRun[]): LearningRateSuggestion | undefined {
  const rates = runs.flatMap(({ lowest }) => (lowest ? [lowest.learningRate / 10] : []));
  if (rates.length === 0) return undefined;
  const mean = portableExp(meanOf(rates.map(portableLog)));
  return {
    learningRate: twoDigits(mean),
    low: twoDigits(Math.min(...rates)),
    high: twoDigits(Math.max(...rates)),
    runs: rates.length,
    isEdge: runs.some(({ lowest }) => lowest?.isEdge === true),
  };
}

const twoDigits = (value: number): number => Number(significantText(value, 2));
