import { seeded } from "../../src/base/index.ts";
import { type Raster, rescale, resize } from "../../src/data/index.ts";
import type { ExplainedModel } from "../../src/explain/index.ts";
import {
  activation,
  add,
  conv2d,
  dense,
  depthwiseConv2d,
  globalAveragePooling2d,
  initialize,
  maxPooling2d,
  sequential,
} from "../../src/nn/index.ts";

/** Noise, always the same for a seed. */
export function noiseImage(width: number, height: number, seed: number): Raster {
  const random = seeded(seed);
  return { width, height, data: Uint8Array.from({ length: width * height * 3 }, () => random.integer(256)) };
}

export const side = 12;

const model = sequential(
  [
    conv2d({ filters: 5, kernelSize: 3, padding: "same", activation: "relu" }),
    depthwiseConv2d({ kernelSize: 3, padding: "same" }),
    maxPooling2d(),
    add([[], [conv2d({ filters: 5, kernelSize: 1 })]]),
    conv2d({ filters: 70, kernelSize: 3, padding: "same" }),
    activation("relu"),
    globalAveragePooling2d(),
    dense({ units: 3, activation: "softmax" }),
  ],
  { name: "small" },
);

/** A small net of every kind of layer that explanations tell apart, untrained. */
export const subject: ExplainedModel = {
  model,
  inputShape: [side, side, 3],
  transforms: [resize({ height: side, width: side }), rescale()],
  weights: initialize(model, [side, side, 3], seeded(1)),
};
