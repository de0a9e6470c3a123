// Howard et al. 2019, "Searching for MobileNetV3", arXiv:1905.02244, table 2; the layers and names of torchvision's mobilenet_v3_small.
import { activation, dense, dropout, globalAveragePooling2d, input, sequential } from "../nn/index.ts";
import { classifier } from "./blocks/classic.ts";
import { convNorm, numbered } from "./blocks/convNorm.ts";
import { divisibleBy8, invertedResidual } from "./blocks/invertedResidual.ts";
import type { Architecture } from "./recipe.ts";
import { photoRecipe } from "./recipes.ts";

/** [channels, kernel, expanded, filters, squeeze and excitation, activation, stride] of every block. */
const table = [
  [16, 3, 16, 16, true, "relu", 2],
  [16, 3, 72, 24, false, "relu", 2],
  [24, 3, 88, 24, false, "relu", 1],
  [24, 5, 96, 40, true, "hardSwish", 2],
  [40, 5, 240, 40, true, "hardSwish", 1],
  [40, 5, 240, 40, true, "hardSwish", 1],
  [40, 5, 120, 48, true, "hardSwish", 1],
  [48, 5, 144, 48, true, "hardSwish", 1],
  [48, 5, 288, 96, true, "hardSwish", 2],
  [96, 5, 576, 96, true, "hardSwish", 1],
  [96, 5, 576, 96, true, "hardSwish", 1],
] as const;

const epsilon = 1e-3;

const blocks = table.map(([channels, kernelSize, expanded, filters, gated, curve, strides], i) => {
  // torchvision numbers the parts that a block has.
  const first = expanded === channels ? -1 : 0;
  const at = (index: number): string => `features.${i + 1}.block.${first + index}`;
  const names = {
    expand: numbered(at(0)),
    depthwise: numbered(at(1)),
    gate: at(2),
    project: numbered(at(gated ? 3 : 2)),
  };
  const squeeze = gated ? { squeeze: divisibleBy8(expanded / 4) } : {};
  return { channels, kernelSize, expanded, filters, activation: curve, strides, epsilon, names, ...squeeze };
});

const hardSwish = { activation: "hardSwish", epsilon } as const;

export const mobilenetv3Small: Architecture = {
  about: "the least work for photographs",
  recipe: photoRecipe,
  build: ({ inputShape, classes }) =>
    sequential(
      [
        input({ shape: inputShape }),
        ...convNorm(numbered("features.0"), { filters: 16, kernelSize: 3, strides: 2, ...hardSwish }),
        ...blocks.flatMap((block) => invertedResidual(block)),
        ...convNorm(numbered("features.12"), { filters: 576, kernelSize: 1, ...hardSwish }),
        globalAveragePooling2d(),
        dense({ name: "classifier.0", units: 1024 }),
        activation("hardSwish"),
        dropout({ rate: 0.2 }),
        classifier(classes, "classifier.3"),
      ],
      { name: "mobilenetv3-small" },
    ),
};
