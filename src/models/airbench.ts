// Jordan 2024, "94% on CIFAR-10 in 3.29 Seconds on a Single GPU", arXiv:2404.00498, §3 and listing 4.
import {
  type Layer,
  type Initializer,
  activation,
  batchNormalization,
  conv2d,
  dense,
  flatten,
  identity,
  input,
  maxPooling2d,
  rescaling,
  sequential,
  sgd,
  varianceScaling,
  whitening,
} from "../nn/index.ts";
import type { Architecture } from "./recipe.ts";
import { smallImageRecipe } from "./recipes.ts";

/** PyTorch's own start of convolutions and linear layers. */
const plainStart: Initializer = varianceScaling({ scale: 1 / 3, distribution: "uniform" });

const conv = (name: string, filters: number): Layer =>
  conv2d({
    name,
    filters,
    kernelSize: 3,
    padding: "same",
    useBias: false,
    kernelInitializer: identity({ others: plainStart }),
  });

/** The paper's averages keep 0.6 of themselves: a training of ten epochs is short. */
const norm = (name: string): Layer =>
  batchNormalization({ name, momentum: 0.6, epsilon: 1e-12, scale: false });

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
 * The paper's net and its recipe. Its numbers are for sums over 1,024 images and rates without the momentum's factor 1 + 1 / (1 - 0.85):
 * 11.5 there is 1.5 here, and the decay 0.0153 is 0.0153 / 11.5 of each weight. It trains 9.9 epochs; the rate here stays inside the
 * velocity, so that a change of it does not reach what is on its way.
 */
export const airbench94: Architecture = {
  about: "for 32 × 32 pixels and few epochs",
  recipe: {
    ...smallImageRecipe,
    batchSize: 1024,
    epochs: 10,
    optimizer: sgd({
      learningRate: 1.5,
      momentum: 0.85,
      nesterov: true,
      weightDecay: 0.0153 / 11.5,
      decoupledWeightDecay: false,
      betaRateFactor: 64,
      lookahead: { syncPeriod: 5, slowStepSize: 1 - 0.95 ** 5, rampPower: 3 },
    }),
    // From 0.2 up to 1 in 23% of the steps, and down to 0.07.
    schedule: {
      type: "oneCycle",
      anneal: "linear",
      warmupFraction: 0.23,
      divFactor: 5,
      finalDivFactor: 0.2 / 0.07,
    },
    augment: "alternating",
    labelSmoothing: 0.2,
  },
  build: ({ inputShape, classes }) =>
    sequential(
      [
        input({ shape: inputShape }),
        conv2d({
          name: "whiten",
          filters: 24,
          kernelSize: 2,
          kernelInitializer: whitening(),
          trainableEpochs: 3,
        }),
        activation("gelu"),
        ...group("group1", 64),
        ...group("group2", 256),
        ...group("group3", 256),
        maxPooling2d({ poolSize: 3 }),
        flatten(),
        dense({ name: "head", units: classes, useBias: false, kernelInitializer: plainStart }),
        // The paper's factor: maxima are large, and softmax of large logits hardly learns.
        rescaling({ scale: 1 / 9 }),
        activation("softmax"),
      ],
      { name: "airbench94", testTimeAugmentation: { mirror: true, shift: 1 } },
    ),
};
