import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type NormaliseTransform,
  type Transform,
  channelStatistics,
  centerCrop,
  normaliseInto,
  normaliseTable,
  parseTransforms,
  randomFlip,
  rescale,
  resize,
  stagesOf,
  standardize,
} from "../../../src/data/index.ts";
import { channelSumsOf } from "../../../src/data/channelSums.ts";
import { numbered } from "../scripted.ts";

const image = numbered(7, 5).data;

function normalised(steps: readonly NormaliseTransform[], bytes: Uint8Array): Float32Array {
  const out = new Float32Array(bytes.length);
  normaliseInto(bytes, normaliseTable(steps), out);
  return out;
}

describe("normalisation", () => {
  test("rescale is x · scale + offset, rounded to float32 once", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -2, max: 2, noNaN: true }),
        fc.double({ min: -5, max: 5, noNaN: true }),
        (scale, offset) => {
          expect(normalised([rescale({ scale, offset })], image)).toEqual(
            Float32Array.from(image, (byte) => byte * scale + offset),
          );
        },
      ),
    );
  });

  test("rescale alone brings bytes to [0, 1]", () => {
    expect(Array.from(normalised([rescale()], Uint8Array.of(0, 255, 51)))).toEqual([
      0,
      1,
      Math.fround(51 / 255),
    ]);
  });

  test("standardize gives each channel its own mean and deviation", () => {
    const [mean, deviation] = [[10, 20, 30] as const, [2, 4, 8] as const];
    expect(normalised([standardize({ mean, deviation })], image)).toEqual(
      Float32Array.from(image, (byte, i) => (byte - mean[i % 3]!) / deviation[i % 3]!),
    );
  });

  test("two steps run one after the other without a rounding between", () => {
    const steps = [rescale({ scale: 0.1, offset: 0 }), rescale({ scale: 10, offset: 1 })];
    expect(normalised(steps, image)).toEqual(Float32Array.from(image, (byte) => byte * 0.1 * 10 + 1));
  });

  test("writes from the offset on and nothing before", () => {
    const out = new Float32Array(9).fill(-1);
    normaliseInto(Uint8Array.of(1, 2, 3), normaliseTable([]), out, 6);
    expect(Array.from(out)).toEqual([-1, -1, -1, -1, -1, -1, 1, 2, 3]);
  });
});

describe("channel statistics", () => {
  test("are mean and deviation over the pixels of the listed images, by loops", () => {
    const images = [numbered(4, 3), numbered(3, 4), numbered(6, 2)];
    const channelSums = new Float64Array(18);
    images.forEach(({ data }, i) => channelSums.set(channelSumsOf(data), i * 6));
    const { mean, deviation } = channelStatistics({ channelSums, shape: [3, 4, 3] }, [0, 2]);
    for (let c = 0; c < 3; c++) {
      const values = [images[0]!, images[2]!].flatMap(({ data }) =>
        Array.from(data).filter((_, i) => i % 3 === c),
      );
      const average = values.reduce((sum, x) => sum + x, 0) / values.length;
      const variance = values.reduce((sum, x) => sum + (x - average) ** 2, 0) / values.length;
      expect(mean[c]).toBeCloseTo(average, 10);
      expect(deviation[c]).toBeCloseTo(Math.sqrt(variance), 9);
    }
  });

  test("of one colour have a deviation of one level, so that it can be divided by", () => {
    const channelSums = channelSumsOf(new Uint8Array(12).fill(9));
    expect(channelStatistics({ channelSums, shape: [2, 2, 3] }, [0])).toEqual({
      mean: [9, 9, 9],
      deviation: [1, 1, 1],
    });
  });

  test("of no image are refused", () => {
    expect(() => channelStatistics({ channelSums: new Float64Array(0), shape: [1, 1, 3] }, [])).toThrow(
      "channelStatistics: indices",
    );
  });
});

describe("stages", () => {
  const steps: readonly Transform[] = [
    resize({ width: 8, height: 8 }),
    centerCrop({ width: 4, height: 4 }),
    randomFlip(),
    rescale(),
  ];

  test("sort steps by what they work on, in their order", () => {
    expect(stagesOf(steps)).toEqual({
      prepare: steps.slice(0, 2),
      augment: [steps[2]],
      normalise: [steps[3]],
    });
    expect(stagesOf([])).toEqual({ prepare: [], augment: [], normalise: [] });
  });

  test.each([
    [3, 0, "resize after rescale"],
    [2, 1, "centerCrop after randomFlip"],
    [3, 2, "randomFlip after rescale"],
  ])("refuse step %i before step %i", (first, second, message) => {
    expect(() => stagesOf([steps[first]!, steps[second]!])).toThrow(message);
  });

  test.each([
    ["no list", { type: "resize" }, "transforms: expected an array"],
    ["no object", [3], "transforms[0]"],
    ["an unknown type", [{ type: "blur" }], "transforms[0].type"],
    ["half a pixel", [{ type: "resize", width: 1.5, height: 2, fit: "pad" }], "transforms[0].width"],
    ["no pixel", [{ type: "centerCrop", width: 2, height: 0 }], "transforms[0].height"],
    ["an unknown fit", [{ type: "resize", width: 2, height: 2, fit: "tile" }], "transforms[0].fit"],
    [
      "a text for a flag",
      [{ type: "randomFlip", horizontal: "yes", vertical: true }],
      "transforms[0].horizontal",
    ],
    ["a fraction above 1", [{ type: "randomShift", fraction: 1.1 }], "transforms[0].fraction"],
    ["a fraction of 0", [{ type: "randomShift", fraction: 0 }], "transforms[0].fraction"],
    ["infinity", [{ type: "rescale", scale: Infinity, offset: 0 }], "transforms[0].scale"],
    ["two channels", [{ type: "standardize", mean: [1, 2], deviation: [1, 1, 1] }], "transforms[0].mean"],
    [
      "a deviation of 0",
      [{ type: "standardize", mean: [1, 2, 3], deviation: [1, 0, 1] }],
      "transforms[0].deviation",
    ],
  ])("JSON with %s is refused, naming the field", (_, json, field) => {
    expect(() => parseTransforms(json)).toThrow(field);
  });
});
