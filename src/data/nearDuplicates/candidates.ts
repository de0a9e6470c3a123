import { at } from "../../base/index.ts";
import { words } from "./descriptors.ts";
import type { Fingerprint } from "./types.ts";

/** A possible near-duplicate. */
export interface CandidateImage {
  readonly image: number;
  /** Descriptors found in both, the rare ones counting more, as they are and mirrored. */
  readonly plainVotes: number;
  readonly mirroredVotes: number;
}

export interface CandidateIndex {
  /** So many of the earlier images that share descriptors with one, most likely first; of those alone that `accepts` lets pass. */
  nearest(image: number, count: number, accepts?: (image: number) => boolean): readonly CandidateImage[];
}

/** More descriptors than this with the same bits come from what many images show, such as plain edges; chosen, not measured. */
const maxBucket = 400;
/** As many as three descriptors that a hundred images have count; chosen, not measured: `minInliers` corners must follow later anyway. */
const minVotes = 0.3;

/** One word's low bits as the key to a list of images. */
interface Table {
  readonly starts: Uint32Array;
  readonly images: Uint32Array;
}

/**
 * Lists the images by parts of their descriptors, each word's low bits being one hash (locality-sensitive hashing,
 * Indyk & Motwani 1998): near descriptors agree in some word. More images use more bits, so that the lists stay short.
 */
export async function indexFingerprints(
  fingerprints: readonly Fingerprint[],
  /** Yields to the event loop. */
  yieldToEventLoop: () => Promise<void>,
): Promise<CandidateIndex> {
  const total = fingerprints.reduce((sum, { descriptors }) => sum + descriptors.length / words, 0);
  let bits = 14;
  while (bits < 24 && 2 ** (bits + 2) < total) bits++;
  const mask = 2 ** bits - 1;
  const tables: Table[] = [];
  for (let word = 0; word < words; word++) {
    tables.push(tableOf(fingerprints, word, mask));
    await yieldToEventLoop();
  }
  const votes = [new Float32Array(fingerprints.length), new Float32Array(fingerprints.length)] as const;
  const touched = new Int32Array(fingerprints.length * 2);
  // Where a sum leaves zero the image is noted, so that clearing costs no more than adding.
  const collect = (image: number, flip: 0 | 1, noted: number): number => {
    const { descriptors } = at(fingerprints, image);
    const sums = votes[flip];
    let end = noted;
    for (let slot = 0; slot < descriptors.length; slot++) {
      const { starts, images } = at(tables, (slot % words) ^ (flip * (words / 2)));
      const key = (descriptors[slot] ?? 0) & mask;
      const last = starts[key + 1] ?? 0;
      const first = starts[key] ?? 0;
      if (last - first > maxBucket) continue;
      // What few images show says more of an image than what many do.
      const vote = 1 / Math.sqrt(last - first);
      for (let k = first; k < last; k++) {
        const other = images[k] ?? 0;
        if (other >= image) break;
        if (sums[other] === 0) touched[end++] = other;
        sums[other] = (sums[other] ?? 0) + vote;
      }
    }
    return end;
  };
  return {
    nearest(image, count, accepts) {
      const end = collect(image, 1, collect(image, 0, 0));
      const found = mostLikely(count);
      for (let k = 0; k < end; k++) {
        const other = touched[k] ?? 0;
        const [plainVotes, mirroredVotes] = [votes[0][other] ?? 0, votes[1][other] ?? 0];
        // One that is noted a second time has none left.
        votes[0][other] = votes[1][other] = 0;
        const strength = Math.max(plainVotes, mirroredVotes);
        if (strength < minVotes || !found.hasRoomFor(other, strength)) continue;
        if (!accepts || accepts(other)) found.add({ image: other, plainVotes, mirroredVotes });
      }
      return found.candidates;
    },
  };
}

const strengthOf = ({ plainVotes, mirroredVotes }: CandidateImage): number =>
  Math.max(plainVotes, mirroredVotes);

interface MostLikely {
  /** The strongest first; of equally strong ones the first image. */
  readonly candidates: readonly CandidateImage[];
  hasRoomFor(image: number, strength: number): boolean;
  add(candidate: CandidateImage): void;
}

/** Keeps the most likely candidates: an image has thousands, of which a few are wanted, so that sorting them all takes longer than the search. */
function mostLikely(count: number): MostLikely {
  const candidates: CandidateImage[] = [];
  // Of the last one, once there are enough.
  let [weakest, lastImage] = [-1, Infinity];
  const hasRoomFor = (image: number, strength: number): boolean =>
    strength > weakest || (strength === weakest && image < lastImage);
  return {
    candidates,
    hasRoomFor,
    add(candidate) {
      const strength = strengthOf(candidate);
      let place = Math.min(candidates.length, count - 1);
      for (; place > 0; place--) {
        const before = at(candidates, place - 1);
        const difference = strengthOf(before) - strength;
        if (difference > 0 || (difference === 0 && before.image < candidate.image)) break;
        candidates[place] = before;
      }
      candidates[place] = candidate;
      if (candidates.length < count) return;
      const last = at(candidates, count - 1);
      [weakest, lastImage] = [strengthOf(last), last.image];
    },
  };
}

function tableOf(fingerprints: readonly Fingerprint[], word: number, mask: number): Table {
  const starts = new Uint32Array(mask + 2);
  for (const { descriptors } of fingerprints) {
    for (let slot = word; slot < descriptors.length; slot += words) {
      const key = (descriptors[slot] ?? 0) & mask;
      starts[key + 1] = (starts[key + 1] ?? 0) + 1;
    }
  }
  for (let key = 0; key <= mask; key++) starts[key + 1] = (starts[key + 1] ?? 0) + (starts[key] ?? 0);
  const images = new Uint32Array(starts[mask + 1] ?? 0);
  const next = starts.slice();
  fingerprints.forEach(({ descriptors }, image) => {
    for (let slot = word; slot < descriptors.length; slot += words) {
      const key = (descriptors[slot] ?? 0) & mask;
      const end = next[key] ?? 0;
      images[end] = image;
      next[key] = end + 1;
    }
  });
  return { starts, images };
}
