import { join } from "node:path";
import { seeded } from "../../src/base/index.ts";
import { writeBundle } from "../../src/bundle/index.ts";
import { rescale, resize } from "../../src/data/index.ts";
import {
  type Layer,
  activation,
  conv2d,
  dense,
  globalAveragePooling2d,
  initialize,
  maxPooling2d,
  sequential,
} from "../../src/nn/index.ts";
import { put } from "../cli/support.ts";

export interface ModelOptions {
  /** Height and width of its images, pixels. @default 16 */
  readonly side?: number;
  /** @default "blue/ish", "green" and "red" */
  readonly classNames?: readonly string[];
}

/** A model file, untrained. */
export function modelBytes(
  layers: readonly Layer[],
  { side = 16, classNames = ["blue/ish", "green", "red"] }: ModelOptions = {},
): Uint8Array {
  const units = classNames.length;
  const model = sequential([...layers, dense({ units, activation: "softmax" })], { name: "small" });
  const inputShape = [side, side, 3];
  return writeBundle({
    model,
    inputShape,
    classNames,
    transforms: [resize({ height: side, width: side }), rescale()],
    weights: initialize(model, inputShape, seeded(1)),
  });
}

/** Writes a model file for images of 16 pixels. */
export const putModel = (folder: string, layers: readonly Layer[]): Promise<void> =>
  put(join(folder, "model.safetensors"), modelBytes(layers));

export const convolutional: readonly Layer[] = [
  conv2d({ filters: 4, kernelSize: 3, padding: "same" }),
  activation("relu"),
  maxPooling2d(),
  conv2d({ filters: 8, kernelSize: 3, padding: "same", activation: "relu" }),
  globalAveragePooling2d(),
];
