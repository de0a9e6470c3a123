import { type Candidate, type CandidateIndex, indexSketches } from "./candidates.ts";
import { type Proof, confirmCopy, samePixels } from "./confirm.ts";
import { type Sets, disjointSets, numberGroups } from "./groups.ts";
import type { Copies, CopyPair, FindCopiesOptions, Sketch } from "./types.ts";

/** Copies to confirm for each picture: more than one, so that no group hangs together by a single link. */
const wantedLinks = 3;
const mostCandidates = 24;
const mostRefusals = 8;
const mostRefusalsOfGroup = 2;

/** What is known so far. */
interface Search {
  /** The pictures that have a sketch and are the first with their pixels, by their places. */
  readonly places: readonly number[];
  readonly sketches: readonly Sketch[];
  readonly index: CandidateIndex;
  readonly sets: Sets;
  readonly pairs: CopyPair[];
}

/**
 * Finds which pictures are of one photograph, by their content: re-encoded, resized, cropped, turned, mirrored, shifted, sheared, brighter or darker.
 * Pictures without a sketch have no copies. Near-linear in time; the same groups for the same pictures in the same order.
 */
export async function findCopies(
  sketches: readonly (Sketch | undefined)[],
  { signal, onProgress }: FindCopiesOptions = {},
): Promise<Copies> {
  const sets = disjointSets(sketches.length);
  const pairs: CopyPair[] = [];
  const places = joinEqual(sketches, { sets, pairs });
  const kept = places.map((place) => sketches[place]!);
  const search: Search = { places, sketches: kept, index: indexSketches(kept), sets, pairs };
  for (let i = 0; i < places.length; i++) {
    linkPicture(search, i);
    if (i % 16 === 0) {
      onProgress?.(i, places.length);
      await breath();
      signal?.throwIfAborted();
    }
  }
  onProgress?.(places.length, places.length);
  return { groups: numberGroups(sets, sketches.length), pairs };
}

/** Lets others have the thread. */
const breath = (): Promise<void> => new Promise((resolve) => void setTimeout(resolve));

/** Joins pictures of equal pixels, and gives the places of the others and of the first of each kind. */
function joinEqual(
  sketches: readonly (Sketch | undefined)[],
  { sets, pairs }: Pick<Search, "sets" | "pairs">,
): number[] {
  const first = new Map<string, number>();
  const places: number[] = [];
  sketches.forEach((sketch, b) => {
    if (!sketch) return;
    const key = sketch.hash.join();
    const a = first.get(key);
    if (a === undefined) {
      first.set(key, b);
      places.push(b);
    } else {
      sets.join(a, b);
      pairs.push({ a, b, ...samePixels(sketch) });
    }
  });
  return places;
}

/** Confirms a few copies of a picture among the pictures before it. */
function linkPicture({ places, sketches, index, sets, pairs }: Search, i: number): void {
  const refused = new Map<number, number>();
  let [links, refusals] = [0, 0];
  for (const candidate of index.nearest(i, mostCandidates)) {
    if (links === wantedLinks || refusals === mostRefusals) break;
    const group = sets.find(places[candidate.picture]!);
    if ((refused.get(group) ?? 0) >= mostRefusalsOfGroup) continue;
    const proof = confirmEither(sketches[candidate.picture]!, sketches[i]!, candidate);
    if (!proof) {
      refusals++;
      refused.set(group, (refused.get(group) ?? 0) + 1);
      continue;
    }
    links++;
    pairs.push({ a: places[candidate.picture]!, b: places[i]!, ...proof });
    sets.join(places[candidate.picture]!, places[i]!);
  }
}

/** Tries first what the votes say, mirrored or not, and the other where they do not tell. */
function confirmEither(a: Sketch, b: Sketch, { plainVotes, mirroredVotes }: Candidate): Proof | undefined {
  const mirrored = mirroredVotes > plainVotes;
  const proof = confirmCopy(a, b, mirrored);
  if (proof || 2 * Math.min(plainVotes, mirroredVotes) < Math.max(plainVotes, mirroredVotes)) return proof;
  return confirmCopy(a, b, !mirrored);
}
