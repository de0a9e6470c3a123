import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { seeded } from "../../../src/base/index.ts";
import {
  type ImageOp,
  type Raster,
  drawAll,
  randomResizedCrop,
  randomRotation,
  randomShear,
  randomTranslation,
  randomZoom,
  runOps,
} from "../../../src/data/index.ts";
import {
  type Homography,
  composed,
  perspective,
  rotation,
  shearAtCentre,
  translation,
  zoom,
} from "../../../src/data/augment/homography.ts";
import { joinWarps } from "../../../src/data/augment/run.ts";
import { type FillMode, fillModes } from "../../../src/data/augment/types.ts";
import { numbered, painted, pixelAt } from "../scripted.ts";

const run = (image: Raster, ops: readonly ImageOp[]): Raster => ({
  ...image,
  data: runOps({ first: image.data.slice(), second: new Uint8Array(image.data.length) }, image, ops).slice(),
});

const warp = (matrix: Homography, fillMode: FillMode, fillValue = 77): ImageOp => ({
  op: "warp",
  matrix,
  fillMode,
  fillValue,
  label: () => "",
});

/** A pixel beyond the edges, by Keras's definitions. */
function beyond(image: Raster, x: number, y: number, mode: FillMode): readonly number[] {
  const inside = (place: number, extent: number): number => {
    if (place >= 0 && place < extent) return place;
    if (mode === "nearest") return place < 0 ? 0 : extent - 1;
    if (mode === "wrap") return ((place % extent) + extent) % extent;
    // d c b a | a b c d | d c b a: step by step, back from each edge.
    let [at, step] = [place < 0 ? 0 : extent - 1, place < 0 ? 1 : -1];
    for (let left = (place < 0 ? -place : place - extent + 1) - 1; left > 0; left--) {
      if (at + step < 0 || at + step >= extent) step = -step;
      else at += step;
    }
    return at;
  };
  const isOutside = x < 0 || y < 0 || x >= image.width || y >= image.height;
  if (mode === "constant" && isOutside) return [77, 77, 77];
  return pixelAt(image, inside(x, image.width), inside(y, image.height));
}

/** Bilinear between four pixels in float64. */
function ideal(image: Raster, [a, b, c, d, e, f, g, h, i]: Homography, mode: FillMode): number[] {
  const out: number[] = [];
  for (let y = 0; y < image.height; y++)
    for (let x = 0; x < image.width; x++) {
      const w = g * (x + 0.5) + h * (y + 0.5) + i;
      const [u, v] = [
        (a * (x + 0.5) + b * (y + 0.5) + c) / w - 0.5,
        (d * (x + 0.5) + e * (y + 0.5) + f) / w - 0.5,
      ];
      const [left, top] = [Math.floor(u), Math.floor(v)];
      const [p, q, r, s] = [
        beyond(image, left, top, mode),
        beyond(image, left + 1, top, mode),
        beyond(image, left, top + 1, mode),
        beyond(image, left + 1, top + 1, mode),
      ];
      for (let k = 0; k < 3; k++) {
        const upper = p[k]! * (1 - u + left) + q[k]! * (u - left);
        out.push(upper * (1 - v + top) + (r[k]! * (1 - u + left) + s[k]! * (u - left)) * (v - top));
      }
    }
  return out;
}

const unit = fc.double({ min: -1, max: 1, noNaN: true });
const maps = fc
  .tuple(
    fc.integer({ min: 1, max: 9 }),
    fc.integer({ min: 1, max: 9 }),
    fc.array(unit, { minLength: 6, maxLength: 6 }),
  )
  .map(([width, height, [turn, right, down, size, x, y]]) => ({
    image: numbered(width, height),
    matrix: [
      rotation({ height, width }, turn!),
      translation(down! * height, right! * width),
      zoom({ height, width }, 1.2 + size!, 1.2 + size!),
      shearAtCentre({ height, width }, 0.8 * x!, 0.8 * y!),
    ].reduce(composed),
  }));

describe("a warp", () => {
  test.each(fillModes)("is bilinear between four pixels, beyond the edges by %s, within a level", (mode) => {
    fc.assert(
      fc.property(maps, ({ image, matrix }) => {
        const wanted = ideal(image, matrix, mode);
        const { data } = run(image, [warp(matrix, mode)]);
        // Half a level by rounding; places by 2^-16 and weights by 2^-11 of up to 255 levels, each way.
        data.forEach((level, i) => expect(Math.abs(level - wanted[i]!)).toBeLessThan(0.8));
      }),
      { numRuns: 60 },
    );
  });

  test("of perspective maps the corners where they are wanted", () => {
    const source = [
      [0, 0],
      [20, 0],
      [20, 10],
      [0, 10],
    ] as const;
    const result = [
      [2, 1],
      [17, 0.5],
      [19, 9],
      [1, 8],
    ] as const;
    const [a, b, c, d, e, f, g, h, i] = perspective(source, result);
    for (const [k, [x, y]] of result.entries()) {
      const w = g * x + h * y + i;
      expect((a * x + b * y + c) / w).toBeCloseTo(source[k]![0], 10);
      expect((d * x + e * y + f) / w).toBeCloseTo(source[k]![1], 10);
    }
  });

  test("of perspective is bilinear at its places, within a level", () => {
    const image = numbered(9, 7);
    const corners = [
      [0, 0],
      [9, 0],
      [9, 7],
      [0, 7],
    ] as const;
    const matrix = perspective(corners, [
      [1, 1],
      [8, 0.5],
      [7, 6],
      [0.5, 5],
    ]);
    const wanted = ideal(image, matrix, "constant");
    run(image, [warp(matrix, "constant")]).data.forEach((level, i) =>
      expect(Math.abs(level - wanted[i]!)).toBeLessThan(0.8),
    );
  });

  test("turns counter-clockwise: what was at the right is at the top", () => {
    const image = painted(9, 9, (x, y) => [x === 8 && y === 4 ? 255 : 0, 0, 0]);
    const turned = run(image, [warp(rotation(image, 0.25), "constant")]);
    expect(pixelAt(turned, 4, 0)).toEqual([255, 0, 0]);
  });

  test("shows less and larger below 1, down and right for positive numbers", () => {
    const image = painted(8, 8, (x, y) => [x === 4 && y === 4 ? 255 : 0, 0, 0]);
    const moved = run(image, [warp(translation(2, 3), "constant")]);
    expect(pixelAt(moved, 7, 6)).toEqual([255, 0, 0]);
    const larger = run(
      painted(8, 8, (x) => [x < 4 ? 0 : 200, 0, 0]),
      [warp(zoom(image, 0.5, 0.5), "nearest")],
    );
    expect(pixelAt(larger, 0, 0)[0]).toBe(0);
    expect(pixelAt(larger, 7, 7)[0]).toBe(200);
  });
});

describe("moves that follow each other", () => {
  const size = { height: 32, width: 32 };
  const four = [randomRotation({ factor: 0.2 }), randomZoom(), randomShear(), randomTranslation()];

  test("become one resampling of the composed map", () => {
    const ops = drawAll(four, size, seeded(3));
    expect(ops).toHaveLength(4);
    const joined = joinWarps(ops);
    expect(joined).toHaveLength(1);
    const matrices = ops.flatMap((op) => (op.op === "warp" ? [op.matrix] : []));
    expect(joined[0]).toMatchObject({ op: "warp", matrix: matrices.reduce(composed), fillMode: "reflect" });
  });

  test("show what they show one by one, less blurred", () => {
    // On a plane each resampling is exact, so that one and four give the same away from the edges.
    const plane = painted(32, 32, (x, y) => [4 * x + 3 * y, 0, 0]);
    const mild = [
      randomRotation({ factor: [0.02, 0.02] }),
      randomZoom({ heightFactor: [-0.2, -0.2] }),
      randomTranslation({ heightFactor: [0.05, 0.05], widthFactor: [0.03, 0.03] }),
    ];
    const ops = drawAll(mild, size, seeded(1));
    const [once, each] = [run(plane, ops), ops.reduce((image, op) => run(image, [op]), plane)];
    for (let y = 8; y < 24; y++)
      for (let x = 8; x < 24; x++)
        expect(Math.abs(pixelAt(once, x, y)[0]! - pixelAt(each, x, y)[0]!)).toBeLessThanOrEqual(1);
    // On a line of one pixel each resampling takes some of its height.
    const line = painted(32, 32, (x) => [x === 16 ? 255 : 0, 0, 0]);
    const peak = ({ data }: Raster): number => data.reduce((most, level) => Math.max(most, level), 0);
    const shifts = [0.5 / 32, 0.25 / 32, 0.25 / 32].map((by) =>
      randomTranslation({ heightFactor: 0, widthFactor: [by, by] }),
    );
    const halves = drawAll(shifts, size, seeded(1));
    expect(peak(run(line, halves))).toBe(255);
    expect(peak(halves.reduce((image, op) => run(image, [op]), line))).toBeLessThan(160);
  });

  test("stay apart where other edges are filled otherwise, or something stands between", () => {
    const [rotation, onWhite] = [randomRotation(), randomZoom({ fillMode: "constant", fillValue: 255 })];
    expect(joinWarps(drawAll([rotation, onWhite], size, seeded(1)))).toHaveLength(2);
    const flip: ImageOp = { op: "flip", horizontal: true, vertical: false };
    const [one, two] = drawAll([randomRotation(), randomZoom()], size, seeded(1));
    expect(joinWarps([one!, flip, two!])).toHaveLength(3);
  });

  test("take the edges of the rotation where a crop stands beside it", () => {
    const [crop, rotation] = drawAll([randomResizedCrop(), randomRotation()], size, seeded(1));
    for (const pair of [
      [crop!, rotation!],
      [rotation!, crop!],
    ]) {
      const [joined, ...more] = joinWarps(pair);
      expect(more).toEqual([]);
      expect(joined).toMatchObject({ fillMode: "reflect" });
      expect(joined).not.toHaveProperty("window");
    }
  });
});

test("moves images of up to 16383 pixels a side, and refuses larger ones", () => {
  const long = (width: number): Raster => painted(width, 1, (x) => [x & 255, x >> 8, 7]);
  // Beyond the edge: the first of these shows the last pixel, the next one the last but one.
  const moved = run(long(16_383), [warp(translation(0, -16_382), "reflect")]);
  expect([pixelAt(moved, 0, 0), pixelAt(moved, 1, 0), pixelAt(moved, 16_382, 0)]).toEqual([
    [254, 63, 7],
    [254, 63, 7],
    [1, 0, 7],
  ]);
  expect(() => run(long(16_384), [warp(translation(0, 1), "wrap")])).toThrow(
    "augment: expected images of at most 16383 pixels a side",
  );
});
