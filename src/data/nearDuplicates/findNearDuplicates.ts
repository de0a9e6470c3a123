import { groupBy } from "../group.ts";
import { type Candidate, type CandidateIndex, indexSketches } from "./candidates.ts";
import { type Proof, compareSketches, samePixels } from "./confirm.ts";
import { numberGroups } from "./groups.ts";
import { joinPhotographs } from "./photographs.ts";
import { joinScenes } from "./scenes.ts";
import { certaintyBar, certaintyOf, lowestBar } from "./threshold.ts";
import type { NearDuplicates, MatchedPair, FindNearDuplicatesOptions, Fingerprint } from "./types.ts";

/** Copies to confirm for each image: more than one, so that no group hangs together by a single link. */
const wantedLinks = 3;
const mostCandidates = 12;
const mostRefusals = 6;
const surelyLinked = 0.9;
/** Images of a group that look for its scene, and images of other groups that each is compared with. */
const probesOfGroup = 4;
const strangersOfProbe = 6;

/** The images to compare: those that have a sketch and are the first with their pixels. */
interface Search {
  /** Their places in the list that was given. */
  readonly places: readonly number[];
  readonly sketches: readonly Fingerprint[];
  readonly index: CandidateIndex;
}

/**
 * Finds which images are of one photograph, by their content: re-encoded, resized, cropped, turned, mirrored, shifted, sheared, brighter or darker.
 * Images without a sketch have no copies. Near-linear in time; the same groups for the same images in the same order.
 */
export async function findNearDuplicates(
  sketches: readonly (Fingerprint | undefined)[],
  { signal, onProgress }: FindNearDuplicatesOptions = {},
): Promise<NearDuplicates> {
  const { places, equal } = findEqual(sketches);
  const kept = places.map((place) => sketches[place]!);
  const search: Search = { places, sketches: kept, index: await indexSketches(kept, breath) };
  const likely: MatchedPair[] = [];
  for (let i = 0; i < places.length; i++) {
    likely.push(...likelyCopies(search, i));
    if (i % 16 > 0) continue;
    onProgress?.(i, places.length);
    await breath();
    signal?.throwIfAborted();
  }
  onProgress?.(places.length, places.length);
  const bar = certaintyBar(likely.map(certaintyOf), sketches.length);
  const confirmed = [...equal, ...likely.filter((pair) => certaintyOf(pair) >= bar)];
  const { sets, pairs } = joinPhotographs(confirmed, sketches.length);
  const groups = numberGroups(sets, sketches.length);
  // Where many things look alike, corners in the same places say nothing of a common scene.
  if (bar > lowestBar) return { groups, scenes: groups, pairs };
  const links = [...likely, ...(await acrossGroups(search, groups, signal))];
  return { groups, scenes: joinScenes(links, groups), pairs };
}

/** Lets others have the thread. */
const breath = (): Promise<void> => new Promise((resolve) => void setTimeout(resolve));

/** Images of equal pixels, and the places of all others and of the first of each kind. */
function findEqual(sketches: readonly (Fingerprint | undefined)[]): {
  readonly places: readonly number[];
  readonly equal: readonly MatchedPair[];
} {
  const first = new Map<string, number>();
  const places: number[] = [];
  const equal: MatchedPair[] = [];
  sketches.forEach((sketch, b) => {
    if (!sketch) return;
    const key = sketch.hash.join();
    const a = first.get(key);
    if (a === undefined) {
      first.set(key, b);
      places.push(b);
    } else equal.push({ a, b, ...samePixels(sketch) });
  });
  return { places, equal };
}

/** Compares an image with the earlier ones that share most with it, until enough are surely copies. */
function likelyCopies({ places, sketches, index }: Search, i: number): MatchedPair[] {
  const likely: MatchedPair[] = [];
  let [links, refusals] = [0, 0];
  for (const candidate of index.nearest(i, mostCandidates)) {
    if (links === wantedLinks || refusals === mostRefusals) break;
    const proof = compareEither(sketches[candidate.image]!, sketches[i]!, candidate);
    if (proof) likely.push({ a: places[candidate.image]!, b: places[i]!, ...proof });
    if (proof && certaintyOf(proof) >= surelyLinked) links++;
    else refusals++;
  }
  return likely;
}

/** Links of some images of each group to other groups: an image's own copies stand first among its candidates, and hide those. */
async function acrossGroups(
  search: Search,
  groups: Int32Array,
  signal?: AbortSignal,
): Promise<MatchedPair[]> {
  const members = groupBy([...search.places.keys()], (i) => groups[search.places[i]!]!);
  const links: MatchedPair[] = [];
  for (const group of members.values()) {
    if (group.length === 1) continue;
    for (const i of spread(group, probesOfGroup)) links.push(...linksToStrangers(search, groups, i));
    await breath();
    signal?.throwIfAborted();
  }
  return links;
}

function linksToStrangers({ places, sketches, index }: Search, groups: Int32Array, i: number): MatchedPair[] {
  const b = places[i]!;
  const strangers = index
    .nearest(i, sketches.length)
    .filter(({ image }) => groups[places[image]!] !== groups[b]);
  return strangers.slice(0, strangersOfProbe).flatMap((candidate): MatchedPair[] => {
    const proof = compareEither(sketches[candidate.image]!, sketches[i]!, candidate);
    return proof ? [{ a: places[candidate.image]!, b, ...proof }] : [];
  });
}

/** A few items, evenly from first to last. */
const spread = <T>(items: readonly T[], most: number): readonly T[] =>
  items.length <= most
    ? items
    : Array.from({ length: most }, (_, i) => items[Math.floor((i * items.length) / most)]!);

/** Tries first what the votes say, mirrored or not, and the other where they do not tell. */
function compareEither(
  a: Fingerprint,
  b: Fingerprint,
  { plainVotes, mirroredVotes }: Candidate,
): Proof | undefined {
  const mirrored = mirroredVotes > plainVotes;
  const proof = compareSketches(a, b, mirrored);
  if (proof || 2 * Math.min(plainVotes, mirroredVotes) < Math.max(plainVotes, mirroredVotes)) return proof;
  return compareSketches(a, b, !mirrored);
}
