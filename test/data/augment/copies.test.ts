import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Random, seeded } from "../../../src/base/index.ts";
import {
  type AugmentTransform,
  type Raster,
  augment,
  augmentScratch,
  augmentSets,
  randomBrightness,
  randomCrop,
  randomResizedCrop,
  randomFlip,
  randomQuarterTurn,
  randomShift,
} from "../../../src/data/index.ts";
import { numbered, painted, pixelAt, scripted } from "../scripted.ts";

/** The image after the steps. */
function augmented(image: Raster, steps: readonly AugmentTransform[], random: Random): Raster {
  const scratch = augmentScratch(image);
  scratch.first.set(image.data);
  return { ...image, data: augment(scratch, image, steps, random).slice() };
}

const sizes = fc.tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 7 }));
// In the lower or the upper half of [0, 1): no or yes.
const [no, yes] = [0.25, 0.75];

describe("randomFlip", () => {
  test.each([
    [no, no, false, false],
    [yes, no, true, false],
    [no, yes, false, true],
    [yes, yes, true, true],
  ])("draws %d and %d: mirrored across %s, down %s", (first, second, across, down) => {
    fc.assert(
      fc.property(sizes, ([width, height]) => {
        const image = numbered(width, height);
        const steps = [randomFlip({ horizontal: true, vertical: true })];
        expect(augmented(image, steps, scripted(first, second))).toEqual(
          painted(width, height, (x, y) =>
            pixelAt(image, across ? width - 1 - x : x, down ? height - 1 - y : y),
          ),
        );
      }),
    );
  });

  test("draws nothing for a direction that is off", () => {
    const image = numbered(4, 3);
    const off = [randomFlip({ horizontal: false, vertical: false })];
    expect(augmented(image, off, scripted())).toEqual(image);
    const down = [randomFlip({ horizontal: false, vertical: true })];
    expect(augmented(image, down, scripted(yes))).toEqual(painted(4, 3, (x, y) => pixelAt(image, x, 2 - y)));
  });

  test("twice is the image itself", () => {
    const image = numbered(5, 4);
    const flip = randomFlip({ horizontal: true, vertical: true });
    expect(augmented(image, [flip, flip], scripted(yes, yes, yes, yes))).toEqual(image);
  });
});

describe("randomQuarterTurn", () => {
  /** Counter-clockwise by 90 degrees: the right column becomes the top row. */
  const turned = (image: Raster): Raster =>
    painted(image.height, image.width, (x, y) => pixelAt(image, image.width - 1 - y, x));

  test.each([0, 1, 2, 3])("by %i quarters is so many turns by 90 degrees", (quarters) => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 7 }), (side) => {
        const image = numbered(side, side);
        let wanted = image;
        for (let i = 0; i < quarters; i++) wanted = turned(wanted);
        expect(augmented(image, [randomQuarterTurn()], scripted(quarters / 4 + 0.1))).toEqual(wanted);
      }),
    );
  });

  test.each([0, 1, 2, 3])("of an oblong image keeps the size: draw %i", (quarters) => {
    const image = numbered(5, 3);
    const half = painted(5, 3, (x, y) => pixelAt(image, 4 - x, 2 - y));
    expect(augmented(image, [randomQuarterTurn()], scripted(quarters / 4 + 0.1))).toEqual(
      quarters % 2 === 1 ? half : image,
    );
  });
});

describe("randomShift", () => {
  test("moves by whole pixels and repeats the edge", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 4, max: 9 }),
        fc.integer({ min: 4, max: 9 }),
        fc.nat({ max: 99 }),
        fc.nat({ max: 99 }),
        (width, height, down, across) => {
          const image = numbered(width, height);
          const [maxDown, maxAcross] = [Math.floor(height * 0.5), Math.floor(width * 0.5)];
          const dy = Math.floor((down / 100) * (2 * maxDown + 1)) - maxDown;
          const dx = Math.floor((across / 100) * (2 * maxAcross + 1)) - maxAcross;
          const clamp = (x: number, extent: number): number => Math.min(Math.max(x, 0), extent - 1);
          const wanted = painted(width, height, (x, y) =>
            pixelAt(image, clamp(x - dx, width), clamp(y - dy, height)),
          );
          const steps = [randomShift({ fraction: 0.5 })];
          expect(augmented(image, steps, scripted(down / 100, across / 100))).toEqual(wanted);
        },
      ),
    );
  });

  test("of a fraction below one pixel changes nothing", () => {
    const image = numbered(4, 4);
    expect(augmented(image, [randomShift({ fraction: 0.2 })], scripted(0.99, 0.99))).toEqual(image);
  });

  test("reaches both ends of its range", () => {
    const image = painted(10, 10, (x, y) => [x, y, 0]);
    const steps = [randomShift({ fraction: 0.3 })];
    expect(pixelAt(augmented(image, steps, scripted(0, 0)), 0, 0)).toEqual([3, 3, 0]);
    expect(pixelAt(augmented(image, steps, scripted(0.999, 0.999)), 9, 9)).toEqual([6, 6, 0]);
  });
});

describe("randomCrop", () => {
  test("cuts the old size out of the padded image, at any of its places", () => {
    const image = numbered(6, 5);
    const step = [randomCrop({ padding: 2, fillMode: "constant", fillValue: 9 })];
    for (const [down, dy] of [
      [0, -2],
      [0.5, 0],
      [0.999, 2],
    ] as const) {
      const wanted = painted(6, 5, (x, y) =>
        x - 1 < 0 || y - dy < 0 || y - dy > 4 ? [9, 9, 9] : pixelAt(image, x - 1, y - dy),
      );
      // 3 of the five places across, from -2 on, is one pixel to the right.
      expect(augmented(image, step, scripted(down, 3.5 / 5))).toEqual(wanted);
    }
  });
});

describe("randomResizedCrop", () => {
  const square = (scale: number): readonly AugmentTransform[] => [
    randomResizedCrop({ scale: [scale, scale], ratio: [1, 1] }),
  ];

  test("of the whole area is the image itself", () => {
    const image = numbered(6, 6);
    expect(augmented(image, square(1), scripted(0.3, 0.5, 0.5, 0.5))).toEqual(image);
  });

  test("of a quarter of the area at the corner shows that corner alone, at twice the size", () => {
    // Left half black, right half white: nothing of the other half is seen, not even at the edge.
    const image = painted(16, 16, (x) => (x < 8 ? [0, 0, 0] : [255, 255, 255]));
    const left = augmented(image, square(0.25), scripted(0, 0, 0, 0));
    const right = augmented(image, square(0.25), scripted(0, 0, 0.999, 0));
    expect(new Set(left.data)).toEqual(new Set([0]));
    expect(new Set(right.data)).toEqual(new Set([255]));
  });

  test("is the whole image where no window of its area and aspect fits", () => {
    const image = numbered(40, 2);
    const step = [randomResizedCrop({ scale: [0.9, 1], ratio: [1, 1] })];
    expect(augmented(image, step, seeded(1))).toEqual(image);
  });
});

describe("randomBrightness", () => {
  test("multiplies every byte by one factor, rounds half up and stops at 255", () => {
    fc.assert(
      fc.property(fc.nat({ max: 999 }), (draw) => {
        const image = painted(16, 16, (x, y) => [x * 16 + y, 255 - x * 16 - y, 128]);
        const factor = 1 + 0.4 * (2 * (draw / 1000) - 1);
        const result = augmented(image, [randomBrightness({ factor: 0.4 })], scripted(draw / 1000));
        expect(Array.from(result.data)).toEqual(
          Array.from(image.data, (byte) => Math.min(Math.floor(byte * factor + 0.5), 255)),
        );
      }),
    );
  });

  test("half-way draws change nothing", () => {
    const image = numbered(5, 5);
    expect(augmented(image, [randomBrightness({ factor: 0.9 })], scripted(0.5))).toEqual(image);
  });
});

describe("augmentation sets", () => {
  test("none leaves every image as it is", () => {
    expect(augmented(numbered(4, 4), augmentSets.none, scripted())).toEqual(numbered(4, 4));
  });

  test("mirror moves left to right alone: no row changes its place", () => {
    const image = painted(4, 4, (_, y) => [y, 2 * y, 3 * y]);
    for (let seed = 0; seed < 50; seed++)
      expect(augmented(image, augmentSets.mirror, seeded(seed))).toEqual(image);
  });

  test.each([
    ["mirror", 2],
    ["flips", 4],
    ["turns", 8],
  ] as const)("%s reaches %i different images of a square, and no others", (name, count) => {
    const image = numbered(4, 4);
    const seen = new Set<string>();
    const bytes = new Set<string>();
    for (let seed = 0; seed < 200; seed++) {
      const { data } = augmented(image, augmentSets[name], seeded(seed));
      seen.add(data.join());
      bytes.add(data.toSorted().join());
    }
    expect(seen.size).toBe(count);
    expect(bytes.size).toBe(1);
  });

  test("steps run in their order", () => {
    const image = painted(10, 10, (x) => [x, 0, 0]);
    const [flip, shift] = [randomFlip({ horizontal: true }), randomShift({ fraction: 0.2 })];
    const flipFirst = augmented(image, [flip, shift], scripted(yes, 0.5, 0.999));
    const shiftFirst = augmented(image, [shift, flip], scripted(0.5, 0.999, yes));
    expect(pixelAt(flipFirst, 5, 0)).toEqual([6, 0, 0]);
    expect(pixelAt(shiftFirst, 5, 0)).toEqual([2, 0, 0]);
  });
});
