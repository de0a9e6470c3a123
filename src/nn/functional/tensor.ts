import { type Shape, fault, showValue } from "../../base/index.ts";
import { type AnyLayer, type SymbolicTensor, through } from "../layers/callable.ts";
import { isLayer } from "../layers/index.ts";
import type { Layer } from "../layers/layer.ts";
import { outputShapeFor } from "../model/resolve.ts";

/** What a layer gives, and what it takes: a node of a functional model. */
export class LayerTensor implements SymbolicTensor {
  readonly [through] = layerTensor;
  readonly shape: Shape;
  /** The same object for each call of one layer. */
  readonly layer: Layer;
  readonly inputs: readonly SymbolicTensor[];

  constructor(layer: Layer, inputs: readonly SymbolicTensor[]) {
    this.shape = outputShapeFor(
      layer,
      inputs.map(({ shape }) => shape),
    );
    this.layer = layer;
    this.inputs = inputs;
  }
}

/** Calls a layer with tensors. @throws FoveaError naming the layer whose input does not fit */
export function layerTensor(layer: AnyLayer, inputs: readonly SymbolicTensor[]): LayerTensor {
  if (!isLayer(layer)) throw fault("model", { expected: "a layer", received: layer.type, exitCode: 2 });
  if (layer.inputs === undefined) return new LayerTensor(layer, inputs);
  throw fault(`${layer.type}: inputs`, {
    expected: "none: the layer is called with its input",
    received: showValue(layer.inputs),
    exitCode: 2,
  });
}
