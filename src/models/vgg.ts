// VGG-Small: Simonyan & Zisserman 2015, arXiv:1409.1556, in the form for 32x32 images of Zhang et al. 2018, "LQ-Nets", arXiv:1807.10029.
import { flatten, input, sequential } from "../nn/index.ts";
import { classifier, doubleBlock } from "./blocks/classic.ts";
import type { Architecture } from "./recipe.ts";
import { smallImageRecipe } from "./recipes.ts";

/** Three blocks of two convolutions with batch norm, then the classes. */
export const vggSmall: Architecture = {
  about: "wide, for small images; slow",
  recipe: smallImageRecipe,
  build: ({ inputShape, classes }) =>
    sequential(
      [input({ shape: inputShape }), ...[128, 256, 512].flatMap(doubleBlock), flatten(), classifier(classes)],
      { name: "vgg-small" },
    ),
};
