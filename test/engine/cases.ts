import { seeded, sizeOf } from "../../src/base/index.ts";
import { type Value, differentiate, input, multiply, reduceSum } from "../../src/engine/index.ts";
import type { BuiltCase, OpCase } from "./cases/draw.ts";
import { elementwiseCases } from "./cases/elementwise.ts";
import { layerCases } from "./cases/layers.ts";
import { shapeCases } from "./cases/shapes.ts";

export type { BuiltCase, OpCase } from "./cases/draw.ts";

/** Every op on shapes and numbers that follow from a seed. */
export const opCases: readonly OpCase[] = [...elementwiseCases, ...shapeCases, ...layerCases];

/** The name of the gradient of an input among the outputs of {@link withGradients}. */
export const gradientName = (input: string): string => `gradient of ${input}`;

/**
 * Extends a built case by a loss, Σ y · weights with numbers drawn for the weights, and by the loss's gradients of all
 * differentiable inputs. A case without any comes back as it is.
 */
export function withGradients(built: BuiltCase, seed: number): BuiltCase {
  const { graph, outputs, inputs, differentiable } = built;
  if (differentiable.length === 0) return built;
  const y = outputs["y"]!;
  const random = seeded(seed).fork("weights");
  const weights = Array.from({ length: sizeOf(y.shape) }, () => Math.fround(random.normal()));
  const loss = reduceSum(multiply(y, input(graph, "weights", y.shape)));
  const wanted = differentiable.map((name) => inputNamed(built, name));
  const gradients = differentiate(loss, wanted);
  const found = differentiable.flatMap((name, i): [string, Value][] =>
    gradients[i] ? [[gradientName(name), gradients[i]]] : [],
  );
  return {
    ...built,
    outputs: { ...outputs, loss, ...Object.fromEntries(found) },
    inputs: { ...inputs, weights },
  };
}

function inputNamed({ graph }: BuiltCase, name: string): Value {
  const found = graph.values.find((value) => value.role === "input" && value.name === name);
  if (!found) throw new Error(`no input ${name}`);
  return found;
}
