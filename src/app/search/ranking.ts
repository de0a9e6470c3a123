import type { Trial } from "./types.ts";

/** The best first: those of later rungs, measured on more folds; then the higher accuracy, of equal ones the lower log loss. */
export const rankedTrials = (trials: readonly Trial[]): readonly Trial[] => trials.toSorted(compareTrials);

function compareTrials(a: Trial, b: Trial): number {
  const [p, q] = [a.rungs.at(-1), b.rungs.at(-1)];
  if (!p || !q) return (p ? 0 : 1) - (q ? 0 : 1) || a.number - b.number;
  return (
    q.rung - p.rung || q.folds - p.folds || q.accuracy - p.accuracy || p.loss - q.loss || a.number - b.number
  );
}
