import { cosinePi, power, wholePower } from "../../arithmetic.ts";
import { momentumOfCycle, oneCycleRate } from "./oneCycle.ts";
import { plateauRate } from "./plateau.ts";
import type { CosineRestarts, LearningRateSchedule, MonitoredEpoch } from "./types.ts";

/**
 * The learning rate of a step, counted from 1; `base` is the full rate, and `epochs` are those that are finished, which only
 * `plateau` asks for. The same bits on every machine.
 */
export function learningRateAt(
  schedule: LearningRateSchedule,
  base: number,
  step: number,
  epochs: readonly MonitoredEpoch[] = [],
): number {
  const warmupSteps = ("warmupSteps" in schedule && schedule.warmupSteps) || 0;
  const full = schedule.type === "plateau" ? plateauRate(schedule, base, epochs) : base;
  if (step <= warmupSteps) return full * (step / warmupSteps);
  const done = step - 1 - warmupSteps;
  switch (schedule.type) {
    case "constant":
    case "plateau":
      return full;
    case "cosine":
      return base * halfWave(done / Math.max(1, schedule.totalSteps - warmupSteps), schedule.alpha);
    case "cosineRestarts":
      return base * restartedWave(schedule, done);
    case "oneCycle":
      return oneCycleRate(schedule, base, done);
    case "exponentialDecay": {
      const periods = done / schedule.decaySteps;
      return base * power(schedule.decayRate, schedule.staircase ? Math.floor(periods) : periods);
    }
    case "stepDecay":
      return base * wholePower(schedule.factor, Math.floor(done / schedule.every));
    case "multiStepDecay":
      return base * wholePower(schedule.factor, schedule.milestones.filter((end) => end <= done).length);
    case "polynomialDecay": {
      const left = 1 - Math.min(1, done / Math.max(1, schedule.totalSteps - warmupSteps));
      return base * (schedule.alpha + (1 - schedule.alpha) * (left > 0 ? power(left, schedule.power) : 0));
    }
    default:
      return schedule satisfies never;
  }
}

/** The momentum of a step, from 1; nothing where the schedule leaves it alone. */
export const momentumAt = (schedule: LearningRateSchedule, step: number): number | undefined =>
  schedule.type === "oneCycle" && schedule.momentum
    ? momentumOfCycle(schedule, schedule.momentum, step - 1)
    : undefined;

/** 1 at progress 0, `alpha` from progress 1 on. */
const halfWave = (progress: number, alpha: number): number =>
  alpha + (1 - alpha) * 0.5 * (1 + cosinePi(Math.min(1, progress)));

/** The wave that holds a step, `done` steps after the first one began. */
function restartedWave({ firstSteps, tMul, mMul, alpha }: CosineRestarts, done: number): number {
  let [length, height, from] = [firstSteps, 1, done];
  if (tMul === 1) {
    height = wholePower(mMul, Math.floor(done / firstSteps));
    from = done % firstSteps;
  }
  while (tMul > 1 && from >= length) {
    from -= length;
    length *= tMul;
    height *= mMul;
  }
  return alpha + (1 - alpha) * 0.5 * height * (1 + cosinePi(from / length));
}
