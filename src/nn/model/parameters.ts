import type { Random, Shape } from "../../base/index.ts";
import { drawInitial } from "./drawInitial.ts";
import type { ParameterSpec } from "../layers/rule.ts";
import type { ModelSpec } from "./model.ts";
import { type ResolvedLayer, walkResolved, resolveLayers } from "./resolve.ts";

/** All parameters of a model, in the order of its layers. */
export const parametersOf = (model: ModelSpec, inputShape?: Shape): readonly ParameterSpec[] =>
  parametersOfResolved(resolveLayers(model, inputShape));

export const parametersOfResolved = (resolved: readonly ResolvedLayer[]): readonly ParameterSpec[] =>
  [...walkResolved(resolved)].flatMap(({ item }) => item.parameters);

/**
 * Initial values of every parameter, float32, by name.
 * Each is drawn from a stream of its own, so that a new layer leaves the others as they were.
 */
export function initialize(
  model: ModelSpec,
  inputShape: Shape | undefined,
  random: Random,
): Record<string, Float32Array> {
  const drawn: Record<string, Float32Array> = {};
  for (const { name, shape, initializer, fanShape } of parametersOf(model, inputShape)) {
    drawn[name] = drawInitial(initializer, shape, random.fork(name), fanShape);
  }
  return drawn;
}
