import { type Sets, disjointSets } from "./groups.ts";
import type { MatchedPair } from "./types.ts";

/** From this many images on, a group's own agreement is known. */
const establishedSize = 4;
/** How far below that a link between two such groups may lie. */
const maxShortfall = 0.05;
const minShareOfInliers = 0.7;

/** Sums over the links within one set, stored at its root. */
interface Links {
  readonly count: Float64Array;
  readonly agreement: Float64Array;
  readonly inliers: Float64Array;
}

export interface JoinedPairs {
  readonly sets: Sets;
  /** The pairs within one group. */
  readonly pairs: readonly MatchedPair[];
}

/**
 * Joins images to groups of near-duplicates, the best pairs first. Two shots of one scene agree nearly as well, but worse than the
 * near-duplicates of either: a link between two larger groups counts only where it is about as good as theirs.
 */
export function joinPairs(pairs: readonly MatchedPair[], count: number): JoinedPairs {
  const sets = disjointSets(count);
  const links: Links = {
    count: new Float64Array(count),
    agreement: new Float64Array(count),
    inliers: new Float64Array(count),
  };
  const ordered = pairs.toSorted(
    (p, q) => q.agreement - p.agreement || q.inliers - p.inliers || p.a - q.a || p.b - q.b,
  );
  for (const pair of ordered) {
    const [p, q] = [sets.find(pair.a), sets.find(pair.b)];
    if (p !== q && isWeak(pair, [p, q], { sets, links })) continue;
    sets.join(p, q);
    const root = sets.find(p);
    const other = root === p ? q : p;
    for (const sums of Object.values(links) as Float64Array[])
      if (other !== root) sums[root]! += sums[other]!;
    links.count[root]!++;
    links.agreement[root]! += pair.agreement;
    links.inliers[root]! += pair.inliers;
  }
  return { sets, pairs: pairs.filter(({ a, b }) => sets.find(a) === sets.find(b)) };
}

function isWeak(
  { agreement, inliers }: MatchedPair,
  roots: readonly number[],
  { sets, links }: { readonly sets: Sets; readonly links: Links },
): boolean {
  if (roots.some((root) => sets.sizeOf(root) < establishedSize)) return false;
  return roots.every(
    (root) =>
      agreement < links.agreement[root]! / links.count[root]! - maxShortfall ||
      inliers < (minShareOfInliers * links.inliers[root]!) / links.count[root]!,
  );
}
