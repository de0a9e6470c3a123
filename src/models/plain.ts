// Plain stacks of 3x3 convolutions: Simonyan & Zisserman 2015, arXiv:1409.1556; with batch norm: Ioffe & Szegedy 2015, arXiv:1502.03167.
import { adam, dropout, globalAveragePooling2d, input, sequential } from "../nn/index.ts";
import { classifier, doubleBlock, pooledBlock } from "./blocks/classic.ts";
import type { Architecture, Recipe } from "./recipe.ts";

const recipe: Recipe = {
  size: 96,
  batchSize: 32,
  epochs: 5,
  optimizer: adam({ learningRate: 1e-3 }),
  schedule: { type: "cosine", warmupEpochs: 0.5 },
  augment: "auto",
  normalise: "standardize",
};

/** Four blocks of one convolution each. */
export const plain4: Architecture = {
  about: "the default from 64 pixels on",
  recipe,
  build: ({ inputShape, classes }) =>
    sequential(
      [
        input({ shape: inputShape }),
        ...[32, 64, 128, 256].flatMap(pooledBlock),
        globalAveragePooling2d(),
        dropout({ rate: 0.2 }),
        classifier(classes),
      ],
      { name: "plain4" },
    ),
};

/** Three blocks of two convolutions each: small images bear less pooling. */
export const plain3: Architecture = {
  about: "the default for smaller images",
  recipe: { ...recipe, size: 32, batchSize: 64, epochs: 10 },
  build: ({ inputShape, classes }) =>
    sequential(
      [
        input({ shape: inputShape }),
        ...[32, 64, 128].flatMap(doubleBlock),
        globalAveragePooling2d(),
        dropout({ rate: 0.2 }),
        classifier(classes),
      ],
      { name: "plain3" },
    ),
};
