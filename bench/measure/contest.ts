import { type Contestant, type Entrant, startContestant, stepsFor, warmUp } from "./contestant.ts";
import { median } from "../../src/base/statistics.ts";
import type { Effort } from "./timeOurs.ts";

/** What one contestant did in a contest. */
export interface Score {
  readonly name: string;
  readonly contestant: Contestant;
  /** Milliseconds of every step. */
  readonly ms: readonly number[];
  /** Median of each round, for ratios of the same round. */
  readonly rounds: readonly number[];
  readonly peakBytes: number;
}

/** The scores, and who could not take part with why. */
export interface Outcome {
  readonly scores: readonly Score[];
  readonly failures: readonly string[];
}

export interface ContestOptions extends Effort {
  /** Parameters that the net trains: who trains another number has another net and takes no part. */
  readonly trainable: number;
}

interface Running {
  readonly contestant: Contestant;
  readonly steps: number;
  readonly ms: number[];
  readonly rounds: number[];
  peakBytes: number;
}

/** All do the same work in turn, a round each, in processes that stay alive: what disturbs the machine disturbs all. */
export async function contest(entrants: readonly Entrant[], options: ContestOptions): Promise<Outcome> {
  const { rounds, roundMs, trainable } = options;
  const failures: string[] = [];
  const running = new Set<Running>();
  const attempt = async (work: () => Promise<void>, onFailure: () => void = () => {}): Promise<void> => {
    try {
      await work();
    } catch (error) {
      failures.push(error instanceof Error ? error.message : String(error));
      onFailure();
    }
  };
  for (const entrant of entrants) {
    await attempt(async () => {
      const contestant = await startContestant(entrant);
      await holdSameNet(contestant, trainable);
      const steps = stepsFor(roundMs, await warmUp(contestant));
      running.add({ contestant, steps, ms: [], rounds: [], peakBytes: 0 });
    });
  }
  for (let round = 0; round < rounds; round++) {
    for (const one of running) {
      await attempt(
        () => playRound(one),
        () => {
          running.delete(one);
          void one.contestant.close();
        },
      );
    }
  }
  await Promise.all(Array.from(running, ({ contestant }) => contestant.close()));
  return {
    failures,
    scores: Array.from(running, ({ contestant, ms, rounds: medians, peakBytes }) => ({
      name: contestant.name,
      contestant,
      ms,
      rounds: medians,
      peakBytes,
    })),
  };
}

async function holdSameNet(contestant: Contestant, trainable: number): Promise<void> {
  const { name, ready } = contestant;
  if (ready.trainable === undefined || ready.trainable === trainable) return;
  await contestant.close();
  throw new Error(`${name}: trains ${ready.trainable} parameters, expected ${trainable}`);
}

async function playRound(one: Running): Promise<void> {
  const done = await one.contestant.run(one.steps);
  one.ms.push(...done.ms);
  one.rounds.push(median(done.ms));
  one.peakBytes = done.peakBytes;
}

/** Median over the rounds of a / b: what disturbs a round disturbs both, and cancels. */
export const medianRatio = (a: readonly number[], b: readonly number[]): number =>
  median(a.map((value, round) => value / (b[round] ?? Number.NaN)));
