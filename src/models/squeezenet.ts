// Iandola et al. 2016, "SqueezeNet", arXiv:1602.07360, table 1; the layers and names of torchvision's squeezenet1_0.
import {
  type Layer,
  activation,
  concatenate,
  conv2d,
  dropout,
  globalAveragePooling2d,
  input,
  maxPooling2d,
  randomNormal,
  sequential,
  zeroPadding2d,
} from "../nn/index.ts";
import type { Architecture } from "./recipe.ts";
import { photoRecipe } from "./recipes.ts";

const conv = (name: string, filters: number, kernelSize: number): Layer =>
  conv2d({
    name,
    filters,
    kernelSize,
    padding: "same",
    activation: "relu",
    kernelInitializer: "heUniform",
  });

/** 1x1 down to few channels, then 1x1 and 3x3 side by side. */
const fire = (index: number, squeeze: number, expand: number): Layer[] => [
  conv(`features.${index}.squeeze`, squeeze, 1),
  concatenate([
    [conv(`features.${index}.expand1x1`, expand, 1)],
    [conv(`features.${index}.expand3x3`, expand, 3)],
  ]),
];

/** Windows that reach over the edge count, as Caffe and torchvision's ceil_mode have it. */
const pool = (): Layer[] => [
  zeroPadding2d({
    padding: [
      [0, 1],
      [0, 1],
    ],
  }),
  maxPooling2d({ poolSize: 3, strides: 2 }),
];

export const squeezenet: Architecture = {
  about: "few parameters, no batch norm",
  recipe: { ...photoRecipe, optimizer: { ...photoRecipe.optimizer, learningRate: 3e-4 } },
  build: ({ inputShape, classes }) =>
    sequential(
      [
        input({ shape: inputShape }),
        conv2d({
          name: "features.0",
          filters: 96,
          kernelSize: 7,
          strides: 2,
          activation: "relu",
          kernelInitializer: "heUniform",
        }),
        ...pool(),
        ...fire(3, 16, 64),
        ...fire(4, 16, 64),
        ...fire(5, 32, 128),
        ...pool(),
        ...fire(7, 32, 128),
        ...fire(8, 48, 192),
        ...fire(9, 48, 192),
        ...fire(10, 64, 256),
        ...pool(),
        ...fire(12, 64, 256),
        dropout({ rate: 0.5 }),
        conv2d({
          name: "classifier.1",
          filters: classes,
          kernelSize: 1,
          activation: "relu",
          kernelInitializer: randomNormal({ stddev: 0.01 }),
        }),
        globalAveragePooling2d(),
        activation("softmax"),
      ],
      { name: "squeezenet" },
    ),
};
