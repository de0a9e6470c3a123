import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sizeOf } from "../../../src/base/index.ts";
import {
  type Backend,
  type Value,
  createGraph,
  differentiate,
  input,
  reduceSum,
} from "../../../src/engine/index.ts";
import {
  type Layer,
  add,
  dropout,
  gaussianDropout,
  gaussianNoise,
  inferShapes,
  sequential,
  spatialDropout2d,
  stochasticDepth,
} from "../../../src/nn/index.ts";
import { lowerLayers } from "../../../src/nn/lower.ts";
import { resolveLayers } from "../../../src/nn/model/resolve.ts";
import { wasmBackend } from "../../../src/platform/node/index.ts";

interface Drawing {
  readonly inputShape: readonly number[];
  readonly batch: number;
  readonly seed?: number;
  readonly training?: boolean;
}

type Ys = Readonly<{ y: Float32Array; dx: Float32Array }>;

const noises: readonly [string, Layer][] = [
  ["dropout", dropout({ rate: 0.5 })],
  ["spatialDropout2d", spatialDropout2d({ rate: 0.5 })],
  ["gaussianNoise", gaussianNoise({ stddev: 1 })],
  ["gaussianDropout", gaussianDropout({ rate: 0.5 })],
  ["stochasticDepth", stochasticDepth({ rate: 0.5 })],
];

describe("layers that draw", () => {
  let one: Backend;
  let two: Backend;
  beforeAll(async () => {
    [one, two] = (await Promise.all([1, 2].map((threads) => wasmBackend({ threads })))) as [Backend, Backend];
  });
  afterAll(async () => {
    await Promise.all([one.close(), two.close()]);
  });

  /** What layers give for ones, and the gradient of the sum. */
  async function draw(layers: readonly Layer[], drawing: Drawing, backend = one): Promise<Ys> {
    const { inputShape, batch, seed = 1, training = true } = drawing;
    const graph = createGraph();
    const x = input(graph, "x", [batch, ...inputShape]);
    const run = { graph, training, parameters: new Map<string, Value>() };
    const y = lowerLayers(resolveLayers(sequential(layers), inputShape), x, run);
    const [dx] = differentiate(reduceSum(y), [x]);
    const session = await backend.open({ p: { graph, outputs: { y, dx: dx! } } });
    const draws = graph.values.some(({ name }) => name === "seed");
    const found = await session.run("p", {
      x: new Float32Array(sizeOf(x.shape)).fill(1),
      ...(draws && { seed: [seed] }),
    });
    session.close();
    return { y: found["y"]!, dx: found["dx"]! };
  }

  const image = { inputShape: [3, 5, 8], batch: 40 };

  test.each(noises)("%s is the identity in use", async (_, layer) => {
    const { y } = await draw([layer], { ...image, training: false });
    expect(new Set(y)).toEqual(new Set([1]));
  });

  test.each(noises)(
    "%s gives the same bits on any number of threads, others for another seed",
    async (_, layer) => {
      const larger = { inputShape: [16, 16, 8], batch: 16 };
      const { y } = await draw([layer], larger);
      expect((await draw([layer], larger, two)).y).toEqual(y);
      expect((await draw([layer], { ...larger, seed: 2 })).y).not.toEqual(y);
    },
  );

  test.each(noises)("two layers of %s in one model draw apart", async (_, layer) => {
    const { y } = await draw([add([[layer], [layer]])], image);
    const { y: once } = await draw([layer], image);
    expect(y).not.toEqual(once.map((v) => 2 * v));
  });

  test("stochasticDepth drops whole examples, a quarter of them, and scales the others by 4/3", async () => {
    const drawing = { inputShape: [2, 2, 3], batch: 4000 };
    const { y, dx } = await draw([stochasticDepth({ rate: 0.25 })], drawing);
    expect(dx).toEqual(y);
    const rows = Array.from({ length: 4000 }, (_, i) => new Set(y.subarray(12 * i, 12 * (i + 1))));
    expect(rows.every((row) => row.size === 1)).toBe(true);
    const kept = rows.filter((row) => !row.has(0));
    expect(kept.every((row) => row.has(Math.fround(4 / 3)))).toBe(true);
    // Deviation of the share: √(0.75 · 0.25 / 4000) = 0.007.
    expect(Math.abs(kept.length / 4000 - 0.75)).toBeLessThan(0.03);
  });

  test("stochasticDepth in a branch of add leaves the input alone where it drops", async () => {
    const { y } = await draw([add([[], [stochasticDepth({ rate: 0.5 })]])], { inputShape: [4], batch: 50 });
    expect(new Set(y)).toEqual(new Set([1, 3]));
  });

  test("spatialDropout2d drops channels of an image over all its pixels", async () => {
    const { y, dx } = await draw([spatialDropout2d({ rate: 0.2 })], { inputShape: [3, 3, 10], batch: 400 });
    expect(dx).toEqual(y);
    const maps = Array.from({ length: 4000 }, (_, i) => {
      const [n, c] = [Math.floor(i / 10), i % 10];
      return new Set(Array.from({ length: 9 }, (_pixel, p) => y[(9 * n + p) * 10 + c]));
    });
    expect(maps.every((map) => map.size === 1)).toBe(true);
    const dropped = maps.filter((map) => map.has(0)).length / 4000;
    expect(Math.abs(dropped - 0.2)).toBeLessThan(0.03);
    expect(new Set(y)).toEqual(new Set([0, 1.25]));
  });

  test("gaussianNoise adds numbers of a normal distribution, whatever x is", async () => {
    const drawing = { inputShape: [100], batch: 400 };
    const { y, dx } = await draw([gaussianNoise({ stddev: 3 })], drawing);
    expect(new Set(dx)).toEqual(new Set([1]));
    // 40,000 draws: the moments' deviations are 0.005, 0.0071, 0.012 and 0.049.
    const z = Array.from(y, (v) => (v - 1) / 3);
    const moment = (power: number): number => z.reduce((sum, v) => sum + v ** power, 0) / z.length;
    expect(Math.abs(moment(1))).toBeLessThan(0.02);
    expect(Math.abs(moment(2) - 1)).toBeLessThan(0.03);
    expect(Math.abs(moment(3))).toBeLessThan(0.05);
    expect(Math.abs(moment(4) - 3)).toBeLessThan(0.2);
    // Neighbours have nothing to do with each other.
    const products = z.reduce((sum, v, i) => sum + v * (z[i + 1] ?? 0), 0) / z.length;
    expect(Math.abs(products)).toBeLessThan(0.02);
  });

  test("gaussianDropout multiplies by 1 plus noise of dropout's variance, and so does its gradient", async () => {
    const { y, dx } = await draw([gaussianDropout({ rate: 0.2 })], { inputShape: [100], batch: 400 });
    expect(dx).toEqual(y);
    const mean = y.reduce((sum, v) => sum + v, 0) / y.length;
    const variance = y.reduce((sum, v) => sum + (v - 1) ** 2, 0) / y.length;
    expect(mean).toBeCloseTo(1, 1);
    expect(Math.abs(variance - 0.25)).toBeLessThan(0.01);
  });

  test.each<[string, () => unknown, RegExp]>([
    ["a rate of 1", () => stochasticDepth({ rate: 1 }), /stochasticDepth: rate: .*below 1/],
    ["a deviation below 0", () => gaussianNoise({ stddev: -1 }), /gaussianNoise: stddev: .*from 0/],
    [
      "channels of what is no image",
      () => inferShapes(sequential([spatialDropout2d({ rate: 0.5 })]), [4]),
      /spatial_dropout2d: input: .*images/,
    ],
  ])("%s is refused", (_, build, message) => expect(build).toThrow(message));
});
