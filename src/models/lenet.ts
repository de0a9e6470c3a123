// LeCun et al. 1998, "Gradient-Based Learning Applied to Document Recognition", figure 2, doi:10.1109/5.726791 (no arXiv number).
import { type Layer, averagePooling2d, conv2d, dense, flatten, input, sequential } from "../nn/index.ts";
import { classifier } from "./blocks/classic.ts";
import type { Architecture } from "./recipe.ts";
import { smallImageRecipe } from "./recipes.ts";

const conv = (name: string, filters: number): Layer =>
  conv2d({ name, filters, kernelSize: 5, activation: "tanh" });

const units = (name: string, count: number): Layer => dense({ name, units: count, activation: "tanh" });

/** LeNet-5 with every map joined to every other, plain means as pooling and softmax at the end, as it is taught today. */
export const lenet: Architecture = {
  about: "of 1998, for small, simple images",
  recipe: smallImageRecipe,
  build: ({ inputShape, classes }) =>
    sequential(
      [
        input({ shape: inputShape }),
        conv("c1", 6),
        averagePooling2d({ name: "s2" }),
        conv("c3", 16),
        averagePooling2d({ name: "s4" }),
        flatten(),
        units("c5", 120),
        units("f6", 84),
        classifier(classes),
      ],
      { name: "lenet" },
    ),
};
