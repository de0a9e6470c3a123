import { at, fault, mapValues, sizeOf } from "../../../base/index.ts";
import type { Program } from "../../backend.ts";
import type { Value } from "../../graph/graph.ts";
import { neededNodes } from "../../program.ts";

/** What one run computed, in float64. */
export interface ReferenceRun {
  readonly outputs: Readonly<Record<string, Float64Array>>;
  /** The new contents of the parameters that the program updates. */
  readonly updates: ReadonlyMap<string, Float64Array>;
}

/** What the caller gives for an input or a parameter. */
const givenFor = (
  { role, name }: Value,
  values: Readonly<Record<string, ArrayLike<number>>>,
): ArrayLike<number> | undefined =>
  role === "result" || !Object.hasOwn(values, name) ? undefined : values[name];

/** Runs a program by the reference loops of its ops. `values` holds the numbers of inputs and parameters by name. */
export function runReference(
  program: Program,
  values: Readonly<Record<string, ArrayLike<number>>>,
): ReferenceRun {
  const numbers = new Map<Value, Float64Array>();
  const read = (value: Value): Float64Array => {
    const known = numbers.get(value);
    if (known) return known;
    const given = value.numbers ?? givenFor(value, values);
    if (given?.length !== sizeOf(value.shape)) {
      throw fault(`runReference: ${value.name}`, {
        expected: `${sizeOf(value.shape)} numbers`,
        received: `${given?.length ?? "nothing"}`,
      });
    }
    const data = Float64Array.from(given);
    numbers.set(value, data);
    return data;
  };
  for (const { op, inputs, outputs, attributes } of neededNodes(program)) {
    const tensors = inputs.map((value) => ({ shape: value.shape, data: read(value) }));
    const results = op.reference({ inputs: tensors, attributes, outputs });
    outputs.forEach((output, i) => numbers.set(output, at(results, i)));
  }
  return {
    outputs: mapValues(program.outputs, read),
    updates: new Map(program.graph.updates.map(({ target, value }) => [target.name, read(value)])),
  };
}
