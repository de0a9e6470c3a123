import { expect } from "vitest";
import { seeded } from "../../../src/base/index.ts";
import { runReference } from "../../../src/engine/index.ts";
import { type BuiltCase, gradientName } from "../cases.ts";
import { firstApart } from "../compare.ts";
import { interpret } from "../interpret/program.ts";

const epsilon = 1e-6;
/** Elements of one input that are moved; moving all of a large one would take minutes. */
const probes = 12;

function lossAt(built: BuiltCase, moved: string, element: number, by: number): number {
  const data = built.inputs[moved]!;
  const { outputs } = runReference(built, {
    ...built.inputs,
    [moved]: data.with(element, data[element]! + by),
  });
  return outputs["loss"]![0]!;
}

/** Compares gradients with central differences, to rtol 1e-3 and atol 1e-5. */
export function checkGradients(built: BuiltCase, seed: number): void {
  const lossOnly = { ...built, outputs: { loss: built.outputs["loss"]! } };
  const { outputs } = runReference(built, built.inputs);
  for (const name of built.differentiable) {
    const gradient = outputs[gradientName(name)];
    expect(gradient, `a gradient of ${name}`).toBeDefined();
    const elements = seeded(seed)
      .shuffle(built.inputs[name]!.map((_, i) => i))
      .slice(0, probes);
    for (const element of elements) {
      const rise = lossAt(lossOnly, name, element, epsilon) - lossAt(lossOnly, name, element, -epsilon);
      const measured = rise / (2 * epsilon);
      const error = Math.abs(gradient![element]! - measured);
      expect(error, `d loss / d ${name}[${element}], measured ${measured}`).toBeLessThanOrEqual(
        1e-5 + 1e-3 * Math.abs(measured),
      );
    }
  }
}

/** Expects what the ops lower to to give the numbers of their float64 loops. */
export function checkLowering(built: BuiltCase): void {
  const { outputs } = runReference(built, built.inputs);
  for (const [name, found] of Object.entries(interpret(built, built.inputs))) {
    // Both are float64; the room is for the polynomials that stand in for erf and tanh.
    expect(firstApart(found, outputs[name]!, { rtol: 2e-6, atol: 2e-6 }), name).toBeUndefined();
  }
}
