import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Shape, sizeOf } from "../../../src/base/index.ts";
import {
  type Backend,
  type Value,
  createGraph,
  differentiate,
  input,
  multiply,
  parameter,
  reduceSum,
  referenceBackend,
} from "../../../src/engine/index.ts";
import { parseModel } from "../../../src/nn/index.ts";
import { lowerLayers } from "../../../src/nn/lower.ts";
import { parametersOfResolved } from "../../../src/nn/model/parameters.ts";
import { resolveLayers } from "../../../src/nn/model/resolve.ts";
import { wasmBackend } from "../../../src/platform/node/index.ts";

// The numbers come from Keras 3.15 and PyTorch 2.13 by test/golden/layers/make_layers.py.

/** One layer: what it gives for a batch of two images, and the gradients of Σ y · dy. */
interface Case {
  readonly name: string;
  /** Whose numbers they are. */
  readonly source: string;
  /** As in a network file. */
  readonly layer: object;
  /** Of one image. */
  readonly inputShape: Shape;
  /** x is so many times as large. @default 1 */
  readonly scale?: number;
  readonly y: readonly number[];
  readonly dx: readonly number[];
  /** Of the parameters, in the layer's order. */
  readonly gradients: readonly (readonly number[])[];
}

const batch = 2;

/** As `numbers` of the script: multiples of 2^-15 in (-2, 2) by murmur3's finaliser. */
const numbers = (count: number, seed: number, scale = 1): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => {
    let h = (Math.imul(i, 0x9e3779b1) + Math.imul(seed, 0x85ebca6b)) | 0;
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    h ^= h >>> 16;
    return (scale * (2 * (h >>> 16) - 65535)) / 32768;
  });

type Outputs = Readonly<Record<string, Float32Array>>;

/** y, dx and the gradients `0`, `1`, … as the backend computes them. */
async function run(backend: Backend, one: Case): Promise<Outputs> {
  const { inputShape, scale, y: gives } = one;
  const resolved = resolveLayers(parseModel({ layers: [one.layer] }, one.name), inputShape);
  const graph = createGraph();
  const x = input(graph, "x", [batch, ...inputShape]);
  const specs = parametersOfResolved(resolved);
  const parameters = new Map(specs.map(({ name, shape }) => [name, parameter(graph, name, shape)]));
  const y = lowerLayers(resolved, x, { graph, training: true, parameters });
  const dy = input(graph, "dy", y.shape);
  const found = differentiate(reduceSum(multiply(y, dy)), [x, ...parameters.values()]);
  const gradients = found.map((value, i): [string, Value] => [i === 0 ? "dx" : `${i - 1}`, value!]);
  const session = await backend.open({ p: { graph, outputs: { y, ...Object.fromEntries(gradients) } } });
  for (const [i, { name, shape }] of specs.entries())
    await session.write(name, numbers(sizeOf(shape), 3 + i));
  const count = batch * sizeOf(inputShape);
  const outputs = await session.run("p", { x: numbers(count, 1, scale), dy: numbers(gives.length, 2) });
  session.close();
  return outputs;
}

/** Fails where |a - b| > 1e-5 · (|b| + the array's root mean square), naming the array. */
function expectClose(name: string, actual: ArrayLike<number>, expected: readonly number[]): void {
  const scale = Math.sqrt(expected.reduce((sum, x) => sum + x * x, 0) / expected.length);
  const worst = Math.max(...expected.map((x, i) => Math.abs(actual[i]! - x) / (Math.abs(x) + scale + 1e-12)));
  expect(actual.length, name).toBe(expected.length);
  expect(worst, `${name}: greatest relative difference`).toBeLessThan(1e-5);
}

const files = ["activations", "convolutions", "edges", "merges", "normalizations", "others"];
const cases = files.flatMap((file): readonly Case[] =>
  JSON.parse(readFileSync(new URL(`../../golden/layers/${file}.json`, import.meta.url), "utf8")),
);

describe.each([
  ["reference", () => Promise.resolve(referenceBackend())],
  ["wasm", () => wasmBackend({ threads: 1 })],
] as const)("on %s, values and gradients are those of Keras and PyTorch", (_, open) => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await open();
  });
  afterAll(() => backend.close());

  test.each(cases.map((one) => [one.name, one] as const))("%s", async (_name, one) => {
    const found = await run(backend, one);
    expectClose("y", found["y"]!, one.y);
    expectClose("dx", found["dx"]!, one.dx);
    expect(Object.keys(found)).toHaveLength(2 + one.gradients.length);
    for (const [i, gradient] of one.gradients.entries())
      expectClose(`gradient ${i}`, found[`${i}`]!, gradient);
  });
});
