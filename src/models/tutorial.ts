import { adam, conv2d, dense, dropout, flatten, input, maxPooling2d, sequential } from "../nn/index.ts";
import { classifier } from "./blocks/classic.ts";
import type { Architecture, Recipe } from "./recipe.ts";

const recipe: Recipe = {
  size: 200,
  batchSize: 16,
  epochs: 5,
  optimizer: adam(),
  schedule: { type: "constant" },
  augment: "none",
  normalise: "rescale",
};

/** The net of the Keras tutorial, to the letter; 10,250,788 parameters for 200x200 images of four classes. */
export const tutorial: Architecture = {
  about: "the Keras tutorial's: large, slow",
  recipe,
  build: ({ inputShape, classes }) =>
    sequential(
      [
        input({ shape: inputShape }),
        conv2d({ filters: 32, kernelSize: 3, padding: "same", activation: "relu" }),
        maxPooling2d({ poolSize: 2, strides: 2 }),
        conv2d({ filters: 32, kernelSize: 3, padding: "same", activation: "relu" }),
        maxPooling2d({ poolSize: 2, strides: 2 }),
        dropout({ rate: 0.5 }),
        flatten(),
        dense({ units: 128, activation: "relu" }),
        classifier(classes),
      ],
      { name: "tutorial" },
    ),
};
