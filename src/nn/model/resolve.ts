import type { Layer, PlainLayer } from "../layers/layer.ts";
import { type Shape, entryOf, fault } from "../../base/index.ts";
import { type Value, createGraph, input, parameter } from "../../engine/index.ts";
import { isMerge, ruleOf } from "../layers/index.ts";
import { mergeValues } from "../layers/merge.ts";
import type { ParameterSpec } from "../layers/rule.ts";
import { type ModelSpec, inputShapeOf } from "./model.ts";
import { withContext } from "./withContext.ts";

/** A layer with its name, shapes and parameters in a model (shape inference). Shapes are those of one image. */
export interface ResolvedLayer {
  readonly name: string;
  readonly layer: Layer;
  readonly input: Shape;
  readonly output: Shape;
  readonly parameters: readonly ParameterSpec[];
  readonly multiplyAdds: number;
  /** What a merge holds; empty for plain layers. */
  readonly branches: readonly (readonly ResolvedLayer[])[];
}

/** Names every layer and infers all shapes. @throws FoveaError naming the layer that does not fit */
export function resolveLayers(model: ModelSpec, inputShape?: Shape): readonly ResolvedLayer[] {
  return resolveAll(model.layers, inputShapeOf(model, inputShape), namer(model));
}

type Namer = (layer: Layer) => string;

function resolveAll(layers: readonly Layer[], from: Shape, nameOf: Namer): readonly ResolvedLayer[] {
  const resolved: ResolvedLayer[] = [];
  for (const layer of layers) resolved.push(resolveLayer(layer, resolved.at(-1)?.output ?? from, nameOf));
  return resolved;
}

function resolveLayer(layer: Layer, from: Shape, nameOf: Namer): ResolvedLayer {
  if (isMerge(layer)) {
    const branches = layer.branches.map((branch) => resolveAll(branch, from, nameOf));
    const name = nameOf(layer);
    const output = withContext(name, () =>
      mergedShape(
        layer.type,
        branches.map((branch) => branch.at(-1)?.output ?? from),
      ),
    );
    return { name, layer, input: from, output, parameters: [], multiplyAdds: 0, branches };
  }
  const name = nameOf(layer);
  return withContext(name, () => resolvePlain(name, layer, from));
}

function resolvePlain(name: string, layer: PlainLayer, from: Shape): ResolvedLayer {
  const rule = ruleOf(layer);
  const own = rule.parameters?.(layer, from) ?? [];
  // The engine's own shape rules decide: the layer becomes ops of a graph that nobody runs.
  const graph = createGraph();
  const shapes = Object.fromEntries(own.map((spec) => [spec.name, spec.shape]));
  const y = rule.lower(layer, input(graph, "x", [1, ...from]), {
    training: false,
    parameter: (part) => parameter(graph, part, entryOf(shapes, part)),
    randomness: () => ({ seed: input(graph, "seed", []), salt: 0 }),
  });
  const output = y.shape.slice(1);
  const multiplyAdds = rule.multiplyAdds?.(layer, from, output) ?? 0;
  const parameters = own.map((spec) => inLayer(name, spec));
  return { name, layer, input: from, output, parameters, multiplyAdds, branches: [] };
}

const inLayer = (layer: string, spec: ParameterSpec): ParameterSpec => ({
  ...spec,
  name: `${layer}/${spec.name}`,
});

function mergedShape(type: "add" | "multiply" | "concatenate", shapes: readonly Shape[]): Shape {
  const graph = createGraph();
  const values: readonly Value[] = shapes.map((shape, i) => input(graph, `${i}`, [1, ...shape]));
  return mergeValues(type, values).shape.slice(1);
}

/** Keras's names: the type, then the type and a number; names that the user gave are left to him. */
function namer(model: ModelSpec): Namer {
  const given = [...everyLayer(model.layers)].flatMap(({ name }) => (name === undefined ? [] : [name]));
  const taken = new Set<string>();
  for (const name of given) {
    if (taken.has(name)) {
      throw fault(`${model.name}: ${name}`, {
        expected: "one layer of that name",
        received: "two",
        exitCode: 2,
      });
    }
    taken.add(name);
  }
  /** Names tried so far, by type. */
  const tried = new Map<string, number>();
  return ({ type, name }) => {
    if (name !== undefined) return name;
    const base = type.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    for (let i = tried.get(base) ?? 0; ; i++) {
      const found = i === 0 ? base : `${base}_${i}`;
      if (taken.has(found)) continue;
      taken.add(found);
      tried.set(base, i + 1);
      return found;
    }
  };
}

function* everyLayer(layers: readonly Layer[]): Generator<Layer> {
  for (const layer of layers) {
    yield layer;
    if (isMerge(layer)) for (const branch of layer.branches) yield* everyLayer(branch);
  }
}

/** All layers in the order in which they run, with how deep in branches they stand. */
export function* walkResolved(
  resolved: readonly ResolvedLayer[],
  depth = 0,
): Generator<{ readonly item: ResolvedLayer; readonly depth: number }> {
  for (const item of resolved) {
    for (const branch of item.branches) yield* walkResolved(branch, depth + 1);
    yield { item, depth };
  }
}
