import type { Shape } from "../../base/index.ts";
import type { Layer } from "../layers/layer.ts";
import type { ModelSpec } from "./model.ts";
import { everyLayer, namer } from "./names.ts";
import { resolveLayers, walkResolved } from "./resolve.ts";

/**
 * A layer of a model as it stands there.
 * @example
 * const kernels = model.layers.filter(({ config }) => config.type === "dense").map(({ name }) => `${name}/kernel`);
 */
export interface ModelLayer {
  /** Given, or the type and a number. */
  readonly name: string;
  /** As plain data. */
  readonly config: Layer;
  /** Of one image; absent where the model does not know its input shape yet. */
  readonly outputShape?: Shape;
  /** Its weights and moving averages; empty where the model does not know its input shape yet. */
  readonly parameters: readonly ModelParameter[];
}

/**
 * A weight or a moving average of a model.
 * @example
 * const shapes = model.layers.flatMap(({ parameters }) => parameters.map(({ shape }: ModelParameter) => shape));
 */
export interface ModelParameter {
  /** "conv2d/kernel" */
  readonly name: string;
  /** Extent of each axis. */
  readonly shape: Shape;
  /** Whether training changes it by its gradient. */
  readonly trainable: boolean;
}

/** The layers of a model in the order in which they run: those of a merge before it. */
export function layersOf(model: ModelSpec, inputShape: Shape | undefined): readonly ModelLayer[] {
  if (!inputShape) {
    const nameOf = namer(model.name, model.layers);
    return [...everyLayer(model.layers)].map((config) => ({ name: nameOf(config), config, parameters: [] }));
  }
  return [...walkResolved(resolveLayers(model, inputShape))].map(({ item }) => ({
    name: item.name,
    config: item.layer,
    outputShape: item.output,
    parameters: item.parameters.map(({ name, shape, trainable }) => ({ name, shape, trainable })),
  }));
}
