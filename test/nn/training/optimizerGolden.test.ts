import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { at, entryOf, sizeOf } from "../../../src/base/index.ts";
import { createGraph, input, parameter } from "../../../src/engine/index.ts";
import { type Optimizer, parseOptimizer, scalarsAt } from "../../../src/nn/index.ts";
import { applyOptimizer } from "../../../src/nn/training/updates.ts";
import { runSteps } from "../run.ts";

// Twenty steps on fixed gradients beside PyTorch's, timm's and Keras's own optimisers in float64 (test/golden/make_optimizers.py).

interface Golden {
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  readonly cases: readonly {
    readonly name: string;
    readonly optimizer: { readonly type: Optimizer["type"] };
    readonly rate: number;
    readonly weights: Readonly<Record<string, readonly number[]>>;
  }[];
}

const golden: Golden = JSON.parse(
  readFileSync(new URL("../../golden/optimizers.json", import.meta.url), "utf8"),
);
const names = Object.keys(golden.shapes);

const numbers = (name: string, seed: number, scale: number): number[] =>
  Array.from(
    { length: sizeOf(entryOf(golden.shapes, name)) },
    (_, i) => ((((i * 947 + seed * 331 + 17) * 1009) % 2003) / 1001 - 1) * scale,
  );

const rateAt = (step: number, rate: number): number => (rate * (1 + (step % 3))) / 2;

async function weightsAfter(optimizer: Optimizer, rate: number): Promise<Record<string, number[]>> {
  const graph = createGraph();
  const weights = names.map((name) => parameter(graph, name, entryOf(golden.shapes, name)));
  const trainables = weights.map((weight) => ({
    weight,
    gradient: input(graph, `gradient of ${weight.name}`, weight.shape),
  }));
  applyOptimizer(graph, optimizer, { parameters: weights, steps: trainables });
  const inputs = Array.from({ length: 20 }, (_, t) => ({
    ...scalarsAt(optimizer, t + 1, rateAt(t + 1, rate)),
    ...Object.fromEntries(
      names.map((name, i) => [
        `gradient of ${name}`,
        numbers(name, 100 * (t + 1) + i, (t + 1) % 4 === 0 ? 2 : 0.5),
      ]),
    ),
  }));
  const parameters = Object.fromEntries(names.map((name, i) => [name, numbers(name, i, 1)]));
  return (await runSteps({ graph, outputs: {} }, { parameters, inputs })).parameters;
}

test.each(golden.cases)("$name gives the same weights", async ({ optimizer, rate, weights }) => {
  const found = await weightsAfter(parseOptimizer("case", optimizer), rate);
  for (const name of names) {
    const expected = entryOf(weights, name);
    const differences = entryOf(found, name).map((x, i) => Math.abs(x - at(expected, i)));
    // Weights of about 1 in float32, rounded at every step.
    expect(Math.max(...differences), name).toBeLessThan(2e-6);
  }
});
