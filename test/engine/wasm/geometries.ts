import { integer, record } from "fast-check";
import { expect } from "vitest";
import type { Buffer, ConvGeometry } from "../../../src/engine/kernels/index.ts";
import { runKernels } from "./runHere.ts";
import { bitsOf } from "./sums.ts";

const extent = integer({ min: 1, max: 7 });
export const step = integer({ min: 1, max: 3 });

/** Any geometry; outputs may reach over the edges on every side. */
export const geometries = record({
  n: integer({ min: 1, max: 3 }),
  height: extent,
  width: extent,
  channels: integer({ min: 1, max: 5 }),
  filterHeight: step,
  filterWidth: step,
  outHeight: extent,
  outWidth: extent,
  filters: integer({ min: 1, max: 19 }),
  padTop: integer({ min: -1, max: 2 }),
  padLeft: integer({ min: -3, max: 2 }),
  down: step,
  across: step,
  dilationDown: step,
  dilationAcross: step,
}).map(({ down, across, dilationDown, dilationAcross, ...g }): ConvGeometry => ({
  ...g,
  strides: [down, across],
  dilation: [dilationDown, dilationAcross],
}));

export const runs = { numRuns: 25, seed: 4, endOnFailure: true };
export const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** x [n, h, w, c], 0 outside of the image. */
export const pixelOf =
  (g: ConvGeometry, x: readonly number[], channels = g.channels) =>
  (n: number, row: number, column: number, c: number): number =>
    row < 0 || row >= g.height || column < 0 || column >= g.width
      ? 0
      : (x[((n * g.height + row) * g.width + column) * channels + c] ?? NaN);

/** Expects a kernel to write these bits, and nothing beside its arrays. */
export function expectBits(
  kernel: Parameters<typeof runKernels>[0][number],
  given: ReadonlyMap<Buffer, readonly number[]>,
  expected: ReadonlyMap<Buffer, readonly number[]>,
): void {
  const { read, stray } = runKernels([kernel], given, { reversed: true });
  for (const [buffer, numbers] of expected)
    expect(bitsOf(read(buffer))).toEqual(bitsOf(Float32Array.from(numbers)));
  expect(stray).toBe(0);
}
