/** Images of one class that were taken for another one. */
export interface MixUp {
  /** Class index of what they show, and of what they were taken for. */
  readonly truth: number;
  readonly said: number;
  readonly count: number;
  /** Of the images that show `truth`. */
  readonly share: number;
}

/** What was taken for what, the most frequent first; of equally frequent ones the larger share. confusion[truth][said] */
export function mixUpsOf(confusion: readonly (readonly number[])[]): readonly MixUp[] {
  const all = confusion.flatMap((row, truth) => {
    const total = row.reduce((sum, n) => sum + n, 0);
    return row.flatMap((count, said) =>
      count === 0 || said === truth ? [] : [{ truth, said, count, share: count / total }],
    );
  });
  return all.toSorted((a, b) => b.count - a.count || b.share - a.share);
}
