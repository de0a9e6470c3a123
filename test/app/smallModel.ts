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

const inputShape = [16, 16, 3];

/** Writes a model file that knows three classes, untrained. */
export async function putModel(folder: string, layers: readonly Layer[]): Promise<void> {
  const model = sequential([...layers, dense({ units: 3, activation: "softmax" })], { name: "small" });
  const bundle = {
    model,
    inputShape,
    classNames: ["blue/ish", "green", "red"],
    transforms: [resize({ height: 16, width: 16 }), rescale()],
    weights: initialize(model, inputShape, seeded(1)),
  };
  await put(join(folder, "model.safetensors"), writeBundle(bundle));
}

export const convolutional: readonly Layer[] = [
  conv2d({ filters: 4, kernelSize: 3, padding: "same" }),
  activation("relu"),
  maxPooling2d(),
  conv2d({ filters: 8, kernelSize: 3, padding: "same", activation: "relu" }),
  globalAveragePooling2d(),
];
