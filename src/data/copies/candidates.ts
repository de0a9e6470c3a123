import { words } from "./descriptors.ts";
import type { Sketch } from "./types.ts";

/** A picture that may be a copy. */
export interface Candidate {
  readonly picture: number;
  /** Descriptors found in both, as they are and mirrored. */
  readonly plainVotes: number;
  readonly mirroredVotes: number;
}

export interface CandidateIndex {
  /** Pictures below `below` that share descriptors with one, most likely first. */
  nearest(picture: number, most: number, below?: number): readonly Candidate[];
}

// More descriptors than this with the same bits come from what many pictures show, such as plain edges.
const largestBucket = 400;
const leastVotes = 3;

/** One word's low bits as the key to a list of pictures. */
interface Table {
  readonly starts: Uint32Array;
  readonly pictures: Uint32Array;
}

/**
 * Lists the pictures by parts of their descriptors, each word's low bits being one hash (locality-sensitive hashing,
 * Indyk & Motwani 1998): near descriptors agree in some word. More pictures use more bits, so that the lists stay short.
 */
export function indexSketches(sketches: readonly Sketch[]): CandidateIndex {
  const total = sketches.reduce((sum, { descriptors }) => sum + descriptors.length / words, 0);
  let bits = 14;
  while (bits < 24 && 2 ** (bits + 2) < total) bits++;
  const mask = 2 ** bits - 1;
  const tables = Array.from({ length: words }, (_, word) => tableOf(sketches, word, mask));
  const votes = [new Uint16Array(sketches.length), new Uint16Array(sketches.length)] as const;
  const collect = (picture: number, below: number, flip: number, counts: Uint16Array): Set<number> => {
    const { descriptors } = sketches[picture]!;
    const touched = new Set<number>();
    for (let at = 0; at < descriptors.length; at++) {
      const { starts, pictures } = tables[(at % words) ^ flip]!;
      const key = descriptors[at]! & mask;
      const [start, end] = [starts[key]!, starts[key + 1]!];
      if (end - start > largestBucket) continue;
      for (let k = start; k < end; k++) {
        const other = pictures[k]!;
        if (other >= below) break;
        if (++counts[other]! === leastVotes) touched.add(other);
      }
    }
    return touched;
  };
  return {
    nearest(picture, most, below = picture) {
      const found = collect(picture, below, 0, votes[0]);
      for (const other of collect(picture, below, words / 2, votes[1])) found.add(other);
      found.delete(picture);
      const candidates = Array.from(found, (other) => ({
        picture: other,
        plainVotes: votes[0][other]!,
        mirroredVotes: votes[1][other]!,
      }));
      votes[0].fill(0);
      votes[1].fill(0);
      const strength = (c: Candidate): number => Math.max(c.plainVotes, c.mirroredVotes);
      candidates.sort((p, q) => strength(q) - strength(p) || p.picture - q.picture);
      return candidates.slice(0, most);
    },
  };
}

function tableOf(sketches: readonly Sketch[], word: number, mask: number): Table {
  const starts = new Uint32Array(mask + 2);
  for (const { descriptors } of sketches) {
    for (let at = word; at < descriptors.length; at += words) starts[(descriptors[at]! & mask) + 1]!++;
  }
  for (let key = 0; key <= mask; key++) starts[key + 1]! += starts[key]!;
  const pictures = new Uint32Array(starts[mask + 1]!);
  const next = starts.slice();
  sketches.forEach(({ descriptors }, picture) => {
    for (let at = word; at < descriptors.length; at += words) {
      pictures[next[descriptors[at]! & mask]!++] = picture;
    }
  });
  return { starts, pictures };
}
