import { hammingDistances } from "./hamming.ts";
import type { Sketch } from "./types.ts";

/** Corners of two pictures whose descriptors are each other's nearest. */
export interface Matches {
  readonly count: number;
  /** Place of each match in a, [count, 2], and in b, [count, 2]. */
  readonly from: Float64Array;
  readonly to: Float64Array;
}

/** Bits of 256 in which the descriptors of one corner may differ. */
const mostBits = 72;

/** Matches the corners of two sketches; `mirrored` compares with b as a mirror would show it, its places as they are. */
export function matchCorners(a: Sketch, b: Sketch, mirrored: boolean): Matches {
  const rows = a.places.length / 2;
  const columns = b.places.length / 2;
  const { stride, bits } = hammingDistances(a.descriptors, b.descriptors, { flip: mirrored });
  const bestOfRow = new Int32Array(rows).fill(-1);
  const bestOfColumn = new Int32Array(columns).fill(-1);
  const bitsOfColumn = new Int32Array(columns).fill(mostBits + 1);
  for (let i = 0; i < rows; i++) {
    let [least, best] = [mostBits + 1, -1];
    for (let j = 0, at = i * stride; j < columns; j++, at++) {
      const differing = bits[at]!;
      if (differing > mostBits) continue;
      if (differing < least) [least, best] = [differing, j];
      if (differing >= bitsOfColumn[j]!) continue;
      bitsOfColumn[j] = differing;
      bestOfColumn[j] = i;
    }
    bestOfRow[i] = best;
  }
  const mutual: number[] = [];
  bestOfRow.forEach((j, i) => {
    if (j >= 0 && bestOfColumn[j] === i) mutual.push(i);
  });
  const from = new Float64Array(mutual.length * 2);
  const to = new Float64Array(mutual.length * 2);
  mutual.forEach((i, n) => {
    const j = bestOfRow[i]!;
    from.set([a.places[2 * i]!, a.places[2 * i + 1]!], 2 * n);
    to.set([b.places[2 * j]!, b.places[2 * j + 1]!], 2 * n);
  });
  return { count: mutual.length, from, to };
}
