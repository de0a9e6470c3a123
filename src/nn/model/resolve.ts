import type { Layer, Merge, PlainLayer } from "../layers/layer.ts";
import {
  type Shape,
  at,
  countText,
  entryOf,
  fault,
  nearestName,
  showShape,
  sizeOf,
} from "../../base/index.ts";
import { type Value, createGraph, input, parameter } from "../../engine/index.ts";
import { isMerge, ruleOf } from "../layers/index.ts";
import { mergeValues } from "../layers/merge.ts";
import type { ParameterSpec } from "../layers/rule.ts";
import { type ModelSpec, inputShapeOf } from "./model.ts";
import { type Namer, imagesName, namer } from "./names.ts";
import { withContext } from "./withContext.ts";

/** A layer with its name, shapes and parameters in a model (shape inference). Shapes are those of one image. */
export interface ResolvedLayer {
  readonly name: string;
  readonly layer: Layer;
  /** Of its first input. */
  readonly input: Shape;
  readonly output: Shape;
  readonly parameters: readonly ParameterSpec[];
  readonly multiplyAdds: number;
  /** What a merge holds; empty for plain layers. */
  readonly branches: readonly (readonly ResolvedLayer[])[];
}

/** What is known while the layers of a model are gone through in order. */
interface Scope {
  readonly nameOf: Namer;
  /** What each layer so far gives, by name. */
  readonly shapes: Map<string, Shape>;
  /** Layers whose output a later one asks for by name. */
  readonly used: Set<string>;
  /** Layers that the next one in the list passes by. */
  readonly passedBy: Set<string>;
}

/** Names every layer and infers all shapes. @throws FoveaError naming the layer that does not fit */
export function resolveLayers(model: ModelSpec, inputShape?: Shape): readonly ResolvedLayer[] {
  const images = inputShapeOf(model, inputShape);
  const scope: Scope = {
    nameOf: namer(model.name, model.layers),
    shapes: new Map([[imagesName, images]]),
    used: new Set(),
    passedBy: new Set(),
  };
  const resolved = resolveAll(model.layers, images, scope);
  for (const name of scope.passedBy) {
    if (scope.used.has(name)) continue;
    throw fault(`${model.name}: ${name}`, {
      expected: "a later layer that takes its output",
      received: "none",
      fix: `name it among the inputs of one, or leave it out`,
      exitCode: 2,
    });
  }
  return resolved;
}

/** What a layer gives for inputs of these shapes. @throws FoveaError naming the layer that does not fit */
export function outputShapeFor(layer: Layer, inputs: readonly Shape[]): Shape {
  const scope: Scope = {
    nameOf: namer(layer.type, [layer]),
    shapes: new Map(inputs.map((shape, i) => [`${i}`, shape])),
    used: new Set(),
    passedBy: new Set(),
  };
  const resolved = { ...layer, ...(inputs.length > 1 && { inputs: [...scope.shapes.keys()] }) };
  return resolveLayer(resolved, at(inputs, 0), scope).output;
}

function resolveAll(layers: readonly Layer[], from: Shape, scope: Scope): readonly ResolvedLayer[] {
  const resolved: ResolvedLayer[] = [];
  for (const layer of layers) {
    const last = resolved.at(-1);
    const item = resolveLayer(layer, last?.output ?? from, scope);
    if (last && layer.inputs && !layer.inputs.includes(last.name)) scope.passedBy.add(last.name);
    scope.shapes.set(item.name, item.output);
    resolved.push(item);
  }
  return resolved;
}

function resolveLayer(layer: Layer, previous: Shape, scope: Scope): ResolvedLayer {
  const inputs = layer.inputs?.map((name) => shapeOfInput(layer, name, scope)) ?? [previous];
  const from = at(inputs, 0);
  if (isMerge(layer)) return resolveMerge(layer, inputs, scope);
  const name = scope.nameOf(layer);
  return withContext(name, () => {
    if (inputs.length > 1) throw tooMany(inputs.length);
    return resolvePlain(name, layer, from);
  });
}

function resolveMerge(layer: Merge, inputs: readonly Shape[], scope: Scope): ResolvedLayer {
  const from = at(inputs, 0);
  const frozen = layer.trainable === false;
  const branches = layer.branches?.map((branch) =>
    resolveAll(frozen ? branch.map(freeze) : branch, from, scope),
  );
  const name = scope.nameOf(layer);
  const output = withContext(name, () => {
    if (branches && inputs.length > 1) throw tooMany(inputs.length);
    const joined = branches?.map((branch) => branch.at(-1)?.output ?? from) ?? inputs;
    return mergedShape(layer.type, joined);
  });
  return { name, layer, input: from, output, parameters: [], multiplyAdds: 0, branches: branches ?? [] };
}

const freeze = (layer: Layer): Layer => ({ ...layer, trainable: false });

const tooMany = (count: number): Error =>
  fault("inputs", {
    expected: "one input",
    received: `${count}`,
    fix: "join them with add, multiply or concatenate",
    exitCode: 2,
  });

function shapeOfInput({ type, name }: Layer, wanted: string, { shapes, used }: Scope): Shape {
  const shape = shapes.get(wanted);
  used.add(wanted);
  if (shape) return shape;
  const nearest = nearestName(wanted, [...shapes.keys()]);
  throw fault(`${name ?? type}: inputs`, {
    expected: "names of layers before it",
    received: `"${wanted}"`,
    ...(nearest !== undefined && { fix: `use ${nearest}` }),
    exitCode: 2,
  });
}

function resolvePlain(name: string, layer: PlainLayer, from: Shape): ResolvedLayer {
  const rule = ruleOf(layer);
  const own = rule.parameters?.(layer, from) ?? [];
  for (const { name: part, shape } of own) checkSize(part, shape);
  // The engine's own shape rules decide: the layer becomes ops of a graph that nobody runs.
  const graph = createGraph();
  const shapes = Object.fromEntries(own.map((spec) => [spec.name, spec.shape]));
  const y = rule.lower(layer, input(graph, "x", [1, ...from]), {
    training: false,
    parameter: (part) => parameter(graph, part, entryOf(shapes, part)),
    randomness: () => ({ seed: input(graph, "seed", []), salt: 0 }),
  });
  const output = y.shape.slice(1);
  checkSize("output of one image", output);
  const multiplyAdds = rule.multiplyAdds?.(layer, from, output) ?? 0;
  const parameters = own.map((spec) => inLayer(name, layer, spec));
  return { name, layer, input: from, output, parameters, multiplyAdds, branches: [] };
}

/** More numbers do not fit into the 4 GiB of memory that a session has. */
const maxNumbers = 2 ** 30;

/** @throws on an array that no machine could hold, before it is counted with or drawn */
function checkSize(who: string, shape: Shape): void {
  if (sizeOf(shape) <= maxNumbers) return;
  throw fault(who, {
    expected: `at most ${countText(maxNumbers)} numbers`,
    received: showShape(shape),
    fix: "use smaller images, or fewer filters or units",
    exitCode: 2,
  });
}

const inLayer = (name: string, { trainable = true }: PlainLayer, spec: ParameterSpec): ParameterSpec => ({
  ...spec,
  name: `${name}/${spec.name}`,
  trainable: trainable && spec.trainable,
});

function mergedShape(type: Merge["type"], shapes: readonly Shape[]): Shape {
  const graph = createGraph();
  const values: readonly Value[] = shapes.map((shape, i) => input(graph, `${i}`, [1, ...shape]));
  return mergeValues(type, values).shape.slice(1);
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
