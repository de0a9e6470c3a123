/** What a rung costs: a trial's epochs, and what comes beside them. */
export interface Costs {
  readonly secondsPerEpoch: number;
  /** To compile and to evaluate, for each training. */
  readonly overhead: number;
}

export interface HalvingOptions extends Costs {
  readonly reduction: number;
}

/** More rungs than this compare trials by a sliver of their training. */
const maxRungs = 4;

/** Trials that the last rung compares at least: with one there is nothing to choose. */
const minFinalists = 2;

/** Epochs in all at the end of each rung: a `reduction`-th of those of the next (Jamieson and Talwalkar 2016). */
export function rungsOf(epochs: number, reduction: number): readonly number[] {
  const rungs = [epochs];
  for (let next = Math.floor(epochs / reduction); next >= 1 && rungs.length < maxRungs;)
    next = Math.floor((rungs[rungs.push(next) - 1] ?? 0) / reduction);
  return rungs.reverse();
}

/** How many of `count` trials of a rung the next one takes. */
export const promotedOf = (count: number, reduction: number, isLast: boolean): number =>
  Math.min(count, Math.max(Math.ceil(count / reduction), isLast ? minFinalists : 1));

/**
 * Seconds of a search with `reduction` trials for each rung above the first: of the first rung, and of all. As much time as the rungs
 * take is left to compare the last trials on the other folds.
 */
export function smallestSearch(
  epochs: number,
  { reduction, secondsPerEpoch, overhead }: HalvingOptions,
): { readonly first: number; readonly total: number } {
  const rungs = rungsOf(epochs, reduction);
  let count = Math.max(reduction ** (rungs.length - 1), minFinalists);
  const costs = rungs.map((upTo, r) => {
    if (r > 0) count = promotedOf(count, reduction, r === rungs.length - 1);
    return count * ((upTo - (rungs[r - 1] ?? 0)) * secondsPerEpoch + overhead);
  });
  const selection = costs.reduce((sum, seconds) => sum + seconds, 0);
  return { first: costs[0] ?? 0, total: rungs.length === 1 ? selection : 2 * selection };
}

/** The most epochs, up to `max`, for which a whole search fits into so many seconds; at least 1. */
export function epochsFor(seconds: number, max: number, options: HalvingOptions): number {
  for (let epochs = max; epochs > 1; epochs--)
    if (smallestSearch(epochs, options).total <= seconds) return epochs;
  return 1;
}
