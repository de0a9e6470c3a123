import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mixBits, portableExp, portableLog } from "../../../src/base/index.ts";
import { type ImageOp, type Raster, runOps } from "../../../src/data/index.ts";
import { pixelAt } from "../scripted.ts";

const run = (image: Raster, op: ImageOp): Uint8Array =>
  runOps({ first: image.data.slice(), second: new Uint8Array(image.data.length).fill(201) }, image, [
    op,
  ]).slice();

/** Images of any size and any levels, or of a few levels only. */
const images: fc.Arbitrary<Raster> = fc
  .tuple(fc.integer({ min: 1, max: 21 }), fc.integer({ min: 1, max: 21 }), fc.boolean())
  .chain(([width, height, isFlat]) => {
    const bytes = width * height * 3;
    const level = isFlat ? fc.integer({ min: 90, max: 99 }) : fc.nat({ max: 255 });
    return fc.array(level, { minLength: bytes, maxLength: bytes }).map((levels) => ({
      width,
      height,
      data: Uint8Array.from(levels),
    }));
  });

const factors = fc.double({ min: 0, max: 5, noNaN: true });
const toLevel = (x: number): number => Math.min(Math.max(Math.floor(x + 0.5), 0), 255);
const greyOf = ([r = 0, g = 0, b = 0]: readonly number[]): number =>
  Math.floor((19_595 * r + 38_470 * g + 7471 * b) / 65_536 + 0.5);
const pixelsOf = ({ width, height, data }: Raster): readonly (readonly number[])[] =>
  Array.from({ length: width * height }, (_, i) => Array.from(data.subarray(i * 3, i * 3 + 3)));

/** Every channel by a table of its own. */
const byChannel = (
  image: Raster,
  tableOf: (levels: readonly number[]) => (x: number) => number,
): Uint8Array => {
  const tables = [0, 1, 2].map((channel) => tableOf(pixelsOf(image).map((pixel) => pixel[channel] ?? 0)));
  return image.data.map((x, i) => tables[i % 3]?.(x) ?? 0);
};

describe("on images of any size, levels are changed as one by one in float64:", () => {
  const agrees = <T>(
    parameter: fc.Arbitrary<T>,
    opOf: (parameter: T) => ImageOp,
    expected: (image: Raster, parameter: T) => Uint8Array,
  ): void =>
    fc.assert(
      fc.property(images, parameter, (image, value) => {
        expect(run(image, opOf(value))).toEqual(expected(image, value));
      }),
      { numRuns: 60 },
    );

  test("brightness", () => {
    agrees(
      factors,
      (factor) => ({ op: "brightness", factor }),
      ({ data }, factor) => data.map((x) => toLevel(x * factor)),
    );
  });

  test("contrast, about the mean of the whole image's grey", () => {
    agrees(
      factors,
      (factor) => ({ op: "contrast", factor }),
      (image, factor) => {
        const greys = pixelsOf(image).map(greyOf);
        const mean = greys.reduce((sum, x) => sum + x, 0) / greys.length;
        return image.data.map((x) => toLevel(mean + (x - mean) * factor));
      },
    );
  });

  test("posterize and solarize", () => {
    agrees(
      fc.integer({ min: 1, max: 8 }),
      (bits) => ({ op: "posterize", bits }),
      ({ data }, bits) => data.map((x) => x - (x % 2 ** (8 - bits))),
    );
    agrees(
      fc.double({ min: 0, max: 255, noNaN: true }),
      (threshold) => ({ op: "solarize", threshold }),
      ({ data }, threshold) => data.map((x) => (x >= threshold ? 255 - x : x)),
    );
  });

  test("autoContrast", () => {
    agrees(
      fc.constant("autoContrast" as const),
      (op) => ({ op }),
      (image) =>
        byChannel(image, (levels) => {
          const [lowest, highest] = [Math.min(...levels), Math.max(...levels)];
          return (x) => (lowest === highest ? x : toLevel(((x - lowest) * 255) / (highest - lowest)));
        }),
    );
  });

  test("equalize, as Pillow counts", () => {
    agrees(
      fc.constant("equalize" as const),
      (op) => ({ op }),
      (image) =>
        byChannel(image, (levels) => {
          const countOf = (level: number): number => levels.filter((x) => x === level).length;
          const step = Math.floor((levels.length - countOf(Math.max(...levels))) / 255);
          const below = (x: number): number => levels.filter((level) => level < x).length;
          return (x) => (step === 0 ? x : Math.min(Math.floor(((step >> 1) + below(x)) / step), 255));
        }),
    );
  });
});

test("sharpness moves levels away from the mean of 3x3 pixels, the middle five times; edges stay", () => {
  fc.assert(
    fc.property(images, factors, (image, factor) => {
      const { width, height, data } = image;
      const share = Math.floor(factor * 65_536 + 0.5);
      const expected = data.map((x, i) => {
        const [column, row] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
        if (column < 1 || row < 1 || column > width - 2 || row > height - 2) return x;
        let sum = 4 * x;
        for (const dy of [-1, 0, 1])
          for (const dx of [-1, 0, 1]) sum += pixelAt(image, column + dx, row + dy)[i % 3] ?? 0;
        const smooth = Math.round(sum / 13);
        const level = Math.floor((smooth * 65_536 + 32_768 + (x - smooth) * share) / 65_536);
        return Math.min(Math.max(level, 0), 255);
      });
      expect(run(image, { op: "sharpness", factor })).toEqual(expected);
    }),
    { numRuns: 60 },
  );
});

test("stains are changed as in float64 for each pixel, with dyes amplified or taken away", () => {
  const numbers = (min: number, max: number): fc.Arbitrary<readonly [number, number, number]> => {
    const one = fc.double({ min, max, noNaN: true });
    return fc.tuple(one, one, one);
  };
  const dyes = [
    [0.65, 0.7, 0.29],
    [0.07, 0.99, 0.11],
    [0.27, 0.57, 0.78],
  ] as const;
  fc.assert(
    fc.property(images, numbers(0, 2), numbers(-1, 1), (image, a, b) => {
      const found = run(image, { op: "stain", a, b });
      const expected = pixelsOf(image).flatMap((pixel) => {
        const densities = pixel.map((x) => -portableLog(Math.max(x, 0.25) / 255));
        const amounts = solve(dyes, densities).map((x, i) => (a[i] ?? 0) * x + (b[i] ?? 0));
        return [0, 1, 2].map((channel) => {
          const density = amounts.reduce((sum, x, i) => sum + x * (dyes[i]?.[channel] ?? 0), 0);
          return toLevel(255 * portableExp(-Math.max(density, 0)));
        });
      });
      // Levels are looked up in steps of an eighth of one.
      for (const [i, level] of found.entries())
        expect(Math.abs(level - (expected[i] ?? Number.NaN))).toBeLessThanOrEqual(1);
    }),
    { numRuns: 60 },
  );
});

/** The x with x · rows = y, by Cramer's rule. */
function solve(rows: readonly (readonly number[])[], y: readonly number[]): readonly number[] {
  const volume = ([a, b, c]: readonly (readonly number[])[]): number => {
    const [x = 0, p = 0, q = 0] = a ?? [];
    const [r = 0, s = 0, t = 0] = b ?? [];
    const [u = 0, v = 0, w = 0] = c ?? [];
    return x * (s * w - t * v) - p * (r * w - t * u) + q * (r * v - s * u);
  };
  return rows.map((_, i) => volume(rows.map((row, k) => (k === i ? y : row))) / volume(rows));
}

describe("noise", () => {
  const flat = (level: number): Raster => ({ width: 8, height: 5, data: new Uint8Array(120).fill(level) });

  test("of a level is the same whatever the others are, and whatever lies behind the image", () => {
    fc.assert(
      fc.property(images, fc.nat({ max: 2 ** 32 - 1 }), (image, seed) => {
        const op: ImageOp = { op: "noise", stddev: 0.1, seed };
        const whole = run(image, op);
        const cut = Math.ceil(image.height / 2);
        const upper = { ...image, height: cut, data: image.data.slice(0, cut * image.width * 3) };
        expect(run(upper, op)).toEqual(whole.slice(0, upper.data.length));
      }),
      { numRuns: 60 },
    );
  });

  test("follows from the seed and the pair of levels: 12 bits of its hash choose each quantile", () => {
    const [seed, stddev] = [77, 0.2];
    const found = run(flat(128), { op: "noise", stddev, seed });
    // The same 12 bits give the same amount, and more of them never a smaller one.
    const chosen = Array.from(found, (level, i) => {
      const bits = mixBits(seed ^ Math.imul(i - (i % 2) + 1, 0x9e3779b9));
      return { level, index: i % 2 === 0 ? bits >>> 20 : bits & 4095 };
    }).toSorted((one, other) => one.index - other.index);
    for (const [i, { level }] of chosen.entries())
      expect(level).toBeGreaterThanOrEqual(chosen[i - 1]?.level ?? 0);
  });

  test("of the whole range ends at black and white", () => {
    const found = run(flat(128), { op: "noise", stddev: 1, seed: 3 });
    expect([Math.min(...found), Math.max(...found)]).toEqual([0, 255]);
  });
});
