// Tan & Le 2019, "EfficientNet", arXiv:1905.11946, table 1, in the Lite form (relu6, no squeeze and excitation); the layers and names of timm's efficientnet_lite0.
import { dropout, globalAveragePooling2d, input, sequential } from "../nn/index.ts";
import { classifier } from "./blocks/classic.ts";
import { convNorm } from "./blocks/convNorm.ts";
import { invertedResidual } from "./blocks/invertedResidual.ts";
import { stageBlocks } from "./blocks/stages.ts";
import type { Architecture } from "./recipe.ts";
import { photoRecipe } from "./recipes.ts";

/** [kernel, expansion, filters, blocks, stride of the first] of every stage. */
const table = [
  [3, 1, 16, 1, 1],
  [3, 6, 24, 2, 2],
  [5, 6, 40, 2, 2],
  [3, 6, 80, 3, 2],
  [5, 6, 112, 3, 1],
  [5, 6, 192, 4, 2],
  [3, 6, 320, 1, 1],
] as const;

const activation = "relu6";

const blocks = stageBlocks(
  table.map(([kernelSize, expansion, filters, count, strides]) => ({
    kernelSize,
    expansion,
    filters,
    count,
    strides,
  })),
  32,
).map(({ stage, index, expansion, channels, ...block }) => {
  const at = (part: string): string => `blocks.${stage}.${index}.${part}`;
  const separable = {
    depthwise: [at("conv_dw"), at("bn1")],
    project: [at("conv_pw"), at("bn2")],
  } as const;
  const inverted = {
    depthwise: [at("conv_dw"), at("bn2")],
    project: [at("conv_pwl"), at("bn3")],
  } as const;
  const names = {
    expand: [at("conv_pw"), at("bn1")] as const,
    gate: at("se"),
    ...(expansion === 1 ? separable : inverted),
  };
  return { ...block, channels, expanded: expansion * channels, activation, names } as const;
});

export const efficientnetLite0: Architecture = {
  about: "a wider mobilenetv2",
  recipe: photoRecipe,
  build: ({ inputShape, classes }) =>
    sequential(
      [
        input({ shape: inputShape }),
        ...convNorm(["conv_stem", "bn1"], { filters: 32, kernelSize: 3, strides: 2, activation }),
        ...blocks.flatMap((block) => invertedResidual(block)),
        ...convNorm(["conv_head", "bn2"], { filters: 1280, kernelSize: 1, activation }),
        globalAveragePooling2d(),
        dropout({ rate: 0.2 }),
        classifier(classes, "classifier"),
      ],
      { name: "efficientnet-lite0" },
    ),
};
