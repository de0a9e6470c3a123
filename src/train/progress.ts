import { at, fault } from "../base/index.ts";
import { type Best, type Checkpoint, bestOf, checkpointOf } from "./checkpoint.ts";
import type { AdviceCode } from "./advice.ts";
import type { Weights } from "./weights.ts";
import type { EpochRecord } from "./history.ts";
import { type Run, readWeights } from "./run.ts";

/** What changes while a model trains. */
export interface TrainingProgress {
  /** Steps since the very first. */
  step: number;
  firstLoss: number;
  /** Step at which batch norm's statistics were estimated last. */
  estimatedAt: number | undefined;
  history: EpochRecord[];
  best: Best | undefined;
  /** After the last finished epoch, or before the first. */
  lastFiniteWeights: Weights;
  /** Training examples by class. */
  readonly classCounts: number[];
  /** The last batch, for a look at the layers. */
  probeBatch: Float32Array;
  /** Advice that was given and still holds. */
  readonly issued: Set<AdviceCode>;
}

/** Where a training starts, or goes on from its checkpoint. */
export async function begin(run: Run): Promise<TrainingProgress> {
  const { resume } = run.options;
  if (resume && resume.state.seed !== run.seed) {
    throw fault("resume: seed", {
      expected: `${resume.state.seed}, as before`,
      received: `${run.seed}`,
      exitCode: 2,
    });
  }
  const step = resume?.state.step ?? 0;
  // A checkpoint stands at the end of an epoch, and holds the estimates.
  const estimatedAt = resume && step;
  return {
    step,
    estimatedAt,
    firstLoss: resume?.state.firstLoss ?? Number.NaN,
    history: [...(resume?.state.history ?? [])],
    best: resume && bestOf(resume),
    lastFiniteWeights: await readWeights(run, { step, estimatedAt }),
    classCounts: [],
    probeBatch: new Float32Array(0),
    issued: new Set(),
  };
}

/** The training as data, after a finished epoch; `best` is the best one so far. */
export function snapshot(
  { session, seed, steering: { lengths } }: Run,
  { step, firstLoss, history }: TrainingProgress,
  best: Best,
): Promise<Checkpoint> {
  const state = {
    epoch: history.length,
    step,
    seed,
    firstLoss,
    history: [...history],
    bestEpoch: best.record.epoch,
    ...(lengths.length > 0 && { lengths: [...lengths] }),
  };
  return checkpointOf(session, best, state);
}

/** Adds the classes of so many targets, indices or one-hot rows. */
export function countClasses(counts: number[], targets: Float32Array, count: number): void {
  const width = targets.length / count;
  for (let i = 0; i < count; i++) {
    const row = targets.subarray(i * width, (i + 1) * width);
    const label = width === 1 ? at(row, 0) : row.indexOf(1);
    while (counts.length <= label) counts.push(0);
    if (label >= 0) counts[label] = (counts[label] ?? 0) + 1;
  }
}

/** A single NaN or infinity anywhere makes the sum no number. */
export const isSound = (weights: Weights): boolean =>
  Object.values(weights).every((data) => Number.isFinite(data.reduce((sum, x) => sum + x, 0)));
