import { fault, sameNumbers, sameShape, showShape, sizeOf } from "../base/index.ts";
import type { Program } from "./backend.ts";
import type { Node, Value } from "./graph/graph.ts";

// What every backend does alike before it runs anything.

/** The parameters of all programs by name. @throws when two programs give one name two shapes */
export function sharedParameters(programs: Readonly<Record<string, Program>>): ReadonlyMap<string, Value> {
  const found = new Map<string, Value>();
  for (const { graph } of Object.values(programs)) {
    for (const value of graph.values) {
      if (value.role !== "parameter") continue;
      const known = found.get(value.name);
      if (known && !sameShape(known.shape, value.shape)) {
        throw fault(`parameter ${value.name}`, {
          expected: `one shape in all programs, ${showShape(known.shape)}`,
          received: showShape(value.shape),
        });
      }
      found.set(value.name, known ?? value);
    }
  }
  return found;
}

/** The numbers of all constants that programs read, by their hash. @throws when two arrays have one hash */
export function sharedConstants(
  programs: Readonly<Record<string, Program>>,
): ReadonlyMap<string, ArrayLike<number>> {
  const found = new Map<string, ArrayLike<number>>();
  for (const program of Object.values(programs)) {
    for (const { name, numbers } of readValues(program)) {
      if (!numbers) continue;
      const known = found.get(name);
      if (known && !sameNumbers(known, numbers)) {
        throw fault(`constant ${name}`, {
          expected: "one array of this hash",
          received: "another with other numbers",
        });
      }
      found.set(name, known ?? numbers);
    }
  }
  return found;
}

/** Values that nodes read, or that outputs and updates take as they are. */
const readValues = (program: Program): ReadonlySet<Value> =>
  new Set([
    ...Object.values(program.outputs),
    ...program.graph.updates.map(({ value }) => value),
    ...neededNodes(program).flatMap(({ inputs }) => inputs),
  ]);

/** The nodes that outputs or updates depend on, in an order in which they can run. */
export function neededNodes({ graph, outputs }: Program): readonly Node[] {
  const needed = new Set<Value>([...Object.values(outputs), ...graph.updates.map(({ value }) => value)]);
  return graph.nodes
    .toReversed()
    .filter((node) => {
      const wanted = node.outputs.some((output) => needed.has(output));
      if (wanted) for (const value of node.inputs) needed.add(value);
      return wanted;
    })
    .toReversed();
}

/** @throws when inputs are missing, unknown or of another length than the program declares */
export function checkInputs(
  name: string,
  { graph }: Program,
  inputs: Readonly<Record<string, ArrayLike<number>>>,
): void {
  const declared = graph.values.filter((value) => value.role === "input");
  const names = declared.map((value) => value.name);
  for (const given of Object.keys(inputs)) {
    if (!names.includes(given)) {
      throw fault(`run ${name}: input ${given}`, {
        expected: names.length > 0 ? `one of ${names.join(", ")}` : "no input",
        received: given,
      });
    }
  }
  for (const { name: input, shape } of declared) {
    const data = Object.hasOwn(inputs, input) ? inputs[input] : undefined;
    if (data?.length !== sizeOf(shape)) {
      throw fault(`run ${name}: input ${input}`, {
        expected: `${sizeOf(shape)} numbers for shape ${showShape(shape)}`,
        received: data ? `${data.length}` : "nothing",
      });
    }
  }
}

/** The program of that name. @throws when there is none */
export function programNamed<T>(programs: Readonly<Record<string, T>>, name: string): T {
  const program = Object.hasOwn(programs, name) ? programs[name] : undefined;
  if (!program)
    throw fault(`run ${name}`, {
      expected: `one of ${Object.keys(programs).join(", ")}`,
      received: `"${name}"`,
    });
  return program;
}
