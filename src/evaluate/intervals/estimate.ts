import { at } from "../../base/index.ts";
import { type Groups, groupsOf, pseudoCount, typicalSize } from "./groups.ts";
import { type Interval, wilson } from "./intervals.ts";
import { studentT } from "./quantile.ts";

/** A fraction with its 95% confidence interval. */
export interface Estimate {
  readonly value: number;
  readonly interval: Interval;
  /** Images that it is a fraction of. */
  readonly images: number;
}

/**
 * Score interval (Wilson 1927) of a fraction over as many independent images as have its variance between groups, with Student's t
 * for their number. With few hits or misses the design effect is drawn towards the group size, as for the accuracy.
 */
export function estimateOf(hits: readonly boolean[], numbers: readonly number[]): Estimate | null {
  const images = hits.length;
  if (images === 0) return null;
  const groups = groupsOf(numbers);
  const value = hits.filter(Boolean).length / images;
  const size = typicalSize(groups);
  const observed = Math.max(1, groups.count > 1 ? designEffect(hits, groups, value) : size);
  const minority = Math.min(value, 1 - value) * images;
  const effect = Math.max(observed, (minority * observed + pseudoCount * size) / (minority + pseudoCount));
  return { value, interval: wilson(value, images / effect, studentT(groups.count - 1)), images };
}

/** Variance of a fraction by the sums over groups (Cochran 1977, §11.5), over that of as many independent images. */
function designEffect(hits: readonly boolean[], { of, count }: Groups, value: number): number {
  const chance = value * (1 - value);
  if (chance === 0) return 1;
  const excess = new Float64Array(count);
  for (const [i, hit] of hits.entries()) {
    const group = at(of, i);
    excess[group] = at(excess, group) + (hit ? 1 : 0) - value;
  }
  const squares = excess.reduce((sum, one) => sum + one * one, 0);
  return ((count / (count - 1)) * squares) / (hits.length * chance);
}
