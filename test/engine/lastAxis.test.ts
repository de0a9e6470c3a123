import { afterAll, beforeAll, expect, test } from "vitest";
import { seeded } from "../../src/base/index.ts";
import {
  type Backend,
  type Value,
  add,
  affine,
  argmax,
  divide,
  logSoftmax,
  multiply,
  reduceMax,
  reduceMean,
  reduceSum,
  softmax,
  softmaxCrossEntropy,
  sqrt,
  subtract,
} from "../../src/engine/index.ts";
import { wasmBackend } from "../../src/platform/node/index.ts";
import { expectNear, referenceOf, runCase } from "./againstReference.ts";
import { runOnce } from "./backends.ts";
import { withGradients } from "./cases.ts";
import { type CaseBuilder, below, opCase } from "./cases/draw.ts";
import { expectSlopes } from "./ops/holds.ts";

// Sums, maxima and what is made of them along the last axis, which vectors walk where it has 16 elements or more.

const last = { axes: [-1], keepDims: true };

/** (x - mean) / √(variance + ε) · gamma + beta along the last axis, of the ops that there are. */
function layerNorm(b: CaseBuilder, shape: readonly number[]): Value {
  const x = b.differentiable("x", shape);
  const [gamma, beta] = ["gamma", "beta"].map((name) => b.differentiable(name, shape.slice(-1)));
  const centred = subtract(x, reduceMean(x, last));
  const variance = reduceMean(multiply(centred, centred), last);
  return add(multiply(divide(centred, sqrt(affine(variance, 1, 1e-5))), gamma!), beta!);
}

const backends: Backend[] = [];
beforeAll(async () => {
  for (const threads of [1, 3]) backends.push(await wasmBackend({ threads }));
});
afterAll(async () => {
  for (const backend of backends) await backend.close();
});

test.each<readonly [string, (b: CaseBuilder) => Value]>([
  ["sums", (b) => reduceSum(b.differentiable("x", [66, 10, 100]), last)],
  ["sums over the last two axes", (b) => reduceSum(b.differentiable("x", [7, 11, 23]), { axes: [1, 2] })],
  [
    "sums over the first and the last axis",
    (b) => reduceSum(b.differentiable("x", [7, 11, 33]), { axes: [0, 2] }),
  ],
  ["sums of more terms than one pass takes", (b) => reduceSum(b.differentiable("x", [3, 2503]), last)],
  ["maxima", (b) => reduceMax(b.distinct("x", [6, 37]), last)],
  ["softmax", (b) => softmax(b.differentiable("x", [9, 131]))],
  ["log softmax", (b) => logSoftmax(b.differentiable("x", [2, 5, 18]))],
  [
    "cross-entropy of 40 classes",
    (b) => softmaxCrossEntropy(b.differentiable("x", [11, 40]), b.fixed("labels", [11], below(40))),
  ],
  ["layer normalisation", (b) => layerNorm(b, [40, 129])],
])(
  "%s and their gradients are near float64, with the same bits on any number of threads",
  async (_, make) => {
    const built = withGradients(opCase("", make).build(seeded(3)), 3);
    const [one, three] = await Promise.all(backends.map((backend) => runCase(backend, built)));
    expect(three).toEqual(one);
    expectNear(one!, referenceOf(built), built);
  },
);

test("the gradients of layer normalisation are its slopes", () => {
  expectSlopes((b) => layerNorm(b, [3, 17]));
});

test.each([16, 23, 100, 256, 1000, 1024, 1025, 4099])(
  "a sum of %d neighbours is within the bound of eight partial sums, an eighth of that of one sum",
  async (extent) => {
    const random = seeded(extent);
    const data = Array.from({ length: 20 * extent }, () => Math.fround(1 + random.normal()));
    const given = { x: { shape: [20, extent], data } };
    const { y } = await runOnce(backends[0]!, given, ({ x }) => ({ y: reduceSum(x!, last) }));
    // Additions that a term goes through: those of its partial sum, three that fold them; twice that where there are two stages.
    const depth = extent <= 1024 ? Math.ceil(extent / 8) + 3 : 2 * (Math.ceil(Math.sqrt(extent) / 2) + 3);
    for (let row = 0; row < 20; row++) {
      const terms = data.slice(row * extent, (row + 1) * extent);
      const size = terms.reduce((sum, x) => sum + Math.abs(x), 0);
      const error = Math.abs(y![row]! - terms.reduce((sum, x) => sum + x, 0));
      expect(error).toBeLessThanOrEqual(depth * 2 ** -24 * size);
    }
  },
);

test("NaN and infinities come through where they stand in a row, and nowhere else", async () => {
  const extent = 45;
  const row = (position: number, x: number): number[] =>
    Array.from({ length: extent }, (_, i) => (i === position ? x : 1));
  const positions = Array.from({ length: extent }, (_, i) => i);
  const kinds = [Number.NaN, Infinity, -Infinity];
  const data = positions.flatMap((position) =>
    kinds.flatMap((x) => [...row(position, x), ...row(position, 2)]),
  );
  const given = { x: { shape: [positions.length * 6, extent], data } };
  const make = ({ x }: Readonly<Record<string, Value>>): Record<string, Value> => ({
    sum: reduceSum(x!, last),
    greatest: reduceMax(x!, last),
    where: argmax(x!),
  });
  const found = await runOnce(backends[1]!, given, make);
  for (const position of positions) {
    const at = (name: string): number[] => Array.from(found[name]!.subarray(position * 6, position * 6 + 6));
    const first = position === 0 ? 1 : 0;
    expect(at("sum")).toEqual([Number.NaN, 46, Infinity, 46, -Infinity, 46]);
    expect(at("greatest")).toEqual([Number.NaN, 2, Infinity, 2, 1, 2]);
    expect(at("where")).toEqual([position, position, position, position, first, position]);
  }
});

test("a row of one example has the bits that it has in a batch", async () => {
  const random = seeded(8);
  const data = Array.from({ length: 4 * 50 }, () => Math.fround(random.normal()));
  const sums = async (rows: number): Promise<number[]> => {
    const given = { x: { shape: [rows, 50], data: data.slice(0, rows * 50) } };
    const { y } = await runOnce(backends[0]!, given, ({ x }) => ({ y: reduceSum(x!, last) }));
    return [...y!];
  };
  expect(await sums(1)).toEqual((await sums(4)).slice(0, 1));
});

test("a sum of a whole array adds its terms one after the other, as a loss over its batch always has", async () => {
  const random = seeded(9);
  const data = Array.from({ length: 200 }, () => Math.fround(random.normal()));
  const { y } = await runOnce(backends[0]!, { x: { shape: [200], data } }, ({ x }) => ({ y: reduceSum(x!) }));
  expect(y![0]).toBe(data.reduce((sum, x) => Math.fround(sum + x), 0));
});
