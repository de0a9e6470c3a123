// Liu et al. 2022, "A ConvNet for the 2020s", arXiv:2201.03545, §2; the layers and names of timm's convnext_nano.
import {
  type Layer,
  activation,
  add,
  adamw,
  conv2d,
  depthwiseConv2d,
  globalAveragePooling2d,
  input,
  layerNormalization,
  layerScale,
  randomNormal,
  sequential,
} from "../nn/index.ts";
import { classifier } from "./blocks/classic.ts";
import { stageBlocks } from "./blocks/stages.ts";
import type { Architecture } from "./recipe.ts";
import { photoRecipe } from "./recipes.ts";

/** [filters, blocks] of every stage. */
const table = [
  [80, 2],
  [160, 2],
  [320, 8],
  [640, 2],
] as const;

const kernelInitializer = randomNormal({ stddev: 0.02 });

const norm = (name: string): Layer => layerNormalization({ name, epsilon: 1e-6 });

/** Patches side by side, each to one pixel. */
const patches = (name: string, filters: number, size: number): Layer =>
  conv2d({ name, filters, kernelSize: size, strides: size, kernelInitializer });

const pointwise = (name: string, filters: number): Layer =>
  conv2d({ name, filters, kernelSize: 1, kernelInitializer });

/** A 7x7 filter for each channel, channels times 4 and back, added to the input. */
const block = (name: string, filters: number): Layer =>
  add([
    [],
    [
      depthwiseConv2d({ name: `${name}.conv_dw`, kernelSize: 7, padding: "same", kernelInitializer }),
      norm(`${name}.norm`),
      pointwise(`${name}.mlp.fc1`, 4 * filters),
      activation("gelu"),
      pointwise(`${name}.mlp.fc2`, filters),
      layerScale({ name, initValues: 1e-6 }),
    ],
  ]);

const body = stageBlocks(
  table.map(([filters, count]) => ({ filters, count, strides: 1 })),
  80,
).flatMap(({ filters, stage, index }): Layer[] => {
  const down = `stages.${stage}.downsample`;
  const first = stage > 0 && index === 0 ? [norm(`${down}.0`), patches(`${down}.1`, filters, 2)] : [];
  return [...first, block(`stages.${stage}.blocks.${index}`, filters)];
});

export const convnextNano: Architecture = {
  about: "layer norm and 7x7 filters; large",
  recipe: { ...photoRecipe, optimizer: adamw({ learningRate: 1e-3, weightDecay: 0.05 }) },
  build: ({ inputShape, classes }) =>
    sequential(
      [
        input({ shape: inputShape }),
        patches("stem.0", 80, 4),
        norm("stem.1"),
        ...body,
        globalAveragePooling2d(),
        norm("head.norm"),
        classifier(classes, "head.fc"),
      ],
      { name: "convnext-nano" },
    ),
};
