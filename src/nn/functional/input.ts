import type { Shape } from "../../base/index.ts";
import { type SymbolicTensor, through } from "../layers/callable.ts";
import { readFields } from "../model/fields.ts";
import { type InputLayer, parseShape } from "../model/model.ts";
import { layerTensor } from "./tensor.ts";

/**
 * Shape of one input image, [H, W, C] (Keras: Input): the first entry of a sequential model, or what the first layer of a functional
 * one is called with.
 * @example
 * const layer = input({ shape: [96, 96, 3] });
 */
export function input(options: {
  /** [H, W, C], without the batch; whole numbers from 1. */ readonly shape: Shape;
}): InputLayer & SymbolicTensor {
  const shape = readFields("input", options, (f) => f.last("shape", parseShape));
  const tensor: InputLayer & SymbolicTensor = { type: "input", shape, [through]: layerTensor };
  // Plain data to all who look at its fields.
  return Object.defineProperty(tensor, through, { enumerable: false });
}
