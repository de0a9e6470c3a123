// Jordan 2024, "94% on CIFAR-10 in 3.29 Seconds on a Single GPU", arXiv:2404.00498, §3 and listing 4.
import {
  type Layer,
  activation,
  batchNormalization,
  conv2d,
  dense,
  flatten,
  input,
  maxPooling2d,
  rescaling,
  sequential,
  sgd,
} from "../nn/index.ts";
import type { Architecture } from "./recipe.ts";
import { smallImageRecipe } from "./recipes.ts";

const conv = (name: string, filters: number): Layer =>
  conv2d({ name, filters, kernelSize: 3, padding: "same", useBias: false, kernelInitializer: "heUniform" });

/** The paper's averages keep 0.6 of themselves: a training of ten epochs is short. */
const norm = (name: string): Layer => batchNormalization({ name, momentum: 0.6, epsilon: 1e-12 });

const group = (name: string, filters: number): Layer[] => [
  conv(`${name}.conv1`, filters),
  maxPooling2d(),
  norm(`${name}.norm1`),
  activation("gelu"),
  conv(`${name}.conv2`, filters),
  norm(`${name}.norm2`),
  activation("gelu"),
];

/**
 * The paper's net. Its first convolution is trained like any other, where the paper computes it from the training images' 2x2 patches
 * (whitening) and freezes it; gammas are trained too, and weights start random, not as the identity.
 */
export const airbench94: Architecture = {
  about: "for 32 × 32 pixels and few epochs",
  recipe: {
    ...smallImageRecipe,
    batchSize: 512,
    epochs: 10,
    optimizer: sgd({ learningRate: 0.3, momentum: 0.85, nesterov: true }),
    schedule: { type: "cosine", warmupEpochs: 2 },
    augment: "shifts",
  },
  build: ({ inputShape, classes }) =>
    sequential(
      [
        input({ shape: inputShape }),
        conv2d({ name: "whiten", filters: 24, kernelSize: 2 }),
        activation("gelu"),
        ...group("group1", 64),
        ...group("group2", 256),
        ...group("group3", 256),
        maxPooling2d({ poolSize: 3 }),
        flatten(),
        dense({ name: "head", units: classes, useBias: false }),
        // The paper's factor: maxima are large, and softmax of large logits hardly learns.
        rescaling({ scale: 1 / 9 }),
        activation("softmax"),
      ],
      { name: "airbench94" },
    ),
};
