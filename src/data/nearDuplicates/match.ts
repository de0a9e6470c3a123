import { hammingCloseness } from "./hamming.ts";
import type { Fingerprint } from "./types.ts";

/** Corners of two images whose descriptors are each other's nearest. */
export interface Matches {
  readonly count: number;
  /** Place of each match in a, [count, 2], and in b, [count, 2]. */
  readonly from: Float64Array;
  readonly to: Float64Array;
}

/** Matches the corners of two sketches; `mirrored` compares with b as a mirror would show it, its places as they are. */
export function matchCorners(a: Fingerprint, b: Fingerprint, mirrored: boolean): Matches {
  const rows = a.positions.length / 2;
  const columns = b.positions.length / 2;
  const { stride, fours } = hammingCloseness(a.descriptors, b.descriptors, { flip: mirrored });
  const bestOfRow = new Int32Array(rows).fill(-1);
  const bestOfColumn = new Int32Array(columns).fill(-1);
  const closestOfColumn = new Uint8Array(columns);
  for (let i = 0; i < rows; i++) {
    let closest = 0;
    for (let k = 0; k < stride; k++) {
      // Nearly all are far apart.
      let four = fours[i * stride + k]!;
      for (let j = 4 * k; four !== 0; j++, four >>>= 8) {
        const closeness = four & 255;
        if (closeness > closest) {
          closest = closeness;
          bestOfRow[i] = j;
        }
        if (closeness > (closestOfColumn[j] ?? 255)) {
          closestOfColumn[j] = closeness;
          bestOfColumn[j] = i;
        }
      }
    }
  }
  const mutual: number[] = [];
  bestOfRow.forEach((j, i) => {
    if (j >= 0 && bestOfColumn[j] === i) mutual.push(i);
  });
  const from = new Float64Array(mutual.length * 2);
  const to = new Float64Array(mutual.length * 2);
  mutual.forEach((i, n) => {
    const j = bestOfRow[i]!;
    from.set([a.positions[2 * i]!, a.positions[2 * i + 1]!], 2 * n);
    to.set([b.positions[2 * j]!, b.positions[2 * j + 1]!], 2 * n);
  });
  return { count: mutual.length, from, to };
}
