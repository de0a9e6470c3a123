// Howard et al. 2017, "MobileNets", arXiv:1704.04861, table 1.
import {
  type Layer,
  activation,
  adam,
  batchNormalization,
  conv2d,
  dropout,
  globalAveragePooling2d,
  input,
  sequential,
} from "../nn/index.ts";
import { classifier, separableBlock } from "./blocks/classic.ts";
import type { Architecture, ModelOptions, Recipe } from "./recipe.ts";

const recipe: Recipe = {
  size: 128,
  batchSize: 32,
  epochs: 15,
  optimizer: adam({ learningRate: 1e-3 }),
  schedule: { type: "cosine", warmupEpochs: 1 },
  augment: "auto",
  normalise: "standardize",
};

/** [filters, stride] of every separable block. */
const rows: readonly (readonly [number, number])[] = [
  [64, 1],
  [128, 2],
  [128, 1],
  [256, 2],
  [256, 1],
  [512, 2],
  ...Array.from({ length: 5 }, () => [512, 1] as const),
  [1024, 2],
  [1024, 1],
];

/** Channels of every layer times `width`, whole multiples of 8. */
function mobilenetLayers({ classes }: ModelOptions, width: number): Layer[] {
  const scaled = (filters: number): number => Math.max(8, Math.round((filters * width) / 8) * 8);
  return [
    conv2d({
      filters: scaled(32),
      kernelSize: 3,
      strides: 2,
      padding: "same",
      useBias: false,
      kernelInitializer: "heNormal",
    }),
    batchNormalization(),
    activation("relu6"),
    ...rows.flatMap(([filters, strides]) => separableBlock(scaled(filters), strides)),
    globalAveragePooling2d(),
    dropout({ rate: 0.001 }),
    classifier(classes),
  ];
}

const variant = (name: string, width: number): Architecture => ({
  about: width === 1 ? "V1, for photographs" : `V1, ${width} of its channels`,
  recipe,
  build: (options) =>
    sequential([input({ shape: options.inputShape }), ...mobilenetLayers(options, width)], { name }),
});

export const mobilenet: Architecture = variant("mobilenet", 1);
export const mobilenetHalf: Architecture = variant("mobilenet-half", 0.5);
export const mobilenetQuarter: Architecture = variant("mobilenet-quarter", 0.25);
