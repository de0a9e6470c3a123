import { at, yieldToEventLoop, groupBy } from "../../base/index.ts";
import { type CandidateImage, type CandidateIndex, indexFingerprints } from "./candidates.ts";
import { type Alignment, compareFingerprints, samePixels } from "./confirm.ts";
import { numberGroups } from "./groups.ts";
import { joinPairs } from "./joinPairs.ts";
import { joinScenes } from "./scenes.ts";
import { matchThreshold, matchConfidence, minThreshold } from "./threshold.ts";
import type { NearDuplicates, MatchedPair, FindNearDuplicatesOptions, Fingerprint } from "./types.ts";

// The numbers of comparisons bound the time to 3 to 5 ms an image (docs/performance.md); with them 99.88% of the pairs of one
// photograph are joined (docs/results.md, the audit of the whole set). Each by itself is chosen, not measured.

/** Near-duplicates to confirm for each image: more than one, so that no group depends on a single link. */
const wantedLinks = 3;
const maxCandidates = 12;
const maxRejections = 6;
/** Near-duplicates agree by 0.92 or more (test/data/nearDuplicates/separation.test.ts). */
const confidentLink = 0.9;
/** Images of a group that look for its scene, and images of other groups that each is compared with. */
const probesPerGroup = 4;
const othersPerProbe = 6;

/** The images to compare: those that have a fingerprint and are the first with their pixels. */
interface Search {
  /** Their indices in the given list. */
  readonly indices: readonly number[];
  readonly fingerprints: readonly Fingerprint[];
  readonly index: CandidateIndex;
}

/**
 * Groups near-duplicates (images made from one source image) by content: re-encoded, resized, cropped, rotated, mirrored, shifted, sheared, brighter or darker.
 * Images without a fingerprint are groups of their own. Near-linear in time; deterministic for the same images in the same order.
 */
export async function findNearDuplicates(
  fingerprints: readonly (Fingerprint | undefined)[],
  { signal, onProgress }: FindNearDuplicatesOptions = {},
): Promise<NearDuplicates> {
  const { indices, distinct, equal } = findEqual(fingerprints);
  const search: Search = {
    indices,
    fingerprints: distinct,
    index: await indexFingerprints(distinct, yieldToEventLoop),
  };
  const likely: MatchedPair[] = [];
  for (let i = 0; i < indices.length; i++) {
    likely.push(...likelyPairs(search, i));
    if (i % 16 > 0) continue;
    onProgress?.(i, indices.length);
    await yieldToEventLoop();
    signal?.throwIfAborted();
  }
  onProgress?.(indices.length, indices.length);
  const threshold = matchThreshold(likely.map(matchConfidence), fingerprints.length);
  const confirmed = [...equal, ...likely.filter((pair) => matchConfidence(pair) >= threshold)];
  const { sets, pairs } = joinPairs(confirmed, fingerprints.length);
  const groups = numberGroups(sets, fingerprints.length);
  // Where many things look alike, corners at the same positions do not show a common scene.
  if (threshold > minThreshold) return { groups, scenes: groups, pairs };
  const links = [...likely, ...(await acrossGroups(search, groups, signal))];
  return { groups, scenes: joinScenes(links, groups), pairs };
}

/** Pairs of equal pixels, and the images with distinct pixels: their indices and fingerprints. */
function findEqual(fingerprints: readonly (Fingerprint | undefined)[]): {
  readonly indices: readonly number[];
  readonly distinct: readonly Fingerprint[];
  readonly equal: readonly MatchedPair[];
} {
  const first = new Map<string, number>();
  const indices: number[] = [];
  const distinct: Fingerprint[] = [];
  const equal: MatchedPair[] = [];
  fingerprints.forEach((fingerprint, b) => {
    if (!fingerprint) return;
    const key = fingerprint.hash.join();
    const a = first.get(key);
    if (a === undefined) {
      first.set(key, b);
      indices.push(b);
      distinct.push(fingerprint);
    } else equal.push({ a, b, ...samePixels(fingerprint) });
  });
  return { indices, distinct, equal };
}

/** Compares an image with the earlier ones of most shared descriptors, until enough links are confident. */
function likelyPairs({ indices, fingerprints, index }: Search, i: number): MatchedPair[] {
  const likely: MatchedPair[] = [];
  let [links, rejections] = [0, 0];
  for (const candidate of index.nearest(i, maxCandidates)) {
    if (links === wantedLinks || rejections === maxRejections) break;
    const alignment = compareEither(at(fingerprints, candidate.image), at(fingerprints, i), candidate);
    if (alignment) likely.push({ a: at(indices, candidate.image), b: at(indices, i), ...alignment });
    if (alignment && matchConfidence(alignment) >= confidentLink) links++;
    else rejections++;
  }
  return likely;
}

/** Links of some images of each group to other groups: an image's own near-duplicates come first among its candidates, and hide those. */
async function acrossGroups(
  search: Search,
  groups: Int32Array,
  signal?: AbortSignal,
): Promise<MatchedPair[]> {
  const members = groupBy([...search.indices.keys()], (i) => at(groups, at(search.indices, i)));
  const links: MatchedPair[] = [];
  for (const group of members.values()) {
    if (group.length === 1) continue;
    for (const i of spread(group, probesPerGroup)) links.push(...linksToOthers(search, groups, i));
    await yieldToEventLoop();
    signal?.throwIfAborted();
  }
  return links;
}

function linksToOthers(
  { indices, fingerprints, index }: Search,
  groups: Int32Array,
  i: number,
): MatchedPair[] {
  const b = at(indices, i);
  const isOfOther = (image: number): boolean => groups[at(indices, image)] !== groups[b];
  const others = index.nearest(i, othersPerProbe, isOfOther);
  return others.flatMap((candidate): MatchedPair[] => {
    const alignment = compareEither(at(fingerprints, candidate.image), at(fingerprints, i), candidate);
    return alignment ? [{ a: at(indices, candidate.image), b, ...alignment }] : [];
  });
}

/** A few items, evenly from first to last. */
const spread = <T>(items: readonly T[], count: number): readonly T[] =>
  items.length <= count
    ? items
    : Array.from({ length: count }, (_, i) => at(items, Math.floor((i * items.length) / count)));

/** Tries the orientation with more votes first, and the other where the votes are close. */
function compareEither(
  a: Fingerprint,
  b: Fingerprint,
  { plainVotes, mirroredVotes }: CandidateImage,
): Alignment | undefined {
  const mirrored = mirroredVotes > plainVotes;
  const alignment = compareFingerprints(a, b, mirrored);
  if (alignment || 2 * Math.min(plainVotes, mirroredVotes) < Math.max(plainVotes, mirroredVotes))
    return alignment;
  return compareFingerprints(a, b, !mirrored);
}
