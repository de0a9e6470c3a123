import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type Backend,
  type Program,
  type Session,
  type Value,
  add,
  argmax,
  averagePool2d,
  createGraph,
  divide,
  equal,
  input,
  maxPool2dWithPositions,
  maximum,
  minimum,
  multiply,
  reduceMax,
  reduceMean,
  reduceSum,
  reshape,
  runReference,
  softmax,
  subtract,
} from "../../src/engine/index.ts";
import { wasmBackend } from "../../src/platform/node/index.ts";
import { type UnaryOp, unaryOps } from "./cases/unaryOps.ts";

const binary: Readonly<Record<string, (a: Value, b: Value) => Value>> = {
  add,
  divide,
  equal,
  maximum,
  minimum,
  multiply,
  subtract,
};
const image: UnaryOp = (x) => reshape(x, [1, 4, 7, 1]);
const reductions: Readonly<Record<string, UnaryOp>> = {
  argmax,
  argmaxDown: (x) => argmax(x, 0),
  averagePool2d: (x) => averagePool2d(image(x)),
  maxPool2d: (x) => maxPool2dWithPositions(image(x))[0],
  reduceMax: (x) => reduceMax(x, { axes: [1] }),
  reduceMaxDown: (x) => reduceMax(x, { axes: [0] }),
  reduceMean: (x) => reduceMean(x, { axes: [1] }),
  reduceSum: (x) => reduceSum(x, { axes: [1] }),
  reduceSumDown: (x) => reduceSum(x, { axes: [0] }),
  softmax,
};

/** All of them over a and b, [4, 7]: whole vectors and a rest. */
function program(): Program {
  const graph = createGraph();
  const [a, b] = [input(graph, "a", [4, 7]), input(graph, "b", [4, 7])];
  const ofOne = Object.entries({ ...unaryOps, ...reductions }).map(([name, op]) => [name, op(a)] as const);
  const ofTwo = Object.entries(binary).map(([name, op]) => [name, op(a, b)] as const);
  return { graph, outputs: Object.fromEntries([...ofOne, ...ofTwo]) };
}

// Below 2^-126 = 1.18e-38 numbers are subnormal; 2^-149 is the least.
const specials = [
  NaN,
  Infinity,
  -Infinity,
  0,
  -0,
  1e-40,
  -1e-40,
  2 ** -149,
  -(2 ** -149),
  2 ** -126,
  -(2 ** -126),
];
const usual = [1, -1, 0.5, -0.5, 2, 3, -3, 6, 20, -20, 100, -100, 1e5];
const numbers = fc
  .array(fc.oneof({ weight: 1, arbitrary: fc.constantFrom(...specials) }, fc.constantFrom(...usual)), {
    minLength: 28,
    maxLength: 28,
  })
  .map((drawn) => Float32Array.from(drawn));

/** Ops whose small results are differences of large numbers: exact to 1e-6 and not to a part of themselves. */
const differences: ReadonlySet<string> = new Set([]);

/** The first number that is not the exact one, in words: what is no finite number has to be the same, others lie near. */
function firstOther(found: ArrayLike<number>, exact: Float32Array, atol: number): string | undefined {
  for (const [i, should] of exact.entries()) {
    const is = found[i] ?? 0;
    if (Number.isFinite(should) && Math.abs(is - should) <= atol + 2e-5 * Math.abs(should)) continue;
    if (!Object.is(is, should)) return `[${i}] is ${is}, not ${should}`;
  }
  return undefined;
}

describe("numbers at the ends of float32", () => {
  const whole = program();
  let backend: Backend;
  let session: Session;
  beforeAll(async () => {
    backend = await wasmBackend({ threads: 1 });
    session = await backend.open({ main: whole });
  });
  afterAll(async () => {
    session.close();
    await backend.close();
  });

  test("NaN, infinities, both zeros and subnormals come out of each op as the float64 loops say", async () => {
    await fc.assert(
      fc.asyncProperty(numbers, numbers, async (a, b) => {
        const found = await session.run("main", { a, b });
        const { outputs } = runReference(whole, { a, b });
        for (const [name, exact] of Object.entries(outputs)) {
          // A float64 beyond float32 is an infinity there.
          const apart = firstOther(
            found[name] ?? [],
            Float32Array.from(exact),
            differences.has(name) ? 1e-6 : 1e-37,
          );
          expect(apart, `${name} of ${String(a)} and ${String(b)}`).toBeUndefined();
        }
      }),
      { numRuns: 60, seed: 20, endOnFailure: true },
    );
  });

  // What PyTorch documents or its formulas give: softplus, selu, elu and gelu have limits; x·σ(x) at -Infinity is -Infinity·0.
  const [inf, selus] = [Infinity, 1.7580993408473766];
  test.each<[name: string, x: number, y: number]>([
    ["relu", -inf, 0],
    ["relu", inf, inf],
    ["relu6", inf, 6],
    ["clip", inf, 2],
    ["clip", -inf, -1],
    ["sigmoid", -inf, 0],
    ["sigmoid", inf, 1],
    ["tanh", -inf, -1],
    ["tanh", inf, 1],
    ["elu", -inf, -1],
    ["selu", -inf, -selus],
    ["softplus", -inf, 0],
    ["softplus", inf, inf],
    ["hardSigmoid", -inf, 0],
    ["silu", inf, inf],
    ["gelu", inf, inf],
    ["gelu", -inf, 0],
    ["gelu", -1e30, 0],
    ["hardShrink", inf, inf],
    ["hardShrink", -inf, -inf],
    ["hardShrink", NaN, NaN],
    ["hardShrink", 0.5, 0],
    ["hardShrink", 0.5 + 2 ** -24, 0.5 + 2 ** -24],
    ["exp", -inf, 0],
    ["exp", inf, inf],
    ["exp", 100, inf],
    ["log", 0, -inf],
    ["log", -0, -inf],
    ["log", -1, NaN],
    ["log", inf, inf],
    ["sqrt", -1, NaN],
    ["sqrt", inf, inf],
    ["flushSubnormals", 1e-40, 0],
    ["flushSubnormals", 2 ** -126, 2 ** -126],
    ["reduceSum", inf, inf],
    ["reduceMax", -inf, -inf],
  ])("%s of %d is %d", async (name, x, y) => {
    const a = new Float32Array(28).fill(x);
    const { [name]: found = new Float32Array() } = await session.run("main", { a, b: a });
    const { outputs } = runReference(whole, { a, b: a });
    for (const one of [...found, ...(outputs[name] ?? [])]) {
      // The reference has float64's room above.
      if (Number.isFinite(y)) expect(one).toBeCloseTo(y, 5);
      else expect(Math.fround(one)).toBe(y);
    }
  });

  test.each<[name: string, a: number, b: number, y: number]>([
    ["divide", 1, 0, inf],
    ["divide", 1, -0, -inf],
    ["divide", 0, 0, NaN],
    ["divide", inf, inf, NaN],
    ["multiply", 0, inf, NaN],
    ["add", inf, -inf, NaN],
    ["subtract", inf, inf, NaN],
    ["maximum", inf, NaN, NaN],
    ["minimum", NaN, -inf, NaN],
    ["equal", NaN, NaN, 0],
    ["equal", 0, -0, 1],
  ])("%s of %d and %d is %d", async (name, one, other, y) => {
    const given = { a: new Float32Array(28).fill(one), b: new Float32Array(28).fill(other) };
    const { [name]: found = [] } = await session.run("main", given);
    const { outputs } = runReference(whole, given);
    expect([...found, ...(outputs[name] ?? [])]).toEqual(Array(56).fill(y));
  });
});
