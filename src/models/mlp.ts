import { dense, flatten, input, sequential } from "../nn/index.ts";
import { classifier } from "./blocks/classic.ts";
import type { Architecture } from "./recipe.ts";
import { smallImageRecipe } from "./recipes.ts";

/** The fully connected net that the Keras tutorial compares with; 250,302 parameters for 50x50 grey pixels of two classes. */
export const mlp: Architecture = {
  about: "fully connected, to compare with",
  recipe: { ...smallImageRecipe, size: 50, batchSize: 32 },
  build: ({ inputShape, classes }) =>
    sequential(
      [
        input({ shape: inputShape }),
        flatten(),
        dense({ units: 100, activation: "relu" }),
        classifier(classes),
      ],
      { name: "mlp" },
    ),
};
