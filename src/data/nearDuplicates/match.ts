import { nearestDescriptors } from "./kernels/hamming.ts";
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
  const { ofRow, ofColumn } = nearestDescriptors(a.descriptors, b.descriptors, { flip: mirrored });
  const matches: Match[] = [];
  ofRow.forEach((j, i) => {
    if (j < 0 || ofColumn[j] !== i) return;
    matches.push({
      fromX: a.positions[2 * i] ?? 0,
      fromY: a.positions[2 * i + 1] ?? 0,
      toX: b.positions[2 * j] ?? 0,
      toY: b.positions[2 * j + 1] ?? 0,
    });
  });
  return matches;
}
