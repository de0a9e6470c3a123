/** Images of one true class that were predicted as one other class. */
export interface Confusion {
  /** Class indices: the true class, and the predicted one. */
  readonly truth: number;
  readonly predicted: number;
  readonly count: number;
  /** Fraction of the images of class `truth`, in (0, 1]. */
  readonly share: number;
}

/** Confused pairs, the most frequent first, ties by the larger share. confusion[truth][predicted] */
export function confusionsOf(confusion: readonly (readonly number[])[]): readonly Confusion[] {
  const all = confusion.flatMap((row, truth) => {
    const total = row.reduce((sum, n) => sum + n, 0);
    return row.flatMap((count, predicted) =>
      count === 0 || predicted === truth ? [] : [{ truth, predicted, count, share: count / total }],
    );
  });
  return all.toSorted((a, b) => b.count - a.count || b.share - a.share);
}
