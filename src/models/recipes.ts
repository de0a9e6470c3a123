import { adam } from "../nn/index.ts";
import type { Recipe } from "./recipe.ts";

/** For nets of the ImageNet papers, which halve the image five times. */
export const photoRecipe: Recipe = {
  size: 224,
  batchSize: 16,
  epochs: 15,
  optimizer: adam({ learningRate: 1e-3 }),
  schedule: { type: "cosine", warmupEpochs: 1 },
  augment: "auto",
  normalise: "standardize",
};

/** For nets of small images, as those of CIFAR-10. */
export const smallImageRecipe: Recipe = {
  ...photoRecipe,
  size: 32,
  batchSize: 64,
  epochs: 15,
};
