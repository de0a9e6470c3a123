import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Raster, centerCrop, prepare, preparedSize, resize } from "../../../src/data/index.ts";
import { numbered, painted, pixelAt } from "../scripted.ts";

const sides = fc.integer({ min: 1, max: 16 });

/**
 * Antialiased bilinear scaling in float64, straight from its definition: a triangle filter over the source, as wide as an output
 * pixel where the image shrinks, its weights normalised. Pillow and ours round to bytes between the directions, this does not.
 */
function idealResize(source: Raster, width: number, height: number): Float64Array {
  const weightsOf = (extent: number, outputs: number, i: number): readonly number[] => {
    const scale = extent / outputs;
    const reach = Math.max(scale, 1);
    const raw = Array.from({ length: extent }, (_, k) =>
      Math.max(1 - Math.abs(k + 0.5 - (i + 0.5) * scale) / reach, 0),
    );
    const sum = raw.reduce((total, w) => total + w, 0);
    return raw.map((w) => w / sum);
  };
  const out = new Float64Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const down = weightsOf(source.height, height, y);
    for (let x = 0; x < width; x++) {
      const across = weightsOf(source.width, width, x);
      for (let c = 0; c < 3; c++) {
        let sum = 0;
        down.forEach((v, j) => {
          if (v > 0) across.forEach((w, i) => (sum += v * w * source.data[(j * source.width + i) * 3 + c]!));
        });
        out[(y * width + x) * 3 + c] = sum;
      }
    }
  }
  return out;
}

describe("resize", () => {
  test("lies within one level of exact arithmetic: half a level for each of its two roundings", () => {
    fc.assert(
      fc.property(sides, sides, sides, sides, (width, height, toWidth, toHeight) => {
        const image = numbered(width, height);
        const result = prepare(image, [resize({ width: toWidth, height: toHeight })]);
        const ideal = idealResize(image, toWidth, toHeight);
        // 1e-4: weights are whole multiples of 2^-22, some tens of them a pixel.
        const worst = result.data.reduce(
          (largest, byte, i) => Math.max(largest, Math.abs(byte - ideal[i]!)),
          0,
        );
        expect(worst).toBeLessThanOrEqual(1 + 1e-4);
      }),
      { numRuns: 40 },
    );
  });

  test("keeps one colour one colour", () => {
    fc.assert(
      fc.property(sides, sides, sides, sides, (width, height, toWidth, toHeight) => {
        const image = painted(width, height, () => [0, 255, 77]);
        const result = prepare(image, [resize({ width: toWidth, height: toHeight })]);
        expect(result).toEqual(painted(toWidth, toHeight, () => [0, 255, 77]));
      }),
    );
  });

  test("commutes with mirroring", () => {
    fc.assert(
      fc.property(sides, sides, sides, sides, (width, height, toWidth, toHeight) => {
        const mirrored = (image: Raster): Raster =>
          painted(image.width, image.height, (x, y) => pixelAt(image, image.width - 1 - x, y));
        const image = numbered(width, height);
        const steps = [resize({ width: toWidth, height: toHeight })];
        const [first, second] = [prepare(mirrored(image), steps), mirrored(prepare(image, steps))];
        // Half-way values may round either way on the two sides.
        const worst = first.data.reduce(
          (largest, byte, i) => Math.max(largest, Math.abs(byte - second.data[i]!)),
          0,
        );
        expect(worst).toBeLessThanOrEqual(1);
      }),
      { numRuns: 40 },
    );
  });

  test("halves an image by the mean of each two by two in its middle, edges included", () => {
    const image = painted(4, 4, (x, y) => [x * 40, y * 40, 0]);
    const half = prepare(image, [resize({ width: 2, height: 2 })]);
    const ideal = idealResize(image, 2, 2);
    expect(Array.from(half.data)).toEqual(Array.from(ideal, (x) => Math.round(x)));
  });

  test("gives the same raster back where the size is right", () => {
    const image = numbered(6, 5);
    expect(prepare(image, [resize({ width: 6, height: 5 })])).toBe(image);
  });
});

describe("resize with fit", () => {
  test("crop cuts the longer side evenly before it scales", () => {
    // Three stripes, 8 wide each; the middle square is the second stripe.
    const image = painted(24, 8, (x) => (x < 8 ? [255, 0, 0] : x < 16 ? [0, 255, 0] : [0, 0, 255]));
    const result = prepare(image, [resize({ width: 4, height: 4, fit: "crop" })]);
    for (const x of [1, 2]) for (let y = 0; y < 4; y++) expect(pixelAt(result, x, y)).toEqual([0, 255, 0]);
  });

  test("crop of the right aspect is stretch", () => {
    const image = numbered(12, 6);
    const to = { width: 8, height: 4 };
    expect(prepare(image, [resize({ ...to, fit: "crop" })])).toEqual(prepare(image, [resize(to)]));
  });

  test("pad keeps the whole image between black bars", () => {
    const image = painted(20, 10, () => [200, 200, 200]);
    const result = prepare(image, [resize({ width: 10, height: 10, fit: "pad" })]);
    for (let y = 0; y < 10; y++)
      expect(pixelAt(result, 5, y)).toEqual(y >= 3 && y < 8 ? [200, 200, 200] : [0, 0, 0]);
  });

  test("pad of any image keeps its aspect to a pixel", () => {
    fc.assert(
      fc.property(sides, sides, fc.integer({ min: 4, max: 20 }), (width, height, side) => {
        const image = painted(width, height, () => [255, 255, 255]);
        const result = prepare(image, [resize({ width: side, height: side, fit: "pad" })]);
        const lit = Array.from({ length: side * side }, (_, i) => i).filter(
          (i) => result.data[i * 3] === 255,
        );
        const columns = new Set(lit.map((i) => i % side)).size;
        const rows = new Set(lit.map((i) => Math.floor(i / side))).size;
        expect(Math.max(columns, rows)).toBe(side);
        const ratio = Math.min(side / width, side / height);
        expect(columns).toBe(Math.max(Math.round(width * ratio), 1));
        expect(rows).toBe(Math.max(Math.round(height * ratio), 1));
      }),
    );
  });
});

describe("centerCrop", () => {
  test("is the middle, by a loop, on black where the image is smaller", () => {
    fc.assert(
      fc.property(sides, sides, sides, sides, (width, height, toWidth, toHeight) => {
        const image = numbered(width, height);
        const [left, top] = [Math.floor((width - toWidth) / 2), Math.floor((height - toHeight) / 2)];
        const wanted = painted(toWidth, toHeight, (x, y) => {
          const [sx, sy] = [x + left, y + top];
          return sx >= 0 && sy >= 0 && sx < width && sy < height ? pixelAt(image, sx, sy) : [0, 0, 0];
        });
        expect(prepare(image, [centerCrop({ width: toWidth, height: toHeight })])).toEqual(wanted);
      }),
    );
  });
});

describe("preparedSize", () => {
  test("is that of the last step", () => {
    const steps = [resize({ width: 30, height: 20 }), centerCrop({ width: 8, height: 6 })];
    expect(preparedSize(steps)).toEqual({ width: 8, height: 6 });
    expect(prepare(numbered(9, 9), steps)).toMatchObject({ width: 8, height: 6 });
  });

  test("is refused without a step, naming the one to add", () => {
    expect(() => preparedSize([])).toThrow("add resize({ height, width })");
  });
});
