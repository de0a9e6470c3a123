import { expect } from "vitest";
import { FoveaError, seeded } from "../../../src/base/index.ts";
import {
  type Program,
  type Value,
  createGraph,
  differentiate,
  runReference,
  input,
  reduceSum,
} from "../../../src/engine/index.ts";
import { withGradients } from "../cases.ts";
import { type CaseBuilder, opCase } from "../cases/draw.ts";
import { firstApart } from "../compare.ts";
import { checkGradients, checkLowering } from "./differences.ts";
import { interpret } from "../interpret/program.ts";

// What the tests of the ops share: a shape, numbers that were worked out by hand, a fault, a gradient.

type Shape = readonly number[];
/** An input: its shape and its numbers, row-major. */
export type Given = readonly [shape: Shape, data: readonly number[]];
type Arrays = Readonly<Record<string, Given>>;
type Make<G, R> = (values: { readonly [K in keyof G]: Value }) => R;

function valuesOf<G extends Arrays>(given: G): { readonly [K in keyof G]: Value } {
  const graph = createGraph();
  const entries = Object.entries(given).map(([name, [shape]]) => [name, input(graph, name, shape)]);
  return Object.fromEntries(entries) as { readonly [K in keyof G]: Value };
}

/** Both forms of an op must give the numbers: its float64 loops, and the loops that it lowers to (whose polynomials round). */
function expectNumbers(program: Program, given: Arrays, expected: Readonly<Record<string, Shape>>): void {
  const data = Object.fromEntries(Object.entries(given).map(([name, [, numbers]]) => [name, numbers]));
  const forms = { reference: runReference(program, data).outputs, lowered: interpret(program, data) };
  for (const [form, outputs] of Object.entries(forms)) {
    for (const [name, numbers] of Object.entries(expected)) {
      const apart = firstApart(outputs[name]!, numbers, { rtol: 2e-6, atol: 2e-6 });
      expect(apart, `${name} of the ${form} loops`).toBeUndefined();
    }
  }
}

/** Expects one result's shape and numbers, in the op's float64 loops and in what it lowers to, to 2e-6. */
export function expectValue<const G extends Arrays>(
  given: G,
  make: Make<G, Value>,
  [shape, data]: Given,
): void {
  const y = make(valuesOf(given));
  expect(y.shape).toEqual(shape);
  expectNumbers({ graph: y.graph, outputs: { y } }, given, { y: data });
}

/** Expects the gradients of Σ y that `expected` names, both ways, to 2e-6. */
export function expectGradients<const G extends Arrays>(
  given: G,
  make: Make<G, Value>,
  expected: { readonly [K in keyof G]?: readonly number[] },
): void {
  const values = valuesOf(given);
  const names = Object.keys(expected);
  const found = differentiate(
    reduceSum(make(values)),
    names.map((name) => values[name]!),
  );
  const outputs = Object.fromEntries(
    names.map((name, i) => {
      expect(found[i]?.shape, `a gradient of ${name}`).toEqual(given[name]![0]);
      return [name, found[i]!] as const;
    }),
  );
  expectNumbers({ graph: values[names[0]!]!.graph, outputs }, given, expected as Record<string, Shape>);
}

/**
 * Compares the gradients of Σ y · weights with central differences on random inputs, rtol 1e-3 and atol 1e-5, and what the
 * op and its gradients lower to with both, to 2e-6.
 */
export function expectSlopes(make: (builder: CaseBuilder) => Value, seed = 1): void {
  const built = withGradients(opCase("", make).build(seeded(seed)), seed);
  checkGradients(built, seed);
  checkLowering(built);
}

/** New inputs x0, x1, … of one graph, of the given shapes. */
export function inputs(...shapes: readonly Shape[]): Value[] {
  const graph = createGraph();
  return shapes.map((shape, i) => input(graph, `x${i}`, shape));
}

/** The shape that an op gives values of these shapes. */
export const shapeOf = (shapes: readonly Shape[], make: (...values: Value[]) => Value): Shape =>
  make(...inputs(...shapes)).shape;

/** Expects a fault that begins with `who`, says what was expected and received, and holds every piece. */
export function expectFault(act: () => unknown, who: string, ...pieces: readonly string[]): void {
  let thrown: unknown;
  try {
    act();
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(FoveaError);
  const { message } = thrown as FoveaError;
  expect(message.startsWith(`${who}: expected `), message).toBe(true);
  for (const piece of ["received ", ...pieces]) expect(message).toContain(piece);
}
