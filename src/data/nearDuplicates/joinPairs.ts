import { type Sets, disjointSets } from "./groups.ts";
import type { MatchedPair } from "./types.ts";

// Near-duplicates of one photograph correlate by 0.984 to 0.998, two shots of one field by 0.92 to 0.977 (docs/results.md, the audit of
// the whole set). The limits are chosen, not measured one by one; with them 99.98% of the joined pairs there are of one photograph.

/** From this many images on, a group's own agreement is known. */
const establishedSize = 4;
/** How far below that a link between two such groups may lie. */
const maxShortfall = 0.05;
const minShareOfInliers = 0.7;

/** Sums over the links within one set. */
interface Links {
  readonly count: number;
  readonly agreement: number;
  readonly inliers: number;
}

const noLinks: Links = { count: 0, agreement: 0, inliers: 0 };

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
  // By the root of each set.
  const links = new Map<number, Links>();
  const ordered = pairs.toSorted(
    (p, q) => q.agreement - p.agreement || q.inliers - p.inliers || p.a - q.a || p.b - q.b,
  );
  for (const pair of ordered) {
    const [p, q] = [sets.find(pair.a), sets.find(pair.b)];
    if (p !== q && isWeak(pair, [p, q], { sets, links })) continue;
    sets.join(p, q);
    const root = sets.find(p);
    const other = root === p ? q : p;
    const mine = links.get(root) ?? noLinks;
    const theirs = other === root ? noLinks : (links.get(other) ?? noLinks);
    links.set(root, {
      count: mine.count + theirs.count + 1,
      agreement: mine.agreement + theirs.agreement + pair.agreement,
      inliers: mine.inliers + theirs.inliers + pair.inliers,
    });
  }
  return { sets, pairs: pairs.filter(({ a, b }) => sets.find(a) === sets.find(b)) };
}

function isWeak(
  { agreement, inliers }: MatchedPair,
  roots: readonly number[],
  { sets, links }: { readonly sets: Sets; readonly links: ReadonlyMap<number, Links> },
): boolean {
  if (roots.some((root) => sets.sizeOf(root) < establishedSize)) return false;
  return roots.every((root) => {
    const usual = links.get(root) ?? noLinks;
    return (
      agreement < usual.agreement / usual.count - maxShortfall ||
      inliers < (minShareOfInliers * usual.inliers) / usual.count
    );
  });
}
