import { assert, asyncProperty, nat } from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type Backend,
  type Program,
  conv2d,
  createGraph,
  differentiate,
  input,
  add,
  maxPool2d,
  relu,
  multiply,
  parameter,
  reduceSum,
  update,
  wasmBackendOn,
} from "../../src/engine/index.ts";
import { type Candidate, algorithms, cheapest, planProgram } from "../../src/engine/plan/index.ts";
import { engineWorkers, prepareProcessor } from "../../src/platform/node/index.ts";
import { build, checkAgainstReference } from "./againstReference.ts";
import { type OpCase, opCase } from "./cases/draw.ts";
import { wideCases } from "./cases/wide.ts";

const processor = await prepareProcessor({ exact: false });

const forced = algorithms.flatMap((algorithm) =>
  ([8, 16] as const).map((panel) => ({ algorithm, panel, arithmetic: processor.arithmetic })),
);

describe.each(forced)("$algorithm, panels of $panel, wherever it is correct", ({ algorithm, ...variant }) => {
  let backend: Backend;
  let used = 0;
  const choose = (candidates: readonly Candidate[]): Candidate => {
    const wanted = candidates.find((one) => one.algorithm === algorithm);
    if (wanted) used++;
    return wanted ?? cheapest(candidates);
  };
  beforeAll(() => {
    backend = wasmBackendOn({ workers: engineWorkers(2), choose, ...variant });
  });
  afterAll(async () => {
    await backend.close();
    expect(used).toBeGreaterThan(0);
  });

  test.each(wideCases.map((one) => [one.name, one] as const))(
    "computes what the float64 reference does: %s, and its gradients",
    (_, one) =>
      assert(
        asyncProperty(nat(), (seed) => checkAgainstReference(backend, build(one, seed))),
        { numRuns: 8, seed: 11, endOnFailure: true },
      ),
  );
});

/** Filters that do not stay in the caches, so that tasks share them out in slices. */
const slicedCase = (pooled: boolean): OpCase =>
  opCase("convolution + bias + relu of many channels", (b) => {
    const [channels, filters] = [304, 384];
    const x = b.differentiable("x", [2, 4, 8, channels]);
    const w = b.differentiable("w", [3, 3, channels, filters]);
    const y = relu(add(conv2d(x, w, { padding: "same" }), b.differentiable("bias", [filters])));
    return pooled ? maxPool2d(y) : y;
  });

test.each([8, 16] as const)(
  "slices of many filters compute what the reference does, panels of %i",
  async (panel) => {
    const choose = (candidates: readonly Candidate[]): Candidate =>
      candidates.find((one) => one.algorithm === "Winograd F(4x4)") ?? cheapest(candidates);
    const backend = wasmBackendOn({
      workers: engineWorkers(2),
      choose,
      panel,
      arithmetic: processor.arithmetic,
    });
    const built = [true, false].map((pooled) => build(slicedCase(pooled), 11));
    const slices = built.flatMap((program) =>
      planProgram(program, { panel, choose }).kernels.flatMap((kernel) =>
        kernel.kind === "winograd" ? [kernel.slices] : [],
      ),
    );
    expect(Math.max(...slices)).toBeGreaterThan(1);
    try {
      for (const one of built) await checkAgainstReference(backend, one);
    } finally {
      await backend.close();
    }
  },
);

/** One 3x3 convolution and both of its gradients; a program that trains its filters prepares them at every run. */
function trained(batch: number, side: number, channels: number): Program {
  const graph = createGraph();
  const x = input(graph, "x", [batch, side, side, channels]);
  const w = parameter(graph, "w", [3, 3, channels, channels]);
  const y = conv2d(x, w, { padding: "same" });
  const [dx, dw] = differentiate(reduceSum(multiply(y, input(graph, "weights", y.shape))), [x, w]);
  update(w, dw!);
  return { graph, outputs: { dx: dx! } };
}

function used(batch: number, side: number, channels: number): Program {
  const graph = createGraph();
  const x = input(graph, "x", [batch, side, side, channels]);
  const y = conv2d(x, parameter(graph, "w", [3, 3, channels, channels]), { padding: "same" });
  return { graph, outputs: { y } };
}

/** The algorithms of the convolutions in a program's order: tile sizes, or "direct". */
const chosenIn = (program: Program): string[] =>
  planProgram(program).kernels.flatMap((kernel): string[] => {
    if (kernel.kind === "winograd" || kernel.kind === "winogradFilterSums")
      return [`${kernel.size}x${kernel.size}`];
    return kernel.kind === "direct" || kernel.kind === "directFilter" ? ["direct"] : [];
  });

// Each chosen one was measured to be the fastest by 10% or more on Node 24, one thread.
describe("the cost model chooses what was fastest on a clock", () => {
  test.each([
    ["F(4x4) where its tiles fill the map", trained(128, 16, 128), ["4x4", "4x4", "4x4"]],
    ["F(4x4) where they nearly do", trained(16, 7, 64), ["4x4", "4x4", "4x4"]],
    ["F(2x2) on maps of 6x6", trained(32, 6, 256), ["2x2", "2x2", "2x2"]],
    ["F(2x2) for the filter gradient of maps of 2x2", trained(16, 2, 128), ["2x2"]],
    ["the definition for the filter gradient of one small map", trained(1, 4, 512), ["direct"]],
    ["F(4x4) for one image whose filters are ready", used(1, 16, 64), ["4x4"]],
    ["F(2x2) for one small map whose filters are ready", used(1, 4, 128), ["2x2"]],
  ])("%s", (_, program, algorithm) => {
    expect(chosenIn(program).slice(-algorithm.length)).toEqual(algorithm);
  });
});
