import { assert, constantFrom, integer, property } from "fast-check";
import { describe, expect, test } from "vitest";
import { emitStripe, stripeOf } from "../../../src/engine/backends/wasm/direct/stripe.ts";
import { emitColumns, emitGreatest, evenTiles } from "../../../src/engine/backends/wasm/tile.ts";
import { fetchRows } from "../../../src/engine/backends/wasm/winograd/tiles.ts";
import { transform2d, winogradTransforms } from "../../../src/engine/backends/wasm/winograd/transforms.ts";
import { add, conv2d, maxPool2dWithPositions } from "../../../src/engine/index.ts";
import type { ConvGeometry } from "../../../src/engine/kernels/index.ts";
import { type Algorithm, type Candidate, cheapest } from "../../../src/engine/plan/index.ts";
import { FunctionBuilder, instantiate, v128 } from "../../../src/simd/index.ts";
import { build } from "../againstReference.ts";
import { type Draw, opCase } from "../cases/draw.ts";
import { geometries, pixelOf, range } from "./geometries.ts";
import { runHere } from "./runHere.ts";
import { someNumbers } from "./sums.ts";

type Matrix = readonly (readonly number[])[];

const cell = (matrix: Matrix, i: number, j: number): number => matrix[i]?.[j] ?? NaN;
const product = (a: Matrix, b: Matrix): number[][] =>
  a.map((row) => (b[0] ?? []).map((_, j) => row.reduce((sum, x, k) => sum + x * cell(b, k, j), 0)));
const transposed = (a: Matrix): number[][] => (a[0] ?? []).map((_, j) => a.map((row) => row[j] ?? NaN));
const bothAxes = (matrix: Matrix, square: Matrix): number[][] =>
  product(product(matrix, square), transposed(matrix));
const square = (size: number, draw: (i: number) => number): number[][] =>
  range(size).map((i) => range(size).map((j) => draw(i * size + j)));

const sizes = [2, 4] as const;
const whole = (i: number): number => ((i * 37) % 19) - 9;

describe.each(sizes)("the transforms of F(%ix%i)", (size) => {
  const { input, filter, output, gradient, filterGradient } = winogradTransforms[size];
  const pixels = square(size + 2, whole);
  const taps = square(3, (i) => ((i * 11) % 7) - 3);
  const pixelAt = (i: number, j: number): number => cell(pixels, i, j);

  /** Products position by position. */
  const times = (a: Matrix, b: Matrix): number[][] => a.map((row, i) => row.map((x, j) => x * cell(b, i, j)));

  test("turn products position by position into a convolution", () => {
    const found = bothAxes(output, times(bothAxes(filter, taps), bothAxes(input, pixels)));
    for (const y of range(size))
      for (const x of range(size)) {
        const terms = range(9).map(
          (t) => pixelAt(y + Math.floor(t / 3), x + (t % 3)) * cell(taps, Math.floor(t / 3), t % 3),
        );
        expect(cell(found, y, x)).toBeCloseTo(
          terms.reduce((a, b) => a + b),
          9,
        );
      }
  });

  test("turn products of pixels and gradients into the gradient of the taps", () => {
    const sent = square(size, (i) => ((i * 5) % 11) - 5);
    const found = bothAxes(filterGradient, times(bothAxes(gradient, sent), bothAxes(input, pixels)));
    for (const r of range(3))
      for (const s of range(3)) {
        const terms = range(size * size).map((p) => {
          const [y, x] = [Math.floor(p / size), p % size];
          return pixelAt(y + r, x + s) * cell(sent, y, x);
        });
        expect(cell(found, r, s)).toBeCloseTo(
          terms.reduce((a, b) => a + b),
          9,
        );
      }
  });

  test.each(["input", "filter", "output", "gradient", "filterGradient"] as const)(
    "are emitted as their matrices say, shared work or not: %s",
    (name) => {
      const matrix = winogradTransforms[size][name];
      const width = matrix[0]?.length ?? 0;
      const f = new FunctionBuilder();
      const results = transform2d({ f, arithmetic: "exact" }, matrix, (i, j) =>
        v128.load(0, (i * width + j) * 16),
      );
      for (const [i, value] of results.flat().entries()) f.store(4096, value, i * 16);
      const { call, room } = instantiate({ run: f });
      const memory = new Float32Array(room(8192));
      const lanes = [1, -2, 3, 0.5];
      const given = square(width, whole);
      memory.set(given.flat().flatMap((x) => lanes.map((lane) => x * lane)));
      call.run();
      const expected = bothAxes(matrix, given).flat();
      for (const [i, value] of expected.entries())
        for (const [n, lane] of lanes.entries())
          expect(memory[1024 + i * 4 + n]).toBeCloseTo(value * lane, 3);
    },
  );
});

const choosing =
  (algorithm: Algorithm) =>
  (candidates: readonly Candidate[]): Candidate =>
    candidates.find((one) => one.algorithm === algorithm) ?? cheapest(candidates);

describe("on small whole numbers, which float32 and F(2x2) hold exactly, algorithms agree exactly", () => {
  const small: Draw = (random) => random.integer(9) - 4;
  type Images = readonly [n: number, height: number, width: number, channels: number];

  const convolved = (images: Images, filters: number, pooled: boolean) =>
    opCase("convolution", (b) => {
      const w = b.fixed("w", [3, 3, images[3], filters], (random) => 4 * small(random));
      const y = conv2d(b.fixed("x", images, small), w, { padding: "same" });
      const biased = add(y, b.fixed("bias", [filters], small));
      if (!pooled) return { y: biased };
      const [most, positions] = maxPool2dWithPositions(biased);
      return { y: most, positions };
    });

  test.each<readonly [name: string, images: Images, filters: number, pooled: boolean]>([
    ["maps that tiles do not fill", [2, 7, 5, 8], 12, false],
    ["pooled maps, of equals the first", [2, 6, 8, 4], 16, true],
    ["a map of more than 4 MiB, whose rows are read ahead", [1, 260, 256, 16], 4, false],
  ])("%s", (_, images, filters, pooled) => {
    const built = build(convolved(images, filters, pooled), 5);
    const [winograd, direct] = (["Winograd F(2x2)", "direct"] as const).map((algorithm) =>
      runHere(built, { choose: choosing(algorithm), panel: 8 }),
    );
    expect(winograd?.kernels.map(({ kind }) => kind)).toContain("winograd");
    expect(direct?.kernels.map(({ kind }) => kind)).toContain("direct");
    const bytes = (numbers: Float32Array = new Float32Array()): Buffer =>
      Buffer.from(new Uint8Array(numbers.buffer));
    for (const [name, numbers] of Object.entries(direct?.outputs ?? {}))
      expect(bytes(winograd?.outputs[name]).equals(bytes(numbers)), name).toBe(true);
  });
});

test("rows are cut into tiles as even as can be, none of more than four", () => {
  assert(
    property(integer({ min: 1, max: 300 }), (count) => {
      const tiles = evenTiles(count).flatMap(([rows, many]) => range(many).map(() => rows));
      expect(tiles.reduce((a, b) => a + b)).toBe(count);
      expect(tiles).toHaveLength(Math.ceil(count / 4));
      expect(Math.max(...tiles) - Math.min(...tiles)).toBeLessThanOrEqual(1);
      expect(tiles).toEqual(tiles.toSorted((a, b) => b - a));
    }),
  );
});

/** The vectors that code leaves at byte 256, from those at 0. */
function vectorsAfter(build4: (f: FunctionBuilder) => void, numbers: readonly number[]): Float32Array {
  const f = new FunctionBuilder();
  build4(f);
  const { call, room } = instantiate({ run: f });
  new Float32Array(room(1024)).set(numbers);
  call.run();
  return new Float32Array(room(1024), 256, 16);
}

test("four rows of four become four columns", () => {
  const found = vectorsAfter(
    (f) => f.storeAll(256, emitColumns(f, [v128.load(0), v128.load(16), v128.load(32), v128.load(48)])),
    range(16),
  );
  expect([...found]).toEqual([0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15]);
});

test("the greatest of four vectors lane by lane, with its number, the first of equals", () => {
  const rows = [
    [1, 5, -3, 2],
    [1, 7, -2, 2],
    [0, 7, -1, 3],
    [1, 6, -1, 4],
  ];
  const found = vectorsAfter((f) => {
    const value = f.keep(v128.load(0));
    const argmax = emitGreatest(f, value, [
      f.keep(v128.load(16)),
      f.keep(v128.load(32)),
      f.keep(v128.load(48)),
    ]);
    f.storeAll(256, [value, argmax]);
  }, rows.flat());
  expect([...found.subarray(0, 4)]).toEqual([1, 7, -1, 4]);
  expect([...new Int32Array(found.buffer, 256 + 16, 4)]).toEqual([0, 1, 2, 3]);
});

test("a stripe holds rows of the padded image, from any row on", () => {
  assert(
    property(geometries, integer({ min: -9, max: 9 }), constantFrom(1, 3), (g, first, rows) => {
      const f = new FunctionBuilder();
      const { rowBytes, columns } = stripeOf(g);
      const source = { geometry: g, image: f.keep(32_768) };
      emitStripe(f, source, { to: f.keep(0), row: f.keep(first), rows });
      const { call, room } = instantiate({ run: f });
      const x = someNumbers(g.height * g.width * g.channels);
      const stripe = new Float32Array(room(65_536), 0, (rows * rowBytes) / 4).fill(NaN);
      new Float32Array(room(65_536)).set(x, 8192);
      call.run();
      const pixel = pixelOf(g, x);
      const expected = range(rows * columns * g.channels).map((at) => {
        const [row, column] = [
          first + Math.floor(at / g.channels / columns),
          (Math.floor(at / g.channels) % columns) - g.padLeft,
        ];
        return pixel(0, row, column, at % g.channels);
      });
      expect([...stripe]).toEqual(expected);
    }),
    { numRuns: 120, endOnFailure: true },
  );
});

test.each([2 ** 30, 2 ** 31 - 2 ** 20, 2 ** 31])(
  "the rows of a large map are fetched wherever it stands, across 2 GiB too: from %i",
  (address) => {
    const f = new FunctionBuilder();
    const map = { address, height: 512, width: 512, channels: 4 };
    const geometry: ConvGeometry = {
      n: 1,
      ...map,
      filterHeight: 3,
      filterWidth: 3,
      outHeight: 512,
      outWidth: 512,
      filters: 4,
      strides: [1, 1],
      dilation: [1, 1],
      padTop: 1,
      padLeft: 1,
    };
    fetchRows(f, map, { geometry, size: 2, from: f.keep(0), to: f.keep(256 * 256) });
    const { call, room } = instantiate({ run: f });
    room(64);
    // There is no such memory: whoever reads it is stopped.
    expect(() => call.run()).toThrow("out of bounds");
  },
);
