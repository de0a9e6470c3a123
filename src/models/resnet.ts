// He et al. 2016, "Deep Residual Learning", arXiv:1512.03385, table 1 and §4.2; the names of torchvision's resnet18 and of akamaster's resnet20.
import {
  type Layer,
  activation,
  add,
  globalAveragePooling2d,
  input,
  maxPooling2d,
  permute,
  sequential,
  zeroPadding2d,
} from "../nn/index.ts";
import { classifier } from "./blocks/classic.ts";
import { convNorm } from "./blocks/convNorm.ts";
import { type Block, type Stage, stageBlocks } from "./blocks/stages.ts";
import type { Architecture } from "./recipe.ts";
import { photoRecipe, smallImageRecipe } from "./recipes.ts";

/** The layers beside the two convolutions where these change the shape. */
type Shortcut = (name: string, block: Block<Stage>) => Layer[];

/** A 1x1 convolution with batch norm (option B). */
const projection: Shortcut = (name, { filters, strides }) =>
  convNorm([`${name}.downsample.0`, `${name}.downsample.1`], { filters, kernelSize: 1, strides });

/** Every second pixel, and channels of zeros on both sides: nothing to train (option A). */
const subsampling: Shortcut = (_, { filters, channels, strides }) => {
  const added = (filters - channels) / 2;
  // Rows, channels, columns: padding reaches the channels.
  const swap = permute({ dims: [1, 3, 2] });
  const edges = [
    [0, 0],
    [added, added],
  ] as const;
  return [maxPooling2d({ poolSize: 1, strides }), swap, zeroPadding2d({ padding: edges }), swap];
};

/** Two 3x3 convolutions beside a shortcut, then relu. */
function basicBlock(block: Block<Stage>, shortcut: Shortcut): Layer[] {
  const { filters, channels, strides, stage, index } = block;
  const name = `layer${stage + 1}.${index}`;
  const body = [
    ...convNorm([`${name}.conv1`, `${name}.bn1`], { filters, kernelSize: 3, strides, activation: "relu" }),
    ...convNorm([`${name}.conv2`, `${name}.bn2`], { filters, kernelSize: 3 }),
  ];
  const isSame = strides === 1 && channels === filters;
  return [add([isSame ? [] : shortcut(name, block), body]), activation("relu")];
}

const stages = (filters: readonly number[], count: number): readonly Block<Stage>[] =>
  stageBlocks(
    filters.map((each, i) => ({ filters: each, count, strides: i === 0 ? 1 : 2 })),
    filters[0] ?? 0,
  );

export const resnet18: Architecture = {
  about: "the classic for photographs; large",
  recipe: photoRecipe,
  build: ({ inputShape, classes }) =>
    sequential(
      [
        input({ shape: inputShape }),
        ...convNorm(["conv1", "bn1"], { filters: 64, kernelSize: 7, strides: 2, activation: "relu" }),
        zeroPadding2d({ padding: 1 }),
        maxPooling2d({ poolSize: 3, strides: 2 }),
        ...stages([64, 128, 256, 512], 2).flatMap((block) => basicBlock(block, projection)),
        globalAveragePooling2d(),
        classifier(classes, "fc"),
      ],
      { name: "resnet18" },
    ),
};

export const resnet20: Architecture = {
  about: "deep and thin, for small images",
  recipe: smallImageRecipe,
  build: ({ inputShape, classes }) =>
    sequential(
      [
        input({ shape: inputShape }),
        ...convNorm(["conv1", "bn1"], { filters: 16, kernelSize: 3, activation: "relu" }),
        ...stages([16, 32, 64], 3).flatMap((block) => basicBlock(block, subsampling)),
        globalAveragePooling2d(),
        classifier(classes, "linear"),
      ],
      { name: "resnet20" },
    ),
};
