import { type Candidate, type CandidateIndex, indexSketches } from "./candidates.ts";
import { type Proof, compareSketches, samePixels } from "./confirm.ts";
import { disjointSets, numberGroups, trustedLinks } from "./groups.ts";
import { certaintyBar, certaintyOf } from "./threshold.ts";
import type { Copies, CopyPair, FindCopiesOptions, Sketch } from "./types.ts";

/** Copies to confirm for each picture: more than one, so that no group hangs together by a single link. */
const wantedLinks = 3;
const mostCandidates = 12;
const mostRefusals = 6;
const surelyLinked = 0.9;

/** The pictures to compare: those that have a sketch and are the first with their pixels. */
interface Search {
  /** Their places in the list that was given. */
  readonly places: readonly number[];
  readonly sketches: readonly Sketch[];
  readonly index: CandidateIndex;
}

/**
 * Finds which pictures are of one photograph, by their content: re-encoded, resized, cropped, turned, mirrored, shifted, sheared, brighter or darker.
 * Pictures without a sketch have no copies. Near-linear in time; the same groups for the same pictures in the same order.
 */
export async function findCopies(
  sketches: readonly (Sketch | undefined)[],
  { signal, onProgress }: FindCopiesOptions = {},
): Promise<Copies> {
  const { places, equal } = findEqual(sketches);
  const kept = places.map((place) => sketches[place]!);
  const search: Search = { places, sketches: kept, index: await indexSketches(kept, breath) };
  const likely: CopyPair[] = [];
  for (let i = 0; i < places.length; i++) {
    likely.push(...likelyCopies(search, i));
    if (i % 16 > 0) continue;
    onProgress?.(i, places.length);
    await breath();
    signal?.throwIfAborted();
  }
  onProgress?.(places.length, places.length);
  const pairs = [...equal, ...confirmed(likely, sketches.length)];
  const sets = disjointSets(sketches.length);
  for (const { a, b } of pairs) sets.join(a, b);
  return { groups: numberGroups(sets, sketches.length), pairs };
}

/** The pairs that are copies by the collection's own bar and by what else links their groups. */
function confirmed(likely: readonly CopyPair[], count: number): CopyPair[] {
  const links = likely.map((pair) => ({ a: pair.a, b: pair.b, certainty: certaintyOf(pair), pair }));
  const bar = certaintyBar(
    links.map(({ certainty }) => certainty),
    count,
  );
  const above = links.filter(({ certainty }) => certainty >= bar);
  return trustedLinks(above, count).map(({ pair }) => pair);
}

/** Lets others have the thread. */
const breath = (): Promise<void> => new Promise((resolve) => void setTimeout(resolve));

/** Pictures of equal pixels, and the places of all others and of the first of each kind. */
function findEqual(sketches: readonly (Sketch | undefined)[]): {
  readonly places: readonly number[];
  readonly equal: readonly CopyPair[];
} {
  const first = new Map<string, number>();
  const places: number[] = [];
  const equal: CopyPair[] = [];
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

/** Compares a picture with the earlier ones that share most with it, until enough are surely copies. */
function likelyCopies({ places, sketches, index }: Search, i: number): CopyPair[] {
  const likely: CopyPair[] = [];
  let [links, refusals] = [0, 0];
  for (const candidate of index.nearest(i, mostCandidates)) {
    if (links === wantedLinks || refusals === mostRefusals) break;
    const proof = compareEither(sketches[candidate.picture]!, sketches[i]!, candidate);
    if (proof) likely.push({ a: places[candidate.picture]!, b: places[i]!, ...proof });
    if (proof && certaintyOf(proof) >= surelyLinked) links++;
    else refusals++;
  }
  return likely;
}

/** Tries first what the votes say, mirrored or not, and the other where they do not tell. */
function compareEither(a: Sketch, b: Sketch, { plainVotes, mirroredVotes }: Candidate): Proof | undefined {
  const mirrored = mirroredVotes > plainVotes;
  const proof = compareSketches(a, b, mirrored);
  if (proof || 2 * Math.min(plainVotes, mirroredVotes) < Math.max(plainVotes, mirroredVotes)) return proof;
  return compareSketches(a, b, !mirrored);
}
