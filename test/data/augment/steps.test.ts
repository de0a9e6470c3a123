import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Random, seeded } from "../../../src/base/index.ts";
import {
  type AugmentTransform,
  type ImageOp,
  type Raster,
  augment,
  augmentScratch,
  augmentSetNames,
  augmentSets,
  drawAll,
  imageRandom,
  parseAugmentation,
  randomBrightness,
  randomErasing,
  randomFlip,
  randomGaussianNoise,
  randomGrayscale,
  randomHue,
  randomJpeg,
  randomRotation,
  randomSaturation,
  randomStainJitter,
  randomZoom,
  runOps,
} from "../../../src/data/index.ts";
import { augmentTypes } from "../../../src/data/augment/steps.ts";
import { numbered, painted } from "../scripted.ts";

function augmented(image: Raster, steps: readonly AugmentTransform[], random: Random): Uint8Array {
  const scratch = augmentScratch(image);
  scratch.second.fill(201);
  scratch.first.set(image.data);
  return augment(scratch, image, steps, random).slice();
}

const run = (image: Raster, ops: readonly ImageOp[]): Uint8Array =>
  runOps({ first: image.data.slice(), second: new Uint8Array(image.data.length) }, image, ops).slice();

const everyStep = parseAugmentation(
  "every step",
  augmentTypes.map((type) => ({ type })),
);
/** Where an image always gets the step, if it can be said. */
const always = (step: AugmentTransform): AugmentTransform =>
  "probability" in step ? { ...step, probability: 1 } : step;

describe.each(everyStep.map((step) => [step.type, always(step)] as const))("%s", (_, step) => {
  test("fits images of any size, in both buffers, the same for the same seed", () => {
    const sides = fc.integer({ min: 1, max: 20 });
    fc.assert(
      fc.property(sides, sides, fc.nat({ max: 1e6 }), (width, height, seed) => {
        const image = numbered(width, height);
        expect(augmented(image, [step], seeded(seed))).toEqual(augmented(image, [step], seeded(seed)));
      }),
      { numRuns: 15 },
    );
  });

  test("draws the same whatever the image shows", () => {
    for (let seed = 0; seed < 20; seed++) {
      const [one, other] = [seeded(seed), seeded(seed)];
      augmented(numbered(8, 8), [step], one);
      augmented(
        painted(8, 8, () => [0, 0, 0]),
        [step],
        other,
      );
      expect(one.next()).toBe(other.next());
    }
  });

  test("changes an image in at least one of 60 draws", () => {
    // Not of all levels, so that there is contrast to stretch; enough pixels for a histogram.
    const image = painted(24, 24, (x, y) => [40 + 6 * x, 50 + 5 * y, 60 + ((x * y * 7) % 120)]);
    const changed = Array.from({ length: 60 }, (__, seed) =>
      augmented(image, [step], seeded(seed)).some((level, i) => level !== image.data[i]),
    );
    expect(changed).toContain(true);
  });

  test("reads back from JSON, all fields given", () => {
    expect(parseAugmentation("steps", JSON.parse(JSON.stringify([step])))).toEqual([step]);
  });
});

test("a step of a probability comes that often", () => {
  const random = seeded(2);
  const step = [randomGrayscale({ probability: 0.3 })];
  let count = 0;
  for (let i = 0; i < 4000; i++) count += drawAll(step, { height: 2, width: 2 }, random).length;
  // 1,200, give or take 29; five of those.
  expect(Math.abs(count - 1200)).toBeLessThan(145);
});

describe("an alternating flip", () => {
  const flip = [randomFlip({ alternate: true })];
  const random = imageRandom(3);
  const isMirrored = (index: number, epoch: number, repeat?: number): boolean =>
    drawAll(flip, { height: 2, width: 2 }, random(epoch)(index, repeat)).length > 0;
  const images = Array.from({ length: 1000 }, (_, i) => i);

  test("mirrors about half of the images in an epoch, and the others in the next", () => {
    const mirrored = images.filter((i) => isMirrored(i, 1)).length;
    // 500, give or take 16; five of those.
    expect(Math.abs(mirrored - 500)).toBeLessThan(80);
    for (const i of images) expect(isMirrored(i, 2)).toBe(!isMirrored(i, 1));
    for (const i of images) expect(isMirrored(i, 3)).toBe(isMirrored(i, 1));
  });

  test("turns over where an image comes again in its epoch", () => {
    for (const i of images) expect(isMirrored(i, 1, 1)).toBe(!isMirrored(i, 1, 0));
  });

  test("draws anew where nothing is known of the image", () => {
    const plain = seeded(4);
    const seen = images.map(() => drawAll(flip, { height: 2, width: 2 }, plain).length);
    expect(new Set(seen)).toEqual(new Set([0, 1]));
  });
});

describe("what is drawn", () => {
  const draws = <T>(step: AugmentTransform, take: (op: ImageOp) => T): readonly T[] => {
    const random = seeded(7);
    return Array.from({ length: 400 }, () => drawAll([step], { height: 30, width: 40 }, random)).flatMap(
      (ops) => ops.map(take),
    );
  };
  const factors = (step: AugmentTransform): readonly number[] =>
    draws(step, (op) => ("factor" in op ? op.factor : Number.NaN));

  test("covers both directions for a number, and the two ends for a pair", () => {
    const both = factors(randomBrightness({ factor: 0.4 }));
    expect(Math.min(...both)).toBeGreaterThanOrEqual(0.6);
    expect(Math.max(...both)).toBeLessThan(1.4);
    expect([Math.min(...both) < 0.62, Math.max(...both) > 1.38]).toEqual([true, true]);
    const above = factors(randomBrightness({ factor: [0.1, 0.2] }));
    expect(Math.min(...above)).toBeGreaterThanOrEqual(1.1);
    expect(Math.max(...above)).toBeLessThan(1.2);
  });

  test("keeps the aspect of a zoom unless a width is given", () => {
    const ratios = (step: AugmentTransform): readonly number[] =>
      draws(step, (op) => (op.op === "warp" ? op.matrix[0] / op.matrix[4] : Number.NaN));
    expect(ratios(randomZoom()).every((ratio) => ratio === 1)).toBe(true);
    expect(ratios(randomZoom({ widthFactor: 0.1 })).some((ratio) => Math.abs(ratio - 1) > 0.1)).toBe(true);
  });

  test("of erasing is a rectangle inside, of the area and aspect that were asked for", () => {
    const step = randomErasing({ probability: 1, scale: [0.1, 0.2], ratio: [0.5, 2] });
    for (const op of draws(step, (one) => one)) {
      if (op.op !== "erase") throw new Error(op.op);
      const { left, top, width, height } = op;
      expect(left >= 0 && top >= 0 && left + width <= 40 && top + height <= 30).toBe(true);
      // Sides are rounded to whole pixels.
      const area = (width * height) / 1200;
      expect(area > 0.08 && area < 0.23).toBe(true);
      expect(width / height > 0.43 && width / height < 2.35).toBe(true);
    }
  });
});

describe("colour", () => {
  test("of grey stays grey under saturation and hue", () => {
    const grey = painted(16, 16, (x, y) => [x * 16 + y, x * 16 + y, x * 16 + y]);
    for (let seed = 0; seed < 10; seed++)
      expect(
        augmented(grey, [randomSaturation({ factor: 1 }), randomHue({ factor: 0.5 })], seeded(seed)),
      ).toEqual(grey.data);
  });

  test("turned by a third is moved from red to green to blue", () => {
    const image = painted(1, 1, () => [200, 50, 80]);
    expect([...run(image, [{ op: "hue", shift: 1 / 3 }])]).toEqual([80, 200, 50]);
    expect([...run(image, [{ op: "hue", shift: -1 / 3 }])]).toEqual([50, 80, 200]);
  });

  test("through the densities of dyes and back is the same, black and white too", () => {
    const image = painted(16, 16, (x, y) => [x * 16 + y, 255 - x * 16 - y, (x * 40 + y * 3) % 256]);
    expect(run(image, [{ op: "stain", a: [1, 1, 1], b: [0, 0, 0] }])).toEqual(image.data);
  });

  test("with more of a dye is nowhere lighter", () => {
    const image = numbered(16, 16);
    const darker = run(image, [{ op: "stain", a: [1, 1, 1], b: [0.1, 0.1, 0.1] }]);
    darker.forEach((level, i) => expect(level).toBeLessThanOrEqual(image.data[i]!));
  });
});

describe("noise", () => {
  test("has mean 0 and the standard deviation that was drawn", () => {
    const image = painted(100, 100, () => [128, 128, 128]);
    const noise = Array.from(run(image, [{ op: "noise", stddev: 0.05, seed: 9 }]), (level) => level - 128);
    const mean = noise.reduce((sum, x) => sum + x, 0) / noise.length;
    const deviation = Math.sqrt(noise.reduce((sum, x) => sum + x * x, 0) / noise.length);
    // 30,000 numbers of 12.75 levels: the mean lies within 0.074, five times that is allowed; the deviation within 0.4%.
    expect(Math.abs(mean)).toBeLessThan(0.37);
    expect(Math.abs(deviation / 12.75 - 1)).toBeLessThan(0.02);
    expect(noise.some((x) => Math.abs(x) > 3 * 12.75)).toBe(true);
  });

  test("differs between neighbours and between seeds", () => {
    const image = painted(40, 40, () => [128, 128, 128]);
    const noise = (seed: number): number[] =>
      Array.from(run(image, [{ op: "noise", stddev: 0.1, seed }]), (level) => level - 128);
    const correlation = (a: readonly number[], b: readonly number[]): number =>
      a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0) / a.reduce((sum, x) => sum + x * x, 0);
    const one = noise(1);
    // 4,800 numbers: 0.014 by chance, five times that is allowed.
    for (const by of [1, 2, 3, 120]) expect(Math.abs(correlation(one, one.slice(by)))).toBeLessThan(0.08);
    expect(Math.abs(correlation(one, noise(2)))).toBeLessThan(0.08);
  });
});

test("JPEG of quality 100 hardly changes a smooth image, and loses more the lower the quality", () => {
  const image = painted(32, 32, (x, y) => [4 * x + 3 * y, 2 * x + 90, 200 - 3 * y]);
  const loss = (quality: number): number =>
    run(image, [{ op: "jpeg", quality }]).reduce(
      (sum, level, i) => sum + Math.abs(level - image.data[i]!),
      0,
    ) / image.data.length;
  expect(loss(100)).toBeLessThan(1);
  expect(loss(50)).toBeGreaterThan(loss(95));
  expect(loss(5)).toBeGreaterThan(loss(50));
  expect(augmented(image, [randomJpeg({ quality: [5, 5] })], seeded(1))).toEqual(
    run(image, [{ op: "jpeg", quality: 5 }]),
  );
});

describe("sets", () => {
  test.each(augmentSetNames)("%s is plain JSON of known steps", (name) => {
    expect(parseAugmentation(name, JSON.parse(JSON.stringify(augmentSets[name])))).toEqual(augmentSets[name]);
  });
});

describe("an own list", () => {
  test.each([
    [{}, "steps: expected a list"],
    [[7], "steps[0]: expected an object with a type"],
    [[{ type: "randomFlip" }, { type: "randomRotate" }], "steps[1].type: expected one of randomFlip"],
    [[{ type: "RandomHorizontalFlip" }], "use randomFlip"],
    [[{ type: "random-rotation" }], "use randomRotation"],
    [[{ type: "ColorJitter" }], "use randomBrightness"],
    [[{ type: "RandomCutout" }], "use randomErasing"],
    [[{ type: "Perspective" }], "use randomPerspective"],
    [[{ type: "Greyscale" }], "use randomGrayscale"],
    [[{ type: "CutMix" }], "cutmix is no step but an option of training"],
    [[{ typ: "randomFlip" }], 'received nothing; name the step by "type"'],
    [[{ type: "randomRotation", angle: 3 }], "steps[0]: angle: expected one of factor, fillMode, fillValue"],
    [[{ type: "randomRotation", fill_mode: "wrap" }], "use fillMode"],
    [[{ type: "randomRotation", facto: 0.1 }], "use factor"],
    [[{ type: "randomErasing", p: 0.1 }], "use probability"],
    [[{ type: "randomRotation", factor: 2 }], "steps[0].factor: expected a number from 0 to 1"],
    [[{ type: "randomRotation", factor: -0.1 }], "steps[0].factor"],
    [[{ type: "randomRotation", factor: [0.2, 0.1] }], "the lower one first, received [0.2,0.1]"],
    [[{ type: "randomRotation", fillMode: "mirror" }], "one of reflect, nearest, wrap, constant"],
    [[{ type: "randomRotation", fillValue: 256 }], "steps[0].fillValue: expected a number from 0 to 255"],
    [[{ type: "randomRotation", probability: 0 }], "steps[0].probability: expected a number above 0"],
    [[{ type: "randomGaussianBlur", kernelSize: 4 }], "steps[0].kernelSize: expected an odd number"],
    [[{ type: "randomErasing", fillValue: "random" }], 'a level from 0 to 255, or "noise"'],
    [[{ type: "randAugment", numOps: 1.5 }], "steps[0].numOps: expected a whole number from 1 to 14"],
    [[{ type: "randomFlip", horizontal: 1 }], "steps[0].horizontal: expected true or false"],
    [[{ type: "randomHue", factor: Number.NaN }], "steps[0].factor"],
  ])("%j is refused, naming the entry, the field and the nearest word", (json, message) => {
    expect(() => parseAugmentation("steps", json)).toThrow(message);
  });

  test("takes the defaults of what is left out, and gives makers' own plain data", () => {
    expect(
      parseAugmentation("steps", [{ type: "randomRotation", factor: 0.5 }, { type: "randomGaussianNoise" }]),
    ).toEqual([randomRotation({ factor: 0.5 }), randomGaussianNoise()]);
  });

  test("of makers is refused by the maker's name and the field", () => {
    expect(() => randomStainJitter({ factor: 2 })).toThrow(
      "randomStainJitter: factor: expected a number above 0",
    );
    // @ts-expect-error a field of another step
    expect(() => randomStainJitter({ sigma: 2 })).toThrow("randomStainJitter: sigma: expected one of factor");
  });
});
