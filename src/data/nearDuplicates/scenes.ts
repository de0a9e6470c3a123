import { at } from "../../base/index.ts";
import { disjointSets, numberGroups } from "./groups.ts";
import type { MatchedPair } from "./types.ts";

/** Unlike images have 10 corners in common by chance at most (test/data/nearDuplicates/separation.test.ts); a scene must show well more, twice. */
const minInliers = 14;
const minLinks = 2;

/** Joins groups to scenes by pairs that agree too little for near-duplicates but share corner positions. The scene of each image. */
export function joinScenes(likely: readonly MatchedPair[], groups: Int32Array): Int32Array {
  const links = new Map<string, number>();
  const sets = disjointSets(groups.length);
  const first = new Map<number, number>();
  groups.forEach((group, i) => {
    const member = first.get(group) ?? i;
    first.set(group, member);
    sets.join(member, i);
  });
  for (const { a, b, inliers } of likely) {
    if (inliers < minInliers || groups[a] === groups[b]) continue;
    const key = [at(groups, a), at(groups, b)].sort((p, q) => p - q).join();
    links.set(key, (links.get(key) ?? 0) + 1);
    if (links.get(key) === minLinks) sets.join(a, b);
  }
  return numberGroups(sets, groups.length);
}
