// Ma et al. 2018, "ShuffleNet V2", arXiv:1807.11164, figure 3 and table 5; the layers and names of torchvision's shufflenet_v2_x1_0.
import {
  type Layer,
  concatenate,
  globalAveragePooling2d,
  input,
  maxPooling2d,
  permute,
  reshape,
  sequential,
  sliceChannels,
  zeroPadding2d,
} from "../nn/index.ts";
import { classifier } from "./blocks/classic.ts";
import { convNorm, numbered } from "./blocks/convNorm.ts";
import { type Block, type Stage, stageBlocks } from "./blocks/stages.ts";
import type { Architecture } from "./recipe.ts";
import { photoRecipe } from "./recipes.ts";

/** [filters, blocks] of the stages 2 to 4, each of which halves the image. */
const table = [
  [116, 4],
  [232, 8],
  [464, 4],
] as const;

const blocks = stageBlocks(
  table.map(([filters, count]) => ({ filters, count, strides: 2 })),
  24,
);

type Sides = readonly [height: number, width: number];

const halved = ([height, width]: Sides): Sides => [Math.ceil(height / 2), Math.ceil(width / 2)];

/** 1x1, a 3x3 filter for each channel, 1x1. */
function mainBranch(prefix: string, filters: number, strides: number): Layer[] {
  const at = (index: number): readonly [string, string] => [`${prefix}.${index}`, `${prefix}.${index + 1}`];
  const pointwise = { filters, kernelSize: 1, activation: "relu" } as const;
  return [
    ...convNorm(at(0), pointwise),
    ...convNorm(at(3), { kernelSize: 3, strides }),
    ...convNorm(at(5), pointwise),
  ];
}

/** Half of the channels goes on as it is; where the image is halved, both branches see all of them. Then the halves are interleaved. */
function unit({ filters, strides, stage, index }: Block<Stage>, sides: Sides): Layer[] {
  const name = `stage${stage + 2}.${index}`;
  const half = filters / 2;
  const main = mainBranch(`${name}.branch2`, half, strides);
  const beside = [
    ...convNorm([`${name}.branch1.0`, `${name}.branch1.1`], { kernelSize: 3, strides }),
    ...convNorm([`${name}.branch1.2`, `${name}.branch1.3`], {
      filters: half,
      kernelSize: 1,
      activation: "relu",
    }),
  ];
  const branches =
    strides > 1
      ? [beside, main]
      : [[sliceChannels({ size: half })], [sliceChannels({ start: half, size: half }), ...main]];
  return [
    concatenate(branches),
    reshape({ targetShape: [...sides, 2, half] }),
    permute({ dims: [1, 2, 4, 3] }),
    reshape({ targetShape: [...sides, filters] }),
  ];
}

export const shufflenetv2: Architecture = {
  about: "shuffled channels, for photographs",
  recipe: photoRecipe,
  build: ({ inputShape, classes }) => {
    const [height, width] = inputShape;
    let sides = halved(halved([height, width]));
    const units = blocks.flatMap((block) => {
      if (block.strides > 1) sides = halved(sides);
      return unit(block, sides);
    });
    return sequential(
      [
        input({ shape: inputShape }),
        ...convNorm(numbered("conv1"), { filters: 24, kernelSize: 3, strides: 2, activation: "relu" }),
        zeroPadding2d({ padding: 1 }),
        maxPooling2d({ poolSize: 3, strides: 2 }),
        ...units,
        ...convNorm(numbered("conv5"), { filters: 1024, kernelSize: 1, activation: "relu" }),
        globalAveragePooling2d(),
        classifier(classes, "fc"),
      ],
      { name: "shufflenetv2" },
    );
  },
};
