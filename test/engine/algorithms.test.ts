import { assert, asyncProperty, nat } from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import {
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
import {
  type Algorithm,
  type Candidate,
  algorithms,
  cheapest,
  planProgram,
} from "../../src/engine/plan/index.ts";
import { engineWorkers, prepareProcessor } from "../../src/platform/node/index.ts";
import { build, checkAgainstReference, referenceOf } from "./againstReference.ts";
import { type OpCase, opCase } from "./cases/draw.ts";
import { wideCases } from "./cases/wide.ts";

const processor = await prepareProcessor({ exact: false });

type Choose = (candidates: readonly Candidate[]) => Candidate;

/** Takes an algorithm wherever it is a candidate, and elsewhere what the cost model does. */
const preferring =
  (algorithm: Algorithm): Choose =>
  (candidates) =>
    candidates.find((one) => one.algorithm === algorithm) ?? cheapest(candidates);

let choose: Choose = cheapest;

const widths = ([8, 16] as const).map((panel) => ({
  panel,
  backend: wasmBackendOn({
    workers: engineWorkers(2),
    arithmetic: processor.arithmetic,
    panel,
    choose: (candidates) => choose(candidates),
  }),
}));
afterAll(() => Promise.all(widths.map(({ backend }) => backend.close())));

/**
 * Checks what the cost model chooses, then what every algorithm computes wherever it is a candidate, each plan once.
 * Gives the algorithms that were candidates.
 */
async function checkEveryPlan(check: (plan: string) => Promise<void>): Promise<ReadonlySet<Algorithm>> {
  const offered: (readonly Candidate[])[] = [];
  const planBy = (by: Choose): string => offered.map((candidates) => by(candidates).algorithm).join(", ");
  choose = (candidates) => {
    offered.push(candidates);
    return cheapest(candidates);
  };
  await check("the cost model's choice");
  const checked = new Set([planBy(cheapest)]);
  for (const algorithm of algorithms) {
    choose = preferring(algorithm);
    const plan = planBy(choose);
    if (!checked.has(plan)) await check(plan);
    checked.add(plan);
  }
  return new Set(offered.flat().map(({ algorithm }) => algorithm));
}

describe("every algorithm computes what the float64 reference does wherever it is correct, by panels of 8 and of 16", () => {
  const used = new Set<string>();
  afterAll(() => {
    expect(used).toEqual(
      new Set(widths.flatMap(({ panel }) => algorithms.map((algorithm) => `${algorithm} ${panel}`))),
    );
  });

  test.each(wideCases.map((one) => [one.name, one] as const))("%s, and its gradients", (_, one) =>
    assert(
      asyncProperty(nat(), async (seed) => {
        const built = build(one, seed);
        const expected = referenceOf(built);
        for (const { panel, backend } of widths) {
          const found = await checkEveryPlan((plan) =>
            checkAgainstReference(backend, built, expected).catch((cause: unknown) => {
              throw new Error(`panels of ${panel}, computed by: ${plan}`, { cause });
            }),
          );
          for (const algorithm of found) used.add(`${algorithm} ${panel}`);
        }
      }),
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

test("slices of many filters compute what the reference does", async () => {
  choose = preferring("Winograd F(4x4)");
  for (const pooled of [true, false]) {
    const built = build(slicedCase(pooled), 11);
    const expected = referenceOf(built);
    for (const { panel, backend } of widths) {
      const slices = planProgram(built, { panel, choose }).kernels.flatMap((kernel) =>
        kernel.kind === "winograd" ? [kernel.slices] : [],
      );
      expect(Math.max(...slices)).toBeGreaterThan(1);
      await checkAgainstReference(backend, built, expected);
    }
  }
});

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
