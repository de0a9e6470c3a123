// Sandler et al. 2018, "MobileNetV2", arXiv:1801.04381, table 2; the layers and names of torchvision's mobilenet_v2.
import { dropout, globalAveragePooling2d, input, sequential } from "../nn/index.ts";
import { classifier } from "./blocks/classic.ts";
import { convNorm, numbered } from "./blocks/convNorm.ts";
import { invertedResidual } from "./blocks/invertedResidual.ts";
import { stageBlocks } from "./blocks/stages.ts";
import type { Architecture } from "./recipe.ts";
import { photoRecipe } from "./recipes.ts";

/** [expansion, filters, blocks, stride of the first] of every stage. */
const table = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
] as const;

const activation = "relu6";

const blocks = stageBlocks(
  table.map(([expansion, filters, count, strides]) => ({ expansion, filters, count, strides })),
  32,
).map(({ channels, expansion, ...block }, i) => {
  const prefix = `features.${i + 1}.conv`;
  // Without an expansion the modules behind it are numbered one less.
  const at = (index: number): string => `${prefix}.${expansion === 1 ? index - 1 : index}`;
  return {
    ...block,
    channels,
    expanded: expansion * channels,
    kernelSize: 3,
    activation,
    names: {
      expand: numbered(at(0)),
      depthwise: numbered(at(1)),
      gate: "",
      project: [at(2), at(3)],
    },
  } as const;
});

export const mobilenetv2: Architecture = {
  about: "small, for photographs",
  recipe: photoRecipe,
  build: ({ inputShape, classes }) =>
    sequential(
      [
        input({ shape: inputShape }),
        ...convNorm(numbered("features.0"), { filters: 32, kernelSize: 3, strides: 2, activation }),
        ...blocks.flatMap((block) => invertedResidual(block)),
        ...convNorm(numbered("features.18"), { filters: 1280, kernelSize: 1, activation }),
        globalAveragePooling2d(),
        dropout({ rate: 0.2 }),
        classifier(classes, "classifier.1"),
      ],
      { name: "mobilenetv2" },
    ),
};
