import { type Shape, at, fault, showShape } from "../base/index.ts";
import { type Program, type Value, affine, createGraph, input } from "../engine/index.ts";
import { applyHead, lowerLayers, splitHead } from "./lower.ts";
import { type ModelSpec, inputShapeOf } from "./model/model.ts";
import { type ResolvedLayer, walkResolved, resolveLayers } from "./model/resolve.ts";

export interface ScoreOptions {
  /** Shape of one image. @default the model's */
  readonly inputShape?: Shape;
  readonly batchSize: number;
  /** Name of the layer whose maps are wanted. */
  readonly layer: string;
}

/** A model in use, opened at one layer and before its last activation: what explanations differentiate. Input `x` [B, …]. */
export interface ScoreProgram extends Pick<Program, "graph"> {
  /** What the layer gives, [B, h, w, channels]; all that comes after it is computed from this value. */
  readonly maps: Value;
  /** One number a class before softmax or sigmoid, [B, classes]. */
  readonly scores: Value;
  /** [B, classes] */
  readonly predictions: Value;
}

/** Describes the graph from images to class scores by way of a layer's maps. @throws FoveaError naming the layers that have maps */
export function scoreProgram(model: ModelSpec, options: ScoreOptions): ScoreProgram {
  const { inputShape, batchSize, layer } = options;
  const resolved = resolveLayers(model, inputShape);
  checkLayer(resolved, layer);
  const { body, head } = splitHead(resolved);
  const graph = createGraph();
  const x = input(graph, "x", [batchSize, ...inputShapeOf(model, inputShape)]);
  const found: Value[] = [];
  const onLayer = ({ name }: ResolvedLayer, output: Value): Value | undefined => {
    if (name !== layer) return undefined;
    // A value of its own: a pooling would otherwise be moved before the layer's activation, past the maps.
    const maps = affine(output, 1);
    found.push(maps);
    return maps;
  };
  const scores = lowerLayers(body, x, { graph, training: false, parameters: new Map(), onLayer });
  if (scores.shape.length !== 2) {
    throw fault(model.name, {
      expected: "a model that ends in one number a class",
      received: showShape(scores.shape.slice(1)),
    });
  }
  return { graph, maps: at(found, 0), scores, predictions: applyHead(scores, head) };
}

/** @throws when no layer of that name gives maps [h, w, channels] */
function checkLayer(resolved: readonly ResolvedLayer[], layer: string): void {
  const withMaps = [...walkResolved(resolved)].flatMap(({ item }) =>
    item.output.length === 3 ? [item.name] : [],
  );
  if (withMaps.includes(layer)) return;
  throw fault(`layer ${layer}`, {
    expected:
      withMaps.length > 0
        ? `one that gives maps: ${withMaps.join(", ")}`
        : "a model with layers that give maps",
    received: `"${layer}"`,
    exitCode: 2,
  });
}
