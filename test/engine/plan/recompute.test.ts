import { describe, expect, test } from "vitest";
import { sizeOf } from "../../../src/base/index.ts";
import {
  type Program,
  type Value,
  batchNorm,
  conv2d,
  createGraph,
  differentiate,
  dropout,
  input,
  multiply,
  parameter,
  reduceSum,
  relu,
  relu6,
  subtract,
  update,
} from "../../../src/engine/index.ts";
import type { Kernel } from "../../../src/engine/kernels/index.ts";
import { planProgram } from "../../../src/engine/plan/index.ts";
import { buffersOf } from "../../../src/engine/plan/kernelBuffers.ts";

/** A training step of convolution, batch norm and activation: loss, and gradients of everything. */
function trainingStep(activation: (x: Value) => Value): Program {
  const graph = createGraph();
  const x = input(graph, "x", [4, 6, 6, 16]);
  const weights = input(graph, "weights", [4, 6, 6, 24]);
  const [w, gamma, beta] = [
    parameter(graph, "w", [1, 1, 16, 24]),
    parameter(graph, "gamma", [24]),
    parameter(graph, "beta", [24]),
  ];
  const [y] = batchNorm(conv2d(x, w), { gamma, beta });
  const loss = reduceSum(multiply(activation(y), weights));
  const [dx, dw, dgamma, dbeta] = differentiate(loss, [x, w, gamma, beta]);
  return { graph, outputs: { loss, dx: dx!, dw: dw!, dgamma: dgamma!, dbeta: dbeta! } };
}

const kernelsOf = (program: Program): readonly Kernel[] => planProgram(program).kernels;

describe("work that is cheaper to do again than to read", () => {
  test.each([
    ["relu", relu],
    ["relu6", relu6],
  ])("writes no array for the gradient of %s after batch norm", (name, activation) => {
    const labels = kernelsOf(trainingStep(activation)).map(({ label }) => label);
    expect(labels.filter((label) => label.includes("Gradient") && label.includes(name))).toEqual([]);
  });

  test("reads the convolution's result and the arriving gradient, no activation, for batch norm's gradient", () => {
    const map = 4 * 6 * 6 * 24;
    const reads = kernelsOf(trainingStep(relu))
      .filter(({ label }) => label.includes("dgamma") || label.includes("batchNormGradient"))
      .map(
        (kernel) => new Set(buffersOf(kernel).reads.filter((buffer) => sizeOf(buffer.shape) === map)).size,
      );
    expect(reads).toEqual([2, 2]);
  });

  test("drops an array that nobody reads any more", () => {
    const map = 4 * 6 * 6 * 24;
    const written = kernelsOf(trainingStep(relu))
      .flatMap((kernel) => buffersOf(kernel).writes)
      .filter((buffer) => sizeOf(buffer.shape) === map);
    // The convolution's result, the products that the loss sums, and the gradient for the convolution.
    expect(written).toHaveLength(3);
  });

  test("draws random numbers once", () => {
    const graph = createGraph();
    const x = input(graph, "x", [64, 64]);
    const kept = dropout(x, input(graph, "seed", []), { rate: 0.5 });
    const total = reduceSum(kept, { axes: [0] });
    const kernels = kernelsOf({ graph, outputs: { total, spread: multiply(kept, kept) } });
    expect(kernels.filter(({ label }) => label.includes("dropout"))).toHaveLength(1);
  });
});

test("a new 1x1 filter is computed in the old one's place", () => {
  const graph = createGraph();
  const w = parameter(graph, "w", [1, 1, 8, 12]);
  update(w, subtract(w, input(graph, "step", [1, 1, 8, 12])));
  expect(kernelsOf({ graph, outputs: {} }).map(({ label }) => label)).toEqual(["subtract"]);
});
