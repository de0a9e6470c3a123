import { expect } from "vitest";
import { seeded } from "../../src/base/index.ts";
import { type Backend, runReference } from "../../src/engine/index.ts";
import { type BuiltCase, type OpCase, withGradients } from "./cases.ts";

// Float32 sums of up to some thousand products, against float64: errors are measured on the largest number of an array, or on all terms of a sum.
const TOLERANCE = 3e-5;

/** What the float64 loops compute of a case. */
export const referenceOf = (built: BuiltCase): Readonly<Record<string, Float64Array>> =>
  runReference(built, built.inputs).outputs;

/** Runs a case on the backend and expects every output near what the float64 loops give. */
export async function checkAgainstReference(
  backend: Backend,
  built: BuiltCase,
  expected = referenceOf(built),
): Promise<void> {
  expectNear(await runCase(backend, built), expected, built);
}

/** The outputs of a case in a session of its own. */
export async function runCase(
  backend: Backend,
  built: BuiltCase,
): Promise<Readonly<Record<string, Float32Array>>> {
  const session = await backend.open({ main: built });
  const found = await session.run("main", built.inputs);
  session.close();
  return found;
}

/** Expects every output of a case near the reference's. */
export function expectNear(
  found: Readonly<Record<string, ArrayLike<number>>>,
  expected: Readonly<Record<string, Float64Array>>,
  built: BuiltCase,
): void {
  for (const [name, numbers] of Object.entries(expected)) {
    const scale = name === "loss" ? sizeOfTerms(expected["y"]!, built) : largest(numbers);
    const { finite, worst } = distance(found[name]!, numbers);
    expect(finite, `${name}: all numbers are finite`).toBe(true);
    expect(worst / scale, `${name}: largest error over largest number`).toBeLessThan(TOLERANCE);
  }
}

/** The largest difference between numbers and the exact ones, NaN where one of them is none. */
function distance(
  found: ArrayLike<number>,
  exact: Float64Array,
): { readonly finite: boolean; readonly worst: number } {
  let [finite, worst] = [found.length === exact.length, 0];
  for (let i = 0; i < exact.length; i++) {
    finite &&= Number.isFinite(found[i]);
    worst = Math.max(worst, Math.abs(exact[i]! - found[i]!));
  }
  return { finite, worst };
}

const largest = (numbers: Float64Array): number => {
  let most = 1;
  for (const x of numbers) most = Math.max(most, Math.abs(x));
  return most;
};

/** The loss, Σ y · weights, may come out near zero; its terms do not. */
const sizeOfTerms = (y: Float64Array, { inputs }: BuiltCase): number =>
  y.reduce((sum, x, i) => sum + Math.abs(x * inputs["weights"]![i]!), 1);

/** A case of one seed with its gradients as outputs. */
export const build = (one: OpCase, seed: number): BuiltCase => withGradients(one.build(seeded(seed)), seed);
