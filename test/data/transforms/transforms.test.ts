import { describe, expect, test } from "vitest";
import { type Random, seeded } from "../../../src/base/index.ts";
import {
  type AugmentTransform,
  augment,
  augmentScratch,
  augmentSets,
  centerCrop,
  normaliseInto,
  normaliseTable,
  parseTransforms,
  prepare,
  randomBrightness,
  randomCrop,
  randomFlip,
  randomQuarterTurn,
  randomShift,
  rescale,
  resize,
  stagesOf,
  standardize,
} from "../../../src/data/index.ts";
import { patterned } from "../trees.ts";

// Pillow 12.3:
//   def pic(w, h): return Image.frombytes("RGB", (w, h), bytes(
//       (x*37 + y*91 + c*53 + x*y) % 256 for y in range(h) for x in range(w) for c in range(3)))
//   pic(17, 11).resize((5, 4), Image.BILINEAR).tobytes()
//   pic(3, 2).resize((5, 4), Image.BILINEAR).tobytes()
//   pic(17, 11).resize((4, 4), Image.BILINEAR, box=(3, 0, 14, 11)).tobytes()
const shrunk = [
  110, 122, 136, 129, 123, 128, 120, 131, 135, 141, 129, 117, 124, 130, 147, 123, 135, 142, 120, 128, 125,
  122, 132, 128, 127, 137, 134, 141, 115, 134, 119, 124, 127, 130, 123, 125, 124, 123, 126, 138, 131, 135,
  124, 124, 125, 124, 134, 142, 125, 130, 137, 124, 116, 116, 142, 140, 138, 126, 127, 134,
];
const grown = [
  0, 53, 106, 15, 68, 121, 37, 90, 143, 59, 112, 165, 74, 127, 180, 23, 76, 129, 38, 91, 144, 60, 113, 166,
  82, 135, 150, 97, 150, 139, 68, 121, 174, 83, 136, 189, 106, 159, 212, 129, 182, 119, 144, 197, 58, 91, 144,
  197, 106, 159, 212, 129, 182, 235, 152, 205, 104, 167, 220, 17,
];
const cropped = [
  137, 120, 133, 113, 130, 129, 132, 131, 127, 138, 129, 120, 119, 127, 125, 122, 136, 129, 119, 129, 127,
  132, 139, 136, 125, 117, 125, 132, 131, 128, 124, 119, 122, 139, 134, 140, 127, 130, 139, 122, 124, 122,
  131, 116, 122, 143, 147, 140,
];

const crc32 = (bytes: Uint8Array): number => {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let k = 0; k < 8; k++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
};

describe("prepare", () => {
  test("shrinks, grows and crops as Pillow does, to the bit", () => {
    expect([...prepare(patterned(17, 11), [resize({ height: 4, width: 5 })]).data]).toEqual(shrunk);
    expect([...prepare(patterned(3, 2), [resize({ height: 4, width: 5 })]).data]).toEqual(grown);
    expect([...prepare(patterned(17, 11), [resize({ height: 4, width: 4, fit: "crop" })]).data]).toEqual(
      cropped,
    );
  });

  test("gives the same bits as Pillow for whole images", () => {
    // zlib.crc32(pic(320, 240).resize((200, 200), Image.BILINEAR).tobytes()) and pic(50, 40) to (96, 96)
    expect(crc32(prepare(patterned(320, 240), [resize({ height: 200, width: 200 })]).data)).toBe(4007172328);
    expect(crc32(prepare(patterned(50, 40), [resize({ height: 96, width: 96 })]).data)).toBe(883587749);
  });

  test("pads the shorter side with black and keeps the aspect", () => {
    const white = { width: 8, height: 4, data: new Uint8Array(96).fill(255) };
    const { data } = prepare(white, [resize({ height: 4, width: 4, fit: "pad" })]);
    const rows = [0, 1, 2, 3].map((y) => data[y * 12]);
    expect(rows).toEqual([0, 255, 255, 0]);
  });

  test("cuts out of the middle, and sets smaller images on black", () => {
    const source = patterned(5, 3);
    const cut = prepare(source, [centerCrop({ height: 1, width: 3 })]);
    expect([...cut.data]).toEqual([...source.data.subarray((5 + 1) * 3, (5 + 4) * 3)]);
    const set = prepare({ width: 1, height: 1, data: Uint8Array.of(9, 9, 9) }, [
      centerCrop({ height: 3, width: 3 }),
    ]);
    expect([...set.data].filter((x) => x === 9)).toHaveLength(3);
    expect(set.data[4 * 3]).toBe(9);
  });

  test("leaves an image of the right size as it is", () => {
    const source = patterned(4, 4);
    expect(prepare(source, [resize({ height: 4, width: 4 })])).toBe(source);
  });

  test("takes an image of one pixel, and one of 30,000 in a row", () => {
    const dot = { width: 1, height: 1, data: Uint8Array.of(7, 8, 9) };
    expect([...prepare(dot, [resize({ height: 1, width: 2 })]).data]).toEqual([7, 8, 9, 7, 8, 9]);
    const line = { width: 30_000, height: 1, data: new Uint8Array(90_000).fill(50) };
    expect(new Set(prepare(line, [resize({ height: 2, width: 2 })]).data)).toEqual(new Set([50]));
  });
});

/** Draws the wanted whole numbers in turn, and 0.5 for fractions. */
const scripted = (...integers: number[]): Random => ({
  ...seeded(0),
  next: () => 0.5,
  integer: () => integers.shift() ?? 0,
});

function augmented(
  values: readonly number[],
  height: number,
  step: AugmentTransform,
  random: Random,
): number[] {
  const size = { height, width: values.length / height };
  const scratch = augmentScratch(size);
  values.forEach((x, i) => scratch.first.fill(x, i * 3, i * 3 + 3));
  return [...augment(scratch, size, [step], random)].filter((_, i) => i % 3 === 0);
}

describe("augment", () => {
  const square = [1, 2, 3, 4, 5, 6, 7, 8, 9];

  test("flips in each wanted direction", () => {
    const both = randomFlip({ horizontal: true, vertical: true });
    expect(augmented(square, 3, both, scripted(1, 0))).toEqual([3, 2, 1, 6, 5, 4, 9, 8, 7]);
    expect(augmented(square, 3, both, scripted(0, 1))).toEqual([7, 8, 9, 4, 5, 6, 1, 2, 3]);
    expect(augmented(square, 3, both, scripted(1, 1))).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1]);
    expect(augmented(square, 3, both, scripted(0, 0))).toEqual(square);
  });

  test("turns counter-clockwise by right angles", () => {
    const turned = (quarters: number) => augmented(square, 3, randomQuarterTurn(), scripted(quarters));
    expect(turned(0)).toEqual(square);
    expect(turned(1)).toEqual([3, 6, 9, 2, 5, 8, 1, 4, 7]);
    expect(turned(2)).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1]);
    expect(turned(3)).toEqual([7, 4, 1, 8, 5, 2, 9, 6, 3]);
  });

  test("turns oblong images by 180 degrees only", () => {
    const oblong = [1, 2, 3, 4, 5, 6];
    expect(augmented(oblong, 2, randomQuarterTurn(), scripted(1))).toEqual([6, 5, 4, 3, 2, 1]);
    expect(augmented(oblong, 2, randomQuarterTurn(), scripted(2))).toEqual(oblong);
  });

  test("shifts and repeats the edge", () => {
    const step = randomShift({ fraction: 0.4 });
    // 3 · 0.4 is one pixel: draws 0, 1, 2 stand for -1, 0, 1, rows first.
    expect(augmented(square, 3, step, scripted(1, 2))).toEqual([1, 1, 2, 4, 4, 5, 7, 7, 8]);
    expect(augmented(square, 3, step, scripted(0, 1))).toEqual([4, 5, 6, 7, 8, 9, 7, 8, 9]);
  });

  test("brightens by one factor, and stops at white", () => {
    const brightest: Random = { ...seeded(0), next: () => 1 };
    expect(augmented([0, 100, 250, 10], 2, randomBrightness({ factor: 0.5 }), brightest)).toEqual([
      0, 150, 255, 15,
    ]);
  });

  test.each(Object.entries(augmentSets))("the set %s survives JSON", (_, set) => {
    expect(parseTransforms(JSON.parse(JSON.stringify(set)))).toEqual(set);
  });

  test("the set turns reaches all eight positions of a square", () => {
    const seen = new Set<string>();
    for (let seed = 0; seed < 100; seed++) {
      const scratch = augmentScratch({ height: 3, width: 3 });
      square.forEach((x, i) => scratch.first.fill(x, i * 3, i * 3 + 3));
      seen.add(String(augment(scratch, { height: 3, width: 3 }, augmentSets.turns, seeded(seed))));
    }
    expect(seen.size).toBe(8);
  });
});

describe("normalise", () => {
  test("runs its steps in order, per channel, and writes at the offset", () => {
    const steps = [rescale(), standardize({ mean: [0.5, 0, 1], deviation: [0.5, 1, 2] })];
    const target = new Float32Array(7).fill(-9);
    normaliseInto(Uint8Array.of(255, 255, 0), normaliseTable(steps), target, 3);
    expect([...target]).toEqual([-9, -9, -9, 1, 1, -0.5, -9]);
  });

  test("without steps bytes stay bytes", () => {
    const target = new Float32Array(3);
    normaliseInto(Uint8Array.of(0, 128, 255), normaliseTable([]), target);
    expect([...target]).toEqual([0, 128, 255]);
  });
});

describe("parseTransforms", () => {
  const all = [
    resize({ height: 4, width: 5, fit: "pad" }),
    centerCrop({ height: 3, width: 3 }),
    randomFlip({ vertical: true }),
    randomQuarterTurn(),
    randomShift(),
    randomCrop(),
    randomBrightness(),
    rescale(),
    standardize({ mean: [1, 2, 3], deviation: [4, 5, 6] }),
  ];

  test("reads back every step from JSON", () => {
    expect(parseTransforms(JSON.parse(JSON.stringify(all)))).toEqual(all);
    const stages = stagesOf(all);
    expect([stages.prepare.length, stages.augment.length, stages.normalise.length]).toEqual([2, 5, 2]);
  });

  test("reads back a range of values before all others", () => {
    const steps = [{ type: "range", min: 12, max: 4095 } as const, ...all];
    expect(parseTransforms(JSON.parse(JSON.stringify(steps)))).toEqual(steps);
    expect(stagesOf(steps).prepare).toHaveLength(3);
  });

  test.each([
    [{}, /^transforms: expected an array/],
    [[7], /^transforms\[0\]: expected an object/],
    [[{ type: "toString" }], /^transforms\[0\]\.type: expected range or resize or .*received "toString"/],
    [[{ ...resize({ height: 1, width: 1 }), height: "1" }], /^transforms\[0\]\.height: .*received "1"/],
    [
      [{ type: "resize", height: 1.5, width: 1, fit: "pad" }],
      /^transforms\[0\]\.height: expected a whole number/,
    ],
    [[{ type: "resize", height: 1, width: 1 }], /^transforms\[0\]\.fit: expected stretch or crop or pad/],
    [[{ type: "randomShift", fraction: 2 }], /^transforms\[0\]\.fraction/],
    [
      [standardize({ mean: [0, 0, 0], deviation: [1, 0, 1] })],
      /^transforms\[0\]\.deviation: expected numbers above 0/,
    ],
    [[rescale(), resize({ height: 1, width: 1 })], /^transforms\[1\]: .*received resize after rescale/],
    [[{ type: "range", min: 0 }], /^transforms\[0\]\.max: /],
    [[{ type: "range", min: 9, max: 9 }], /^transforms\[0\]: expected two whole numbers from 0 to 65535/],
    [[{ type: "range", min: 0, max: 65_536 }], /received 0 and 65536/],
    [
      [resize({ height: 1, width: 1 }), { type: "range", min: 0, max: 9 }],
      /^transforms\[1\]: expected a range before all other steps/,
    ],
  ])("refuses %j", (json, message) => {
    expect(() => parseTransforms(json)).toThrow(message);
  });
});
