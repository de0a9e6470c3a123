import { cosinePi } from "../../arithmetic.ts";
import type { MomentumRange, OneCycle } from "./types.ts";

/** A number that goes from one value to another until a step, counted from 0. */
interface Phase {
  readonly end: number;
  readonly from: number;
  readonly to: number;
}

/** The last steps of the phases, which may be fractions. */
function endsOf({ totalSteps, warmupFraction, threePhase }: OneCycle): readonly number[] {
  const top = warmupFraction * totalSteps - 1;
  return threePhase ? [top, 2 * warmupFraction * totalSteps - 2, totalSteps - 1] : [top, totalSteps - 1];
}

/** Where a step, from 0, stands in its phase; past the last one at its end. */
function along({ anneal }: OneCycle, phases: readonly Phase[], step: number): number {
  let start = 0;
  for (const [i, { end, from, to }] of phases.entries()) {
    const isLast = i === phases.length - 1;
    if (step <= end || isLast) {
      const part = end > start ? Math.min(1, (step - start) / (end - start)) : 1;
      return anneal === "linear" ? (to - from) * part + from : to + ((from - to) / 2) * (1 + cosinePi(part));
    }
    start = end;
  }
  return Number.NaN;
}

const phasesOf = (schedule: OneCycle, values: readonly number[]): readonly Phase[] =>
  endsOf(schedule).map((end, i) => ({ end, from: values[i] ?? 0, to: values[i + 1] ?? 0 }));

/** As PyTorch's OneCycleLR; `done` counts from 0. */
export function oneCycleRate(schedule: OneCycle, base: number, done: number): number {
  const first = base / schedule.divFactor;
  const last = first / schedule.finalDivFactor;
  const values = schedule.threePhase ? [first, base, first, last] : [first, base, last];
  return along(schedule, phasesOf(schedule, values), done);
}

export function momentumOfCycle(schedule: OneCycle, { min, max }: MomentumRange, done: number): number {
  const values = schedule.threePhase ? [max, min, max, max] : [max, min, max];
  return along(schedule, phasesOf(schedule, values), done);
}
