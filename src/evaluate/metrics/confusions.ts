/** Images of one class that were taken for another one. */
export interface Confusion {
  /** Class index of what they show, and of what they were taken for. */
  readonly truth: number;
  readonly predicted: number;
  readonly count: number;
  /** Of the images that show `truth`. */
  readonly share: number;
}

/** What was taken for what, the most frequent first; of equally frequent ones the larger share. confusion[truth][said] */
export function confusionsOf(confusion: readonly (readonly number[])[]): readonly Confusion[] {
  const all = confusion.flatMap((row, truth) => {
    const total = row.reduce((sum, n) => sum + n, 0);
    return row.flatMap((count, predicted) =>
      count === 0 || predicted === truth ? [] : [{ truth, predicted, count, share: count / total }],
    );
  });
  return all.toSorted((a, b) => b.count - a.count || b.share - a.share);
}
