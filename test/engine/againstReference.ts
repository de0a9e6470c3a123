import { expect } from "vitest";
import { seeded } from "../../src/base/index.ts";
import { type Backend, runReference } from "../../src/engine/index.ts";
import { type BuiltCase, type OpCase, withGradients } from "./cases.ts";

// Float32 sums of up to some thousand products, against float64: errors are measured on the largest number of an array, or on all terms of a sum.
const TOLERANCE = 3e-5;

/** Runs a case on the backend and expects every output near what the float64 loops give. */
export async function checkAgainstReference(backend: Backend, built: BuiltCase): Promise<void> {
  const session = await backend.open({ main: built });
  const found = await session.run("main", built.inputs);
  session.close();
  expectNearReference(built, found);
}

/** Expects every output of a case near what the float64 loops give. */
export function expectNearReference(
  built: BuiltCase,
  found: Readonly<Record<string, ArrayLike<number>>>,
): void {
  const expected = runReference(built, built.inputs).outputs;
  for (const [name, numbers] of Object.entries(expected)) {
    const scale = name === "loss" ? sizeOfTerms(expected["y"]!, built) : largest(numbers);
    const worst = numbers.reduce((most, x, i) => Math.max(most, Math.abs(x - found[name]![i]!)), 0);
    expect(Array.from(found[name]!).every(Number.isFinite), name).toBe(true);
    expect(worst / scale, `${name}: largest error over largest number`).toBeLessThan(TOLERANCE);
  }
}

const largest = (numbers: Float64Array): number =>
  numbers.reduce((most, x) => Math.max(most, Math.abs(x)), 1);

/** The loss, Σ y · weights, may come out near zero; its terms do not. */
const sizeOfTerms = (y: Float64Array, { inputs }: BuiltCase): number =>
  y.reduce((sum, x, i) => sum + Math.abs(x * inputs["weights"]![i]!), 1);

/** A case of one seed with its gradients as outputs. */
export const build = (one: OpCase, seed: number): BuiltCase => withGradients(one.build(seeded(seed)), seed);
