import {
  type ArrayInput,
  type NdArray,
  type Shape,
  fault,
  nearestName,
  ndarray,
  sameShape,
  showShape,
  toNdArray,
} from "../base/index.ts";
import { inputShapeOf, parametersOf } from "../nn/index.ts";
import { type ModelState, trainedOf } from "./state.ts";

/** Copies of the parameters with their shapes. @throws before the first fit or load */
export function weightsIn(state: ModelState): Readonly<Record<string, NdArray<Float32Array>>> {
  const { model, weights, inputShape } = trainedOf(state, "model.getWeights");
  return Object.fromEntries(
    parametersOf(model, inputShape).map(({ name, shape }) => [
      name,
      ndarray(Float32Array.from(weights[name] ?? []), shape),
    ]),
  );
}

/** Takes numbers for parameters. @throws naming what does not fit, and leaves all as they were */
export function takeWeights(state: ModelState, given: Readonly<Record<string, ArrayInput>>): void {
  const who = "model.setWeights";
  const inputShape = inputShapeOf(state.spec, state.inputShape);
  const shapes = new Map(
    parametersOf(state.spec, inputShape).map(({ name, shape }): [string, Shape] => [name, shape]),
  );
  const taken = Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name, numbersFor(who, { name, value }, shapes)]),
  );
  const missing = [...shapes.keys()].find((name) => !taken[name] && !state.weights?.[name]);
  if (missing !== undefined) {
    throw fault(`${who}: ${missing}`, {
      expected: "numbers for every parameter of a model that has none yet",
      received: "none",
      exitCode: 2,
    });
  }
  state.weights = { ...state.weights, ...taken };
  state.inputShape = inputShape;
  // It was fitted to the weights of then.
  state.temperature = 1;
}

function numbersFor(
  who: string,
  { name, value }: { readonly name: string; readonly value: ArrayInput },
  shapes: ReadonlyMap<string, Shape>,
): Float32Array {
  const shape = shapes.get(name);
  if (!shape) {
    const nearest = nearestName(name, [...shapes.keys()]);
    throw fault(`${who}: ${name}`, {
      expected: `one of ${[...shapes.keys()].join(", ")}`,
      received: `"${name}"`,
      ...(nearest !== undefined && { fix: `use ${nearest}` }),
      exitCode: 2,
    });
  }
  const numbers = toNdArray(`${who}: ${name}`, value);
  if (sameShape(numbers.shape, shape)) return Float32Array.from(numbers.data);
  throw fault(`${who}: ${name}`, {
    expected: `shape ${showShape(shape)}`,
    received: showShape(numbers.shape),
    exitCode: 2,
  });
}
