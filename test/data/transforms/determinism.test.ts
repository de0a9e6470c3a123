import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Random, seeded } from "../../../src/base/index.ts";
import {
  type AugmentTransform,
  type Raster,
  augment,
  augmentScratch,
  augmentSets,
  prepare,
  randomBrightness,
  randomResizedCrop,
  randomFlip,
  randomQuarterTurn,
  randomShift,
  resize,
} from "../../../src/data/index.ts";
import { type Box, resampleInto } from "../../../src/data/transforms/resample.ts";
import { prepareInto } from "../../../src/data/transforms/prepare.ts";
import { numbered, painted, pixelAt } from "../scripted.ts";

function augmented(image: Raster, steps: readonly AugmentTransform[], random: Random): Raster {
  const scratch = augmentScratch(image);
  scratch.first.set(image.data);
  return { ...image, data: augment(scratch, image, steps, random).slice() };
}

const everyStep: readonly AugmentTransform[] = [
  randomFlip({ horizontal: true, vertical: true }),
  randomQuarterTurn(),
  randomShift({ fraction: 0.3 }),
  randomResizedCrop({ scale: [0.5, 1] }),
  randomBrightness({ factor: 0.3 }),
];

describe("augmentation by a seed", () => {
  const sides = fc.integer({ min: 1, max: 12 });

  test("gives the same bytes for the same seed, whatever the buffers held", () => {
    fc.assert(
      fc.property(sides, sides, fc.nat({ max: 1e6 }), (width, height, seed) => {
        const image = numbered(width, height);
        const wanted = augmented(image, everyStep, seeded(seed));
        const scratch = augmentScratch(image);
        scratch.second.fill(77);
        scratch.first.set(image.data);
        expect(augment(scratch, image, everyStep, seeded(seed))).toEqual(wanted.data);
      }),
    );
  });

  test("leaves its buffers' size and gives one of the two back", () => {
    for (let seed = 0; seed < 20; seed++) {
      const image = numbered(6, 4);
      const scratch = augmentScratch(image);
      scratch.first.set(image.data);
      const result = augment(scratch, image, everyStep, seeded(seed));
      expect(result === scratch.first || result === scratch.second).toBe(true);
      expect(result.length).toBe(6 * 4 * 3);
    }
  });

  test("draws as many numbers whatever the image shows, so that images do not change each other's", () => {
    const after = (image: Raster): number => {
      const random = seeded(5);
      augmented(image, everyStep, random);
      return random.next();
    };
    expect(after(numbered(8, 8))).toBe(after(painted(8, 8, () => [0, 0, 0])));
  });

  test("never makes a level that the image has not where pixels only move", () => {
    const moves = [
      randomFlip({ horizontal: true, vertical: true }),
      randomQuarterTurn(),
      randomShift({ fraction: 0.4 }),
    ];
    const image = painted(9, 9, (x, y) => [x * 9 + y, 255, 100]);
    for (let seed = 0; seed < 30; seed++) {
      const { data } = augmented(image, moves, seeded(seed));
      for (let i = 0; i < data.length; i += 3) {
        expect(data[i]).toBeLessThanOrEqual(80);
        expect([data[i + 1], data[i + 2]]).toEqual([255, 100]);
      }
    }
  });

  test("flips each direction in half of the draws", () => {
    const image = painted(2, 2, (x, y) => [x, y, 0]);
    let [across, down] = [0, 0];
    for (let seed = 0; seed < 2000; seed++) {
      const [x, y] = pixelAt(augmented(image, augmentSets.flips, seeded(seed)), 0, 0);
      across += x!;
      down += y!;
    }
    // 1,000 each, give or take 22; five of those.
    expect(Math.abs(across - 1000)).toBeLessThan(112);
    expect(Math.abs(down - 1000)).toBeLessThan(112);
  });

  test("shifts every distance of its range equally often", () => {
    const image = painted(9, 1, (x) => [x, 0, 0]);
    const counts = new Map<number, number>();
    for (let seed = 0; seed < 2100; seed++) {
      const middle = pixelAt(augmented(image, [randomShift({ fraction: 0.35 })], seeded(seed)), 4, 0)[0]!;
      counts.set(middle, (counts.get(middle) ?? 0) + 1);
    }
    // 9 · 0.35 is three pixels: seven distances, 300 times each, give or take 16.
    expect([...counts.keys()].toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    for (const count of counts.values()) expect(Math.abs(count - 300)).toBeLessThan(80);
  });
});

/** A window scaled in float64, from the definition of a triangle filter over the whole image. */
function idealWindow(source: Raster, box: Box, width: number, height: number): Float64Array {
  const weightsOf = (
    extent: number,
    [from, to]: readonly [number, number],
    outputs: number,
    i: number,
  ): readonly number[] => {
    const scale = (to - from) / outputs;
    const reach = Math.max(scale, 1);
    const centre = from + (i + 0.5) * scale;
    const raw = Array.from({ length: extent }, (_, k) => Math.max(1 - Math.abs(k + 0.5 - centre) / reach, 0));
    const sum = raw.reduce((total, w) => total + w, 0);
    return raw.map((w) => w / sum);
  };
  const out = new Float64Array(width * height * 3);
  for (let i = 0; i < out.length; i++) {
    const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
    const across = weightsOf(source.width, [box.left, box.right], width, x);
    weightsOf(source.height, [box.top, box.bottom], height, y).forEach((v, j) =>
      across.forEach((w, k) => (out[i]! += v * w * source.data[(j * source.width + k) * 3 + (i % 3)]!)),
    );
  }
  return out;
}

describe("scaling of a window", () => {
  test("lies within one level of float64, wherever the window lies", () => {
    const fraction = fc.nat({ max: 99 }).map((n) => n / 100);
    fc.assert(
      fc.property(
        fraction,
        fraction,
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 20 }),
        (x, y, width, height) => {
          const image = numbered(13, 11);
          const box = { left: x * 10, top: y * 8, right: x * 10 + 3, bottom: y * 8 + 2.5 };
          const target = new Uint8Array(width * height * 3);
          resampleInto(image, box, { width, height }, target);
          const ideal = idealWindow(image, box, width, height);
          target.forEach((byte, i) => expect(Math.abs(byte - ideal[i]!)).toBeLessThanOrEqual(1 + 1e-3));
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe("preparing into given room", () => {
  test("gives the bytes that preparing gives, for one step, two and none", () => {
    const image = numbered(10, 7);
    const [small, last] = [resize({ width: 6, height: 5 }), resize({ width: 3, height: 4, fit: "pad" })];
    for (const steps of [[], [small], [small, last], [last]]) {
      const wanted = prepare(image, steps);
      const target = new Uint8Array(wanted.data.length).fill(99);
      prepareInto(image, steps, target);
      expect(target).toEqual(wanted.data);
    }
  });

  test("copies an image that needs no change, and leaves the image alone", () => {
    const image = numbered(4, 4);
    const before = image.data.slice();
    const target = new Uint8Array(48);
    prepareInto(image, [resize({ width: 4, height: 4 })], target);
    expect(target).toEqual(before);
    target.fill(0);
    expect(image.data).toEqual(before);
  });
});
