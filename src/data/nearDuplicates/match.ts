import { hammingCloseness } from "./hamming.ts";
import type { Fingerprint } from "./types.ts";

/** A corner of each of two images whose descriptors are each other's nearest; working pixels of each. */
export interface Match {
  readonly fromX: number;
  readonly fromY: number;
  readonly toX: number;
  readonly toY: number;
}

/** Matches the corners of two fingerprints; `mirrored` compares with b as a mirror would show it, its positions as they are. */
export function matchCorners(a: Fingerprint, b: Fingerprint, mirrored: boolean): readonly Match[] {
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
      let four = fours[i * stride + k] ?? 0;
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
  const matches: Match[] = [];
  bestOfRow.forEach((j, i) => {
    if (j < 0 || bestOfColumn[j] !== i) return;
    matches.push({
      fromX: a.positions[2 * i] ?? 0,
      fromY: a.positions[2 * i + 1] ?? 0,
      toX: b.positions[2 * j] ?? 0,
      toY: b.positions[2 * j + 1] ?? 0,
    });
  });
  return matches;
}
