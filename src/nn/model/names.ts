import type { Layer } from "../layers/layer.ts";
import { fault, snakeCase } from "../../base/index.ts";
import { isMerge } from "../layers/index.ts";

/** By it a layer takes the images themselves among its inputs, unless a layer has that name. */
export const imagesName = "input";

/** Gives each layer its name, in the order in which they run. */
export type Namer = (layer: Layer) => string;

/**
 * Keras's names: the type, then the type and a number; names that the user gave are left to him.
 * @throws where two layers have one name
 */
export function namer(model: string, layers: readonly Layer[]): Namer {
  const taken = givenNames(model, layers);
  /** Names tried so far, by type. */
  const tried = new Map<string, number>();
  return ({ type, name }) => {
    if (name !== undefined) return name;
    const base = snakeCase(type);
    for (let i = tried.get(base) ?? 0; ; i++) {
      const found = i === 0 ? base : `${base}_${i}`;
      if (taken.has(found)) continue;
      taken.add(found);
      tried.set(base, i + 1);
      return found;
    }
  };
}

function givenNames(model: string, layers: readonly Layer[]): Set<string> {
  const taken = new Set<string>();
  for (const { name } of everyLayer(layers)) {
    if (name === undefined) continue;
    if (taken.has(name))
      throw fault(`${model}: ${name}`, { expected: "one layer of that name", received: "two", exitCode: 2 });
    taken.add(name);
  }
  return taken;
}

/** All layers in the order in which they run: those of a merge before it. */
export function* everyLayer(layers: readonly Layer[]): Generator<Layer> {
  for (const layer of layers) {
    if (isMerge(layer)) for (const branch of layer.branches ?? []) yield* everyLayer(branch);
    yield layer;
  }
}
