import { assert, integer, property } from "fast-check";
import { expect, test } from "vitest";
import { type Raster, prepare, resize } from "../../../src/data/index.ts";
import { patterned } from "../trees.ts";

/** Pillow's bilinear weights of one output position (Resample.c, `precompute_coeffs`), as [input position, weight in 2^-22]. */
function tapsAt(i: number, extent: number, outputs: number): readonly (readonly [number, number])[] {
  const scale = extent / outputs;
  const reach = Math.max(scale, 1);
  const center = (i + 0.5) * scale;
  const start = Math.max(Math.trunc(center - reach + 0.5), 0);
  const end = Math.min(Math.trunc(center + reach + 0.5), extent);
  const raw = Array.from({ length: end - start }, (_, k) =>
    Math.max(1 - Math.abs((k + start - center + 0.5) * (1 / reach)), 0),
  );
  const sum = raw.reduce((a, b) => a + b, 0);
  return raw.map((weight, k) => [start + k, Math.trunc(0.5 + (weight / sum) * 2 ** 22)]);
}

/** Each position of one axis becomes the weighted sum, in whole numbers; `at` reads byte `c` of position `p` of line `line`. */
const mix = (taps: readonly (readonly [number, number])[], at: (position: number) => number): number =>
  Math.floor(taps.reduce((sum, [position, weight]) => sum + weight * at(position), 2 ** 21) / 2 ** 22);

function scaledPlainly({ width, height, data }: Raster, toWidth: number, toHeight: number): number[] {
  const across = Array.from({ length: toWidth }, (_, x) => tapsAt(x, width, toWidth));
  const down = Array.from({ length: toHeight }, (_, y) => tapsAt(y, height, toHeight));
  const lines = Array.from({ length: height }, (_, y) =>
    across.flatMap((taps) => [0, 1, 2].map((c) => mix(taps, (x) => data[(y * width + x) * 3 + c] ?? 0))),
  );
  return down.flatMap((taps) =>
    Array.from({ length: toWidth * 3 }, (_, i) => mix(taps, (y) => lines[y]?.[i] ?? 0)),
  );
}

const side = integer({ min: 1, max: 60 });

test("scales any size to any other with the bits of the plain loops", () => {
  assert(
    property(side, side, side, side, (width, height, toWidth, toHeight) => {
      const source = patterned(width, height);
      const { data } = prepare(source, [resize({ height: toHeight, width: toWidth })]);
      expect([...data]).toEqual(scaledPlainly(source, toWidth, toHeight));
    }),
    { numRuns: 60, seed: 5 },
  );
});

test.each([
  [300, 260, 61, 43],
  [301, 257, 400, 20],
])("scales an image that does not fit the cache as the plain loops do: %i x %i", (width, height, ...to) => {
  const source = patterned(width, height);
  const { data } = prepare(source, [resize({ height: to[1], width: to[0] })]);
  expect(Buffer.compare(data, Uint8Array.from(scaledPlainly(source, to[0], to[1])))).toBe(0);
});

test("cuts the middle out of a high image as if it had been cut before", () => {
  const source = patterned(40, 160);
  const middle = { width: 40, height: 40, data: source.data.subarray(40 * 60 * 3, 40 * 100 * 3) };
  const cropped = prepare(source, [resize({ height: 40, width: 40, fit: "crop" })]);
  expect(cropped.data).toEqual(middle.data);
});

test("does not depend on what was scaled before, a larger image too", () => {
  const once = prepare(patterned(40, 30), [resize({ height: 20, width: 20 })]).data;
  prepare({ width: 900, height: 300, data: new Uint8Array(810_000).fill(255) }, [
    resize({ height: 250, width: 700 }),
  ]);
  expect(prepare(patterned(40, 30), [resize({ height: 20, width: 20 })]).data).toEqual(once);
});
