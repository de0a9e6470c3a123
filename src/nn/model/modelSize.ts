import { type Shape, at, sizeOf } from "../../base/index.ts";
import type { ModelSpec } from "./model.ts";
import { type SummaryRow, denseParameterCount, summarize } from "./summary.ts";

/** Size of one layer; values are float32. */
export interface LayerSize extends SummaryRow {
  readonly parameterBytes: number;
  /** Bytes of its output for one image. */
  readonly outputBytes: number;
}

/** Size of a model: parameters and memory. */
export interface ModelSize {
  readonly layers: readonly LayerSize[];
  readonly parameters: number;
  readonly parameterBytes: number;
  /** Bytes of all layers' outputs for one image: about the memory of a training step per image. */
  readonly outputBytes: number;
  /** A net without convolutions on the same images: every pixel to every hidden unit, and those to the classes. */
  readonly fullyConnected: {
    readonly hidden: number;
    readonly parameters: number;
    readonly parameterBytes: number;
  };
}

const bytesPerNumber = 4;

/** Size of a model for images of that shape. @default hidden 100. @throws FoveaError naming the layer that does not fit */
export function modelSize(
  model: ModelSpec,
  inputShape?: Shape,
  { hidden = 100 }: { readonly hidden?: number } = {},
): ModelSize {
  const summary = summarize(model, inputShape);
  const layers = summary.rows.map((row) => ({
    ...row,
    parameterBytes: bytesPerNumber * row.parameters,
    outputBytes: bytesPerNumber * sizeOf(row.outputShape),
  }));
  const classes = sizeOf(at(layers, layers.length - 1).outputShape);
  const connected = denseParameterCount(summary.inputShape, hidden, classes);
  return {
    layers,
    parameters: summary.parameters,
    parameterBytes: bytesPerNumber * summary.parameters,
    outputBytes: layers.reduce((sum, { outputBytes }) => sum + outputBytes, 0),
    fullyConnected: { hidden, parameters: connected, parameterBytes: bytesPerNumber * connected },
  };
}
