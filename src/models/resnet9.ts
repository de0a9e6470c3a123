// He et al. 2016, arXiv:1512.03385, in the nine-layer form of Page 2018, "How to train your ResNet".
import { type Layer, add, globalMaxPooling2d, input, rescaling, sequential, sgd } from "../nn/index.ts";
import { classifier, convBlock, pooledBlock } from "./blocks/classic.ts";
import type { Architecture, Recipe } from "./recipe.ts";

const recipe: Recipe = {
  size: 32,
  batchSize: 128,
  epochs: 15,
  optimizer: sgd({ learningRate: 0.1, momentum: 0.9, nesterov: true }),
  schedule: { type: "cosine", warmupEpochs: 3 },
  augment: "shifts",
  normalise: "standardize",
};

/** x + two convolutions of x. */
const residual = (filters: number): Layer => add([[], [...convBlock(filters), ...convBlock(filters)]]);

/** Channels 64-128-256-512, residual blocks at 128 and 512. */
export const resnet9: Architecture = {
  about: "two residual blocks, small images",
  recipe,
  build: ({ inputShape, classes }) =>
    sequential(
      [
        input({ shape: inputShape }),
        ...convBlock(64),
        ...pooledBlock(128),
        residual(128),
        ...pooledBlock(256),
        ...pooledBlock(512),
        residual(512),
        globalMaxPooling2d(),
        // Page's factor: maxima are large, and softmax of large logits hardly learns.
        rescaling({ scale: 0.125 }),
        classifier(classes),
      ],
      { name: "resnet9" },
    ),
};
