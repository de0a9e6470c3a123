import { describe, expect, test } from "vitest";
import { seeded } from "../../src/base/index.ts";
import {
  type Value,
  batchNorm,
  createGraph,
  differentiate,
  elu,
  runReference,
  gelu,
  geluTanh,
  hardSigmoid,
  hardSwish,
  input,
  mish,
  reduceSum,
  selu,
  sigmoid,
  silu,
  softplus,
  tanh,
} from "../../src/engine/index.ts";
import { interpret } from "./interpret/program.ts";

// The expressions are written for float32, where 1 - exp(-x) cancels and exp(89) overflows: here every step is rounded to it.

const activations: Readonly<Record<string, (x: Value) => Value>> = {
  elu,
  gelu,
  geluTanh,
  hardSigmoid,
  hardSwish,
  mish,
  selu,
  sigmoid,
  silu,
  softplus,
  tanh,
};

/** Largest |found - exact| / (|exact| + 1). */
const worst = (found: Float64Array, exact: Float64Array): number =>
  found.reduce(
    (sofar, value, i) => Math.max(sofar, Math.abs(value - exact[i]!) / (Math.abs(exact[i]!) + 1)),
    0,
  );

const grid = Float32Array.from([
  ...Array.from({ length: 801 }, (_, i) => (i - 400) / 40),
  ...[1e-6, 1e-3, 20, 88, 90, 1e4, 1e20, 3e38].flatMap((x) => [x, -x]),
]);

describe("in float32, value and slope are within a millionth", () => {
  test.each(Object.entries(activations))("%s", (_, activation) => {
    const graph = createGraph();
    const x = input(graph, "x", [grid.length]);
    const y = activation(x);
    const [dx] = differentiate(reduceSum(y), [x]);
    const program = { graph, outputs: { y, dx: dx! } };
    const exact = runReference(program, { x: grid }).outputs;
    const found = interpret(program, { x: grid }, Math.fround);
    expect(worst(found["y"]!, exact["y"]!)).toBeLessThan(1e-6);
    expect(worst(found["dx"]!, exact["dx"]!)).toBeLessThan(1e-6);
  });
});

test("in float32, sums over a hundred thousand rows keep six digits", () => {
  const rows = 100_003;
  const graph = createGraph();
  const x = input(graph, "x", [rows, 1]);
  const [gamma, beta] = [input(graph, "gamma", [1]), input(graph, "beta", [1])];
  const [, mean, variance] = batchNorm(x, { gamma, beta });
  const random = seeded(1);
  // A mean of 30 deviations: squares summed without it would leave nothing of the variance.
  const inputs = {
    x: Float32Array.from({ length: rows }, () => 30 + random.normal()),
    gamma: [1],
    beta: [0],
  };
  const program = { graph, outputs: { mean, variance, sum: reduceSum(x) } };
  const exact = runReference(program, inputs).outputs;
  const found = interpret(program, inputs, Math.fround);
  for (const name of ["mean", "variance", "sum"]) {
    expect(Math.abs(found[name]![0]! / exact[name]![0]! - 1), name).toBeLessThan(2e-6);
  }
});
