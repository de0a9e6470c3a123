import { type Contestant, startContestant, stepsFor, warmUp } from "./contestant.ts";
import { type OursOptions, ours } from "./ours.ts";
import type { Result } from "./record.ts";
import { spreadOf } from "../../src/base/statistics.ts";
import { showWork } from "./works.ts";

/** How long to measure. */
export interface Effort {
  readonly rounds: number;
  /** Milliseconds that a round's steps should fill. */
  readonly roundMs: number;
}

// Rounds of about a second outlast what disturbs the machine for moments; an odd number has a median. Chosen, not measured.
export const thorough: Effort = { rounds: 11, roundMs: 1_000 };
export const quick: Effort = { rounds: 3, roundMs: 300 };

export interface TimeOptions extends OursOptions, Effort {
  /** The Node binary. */
  readonly node: string;
  readonly gflop: number;
}

/** One work in a process of its own: its step, its start, its memory. */
export async function timeOurs({ node, gflop, rounds, roundMs, ...options }: TimeOptions): Promise<Result[]> {
  const contestant = await startContestant(ours(node, options));
  const steps = stepsFor(roundMs, await warmUp(contestant));
  const ms: number[] = [];
  let peak = 0;
  for (let round = 0; round < rounds; round++) {
    const done = await contestant.run(steps);
    ms.push(...done.ms);
    peak = done.peakBytes;
  }
  await contestant.close();
  const about = {
    who: "Fovea",
    version: contestant.ready.version,
    work: showWork(options.work),
    threads: options.threads,
  };
  return [
    { ...about, quantity: "step", unit: "ms", gflop, ...spreadOf(ms) },
    ...startOf(contestant).map((start) => ({ ...about, ...start })),
    { ...about, quantity: "peak memory", unit: "MiB", ...spreadOf([peak / 2 ** 20]) },
  ];
}

/** What one start of a process took. */
export const startOf = ({
  ready,
  startMs,
}: Contestant): Pick<Result, "quantity" | "unit" | keyof ReturnType<typeof spreadOf>>[] => [
  { quantity: "compile", unit: "ms", ...spreadOf([ready.compileMs]) },
  { quantity: "compile and first step", unit: "ms", ...spreadOf([ready.compileMs + ready.firstStepMs]) },
  { quantity: "start of process to first step", unit: "ms", ...spreadOf([startMs]) },
];
