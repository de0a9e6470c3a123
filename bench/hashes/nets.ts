import { buildModel, modelNames, recipeOf } from "../../src/models/index.ts";
import {
  type Activation,
  type Layer,
  type Loss,
  type ModelSpec,
  type Optimizer,
  activation,
  adam,
  adamw,
  add,
  averagePooling2d,
  batchNormalization,
  concatenate,
  constant,
  conv2d,
  conv2dTranspose,
  dense,
  depthwiseConv2d,
  dropout,
  elu,
  flatten,
  gaussianDropout,
  gaussianNoise,
  globalAveragePooling2d,
  globalMaxPooling2d,
  groupNormalization,
  input,
  l1L2,
  layerNormalization,
  layerScale,
  leakyRelu,
  maxPooling2d,
  multiply,
  prelu,
  randomNormal,
  relu,
  rescaling,
  rmsprop,
  separableConv2d,
  sequential,
  sgd,
  sliceChannels,
  spatialDropout2d,
  squeezeExcite,
  stochasticDepth,
} from "../../src/nn/index.ts";

/** A net to hash, with how it is trained. */
export interface Net {
  readonly name: string;
  readonly model: ModelSpec;
  readonly loss: Loss;
  readonly optimizer: Optimizer;
  readonly batchSize: number;
}

const classes = 5;

const builtIn = (name: string, size: number, batchSize: number): Net => ({
  name,
  model: buildModel(name, { inputShape: [size, size, 3], classes }),
  loss: "sparseCategoricalCrossentropy",
  optimizer: recipeOf(name).optimizer,
  batchSize,
});

/** Every named architecture as users train it: what is planned and emitted depends on the sizes. */
export const wholeNets = (): readonly Net[] =>
  modelNames.map((name) => builtIn(name, recipeOf(name).size, recipeOf(name).batchSize));

/** Every named architecture on small images, so that training takes moments. */
export const smallNets = (): readonly Net[] => modelNames.map((name) => builtIn(name, 32, 4));

type Sides = readonly [number, number, number];

function ownNet(
  name: string,
  shape: Sides,
  layers: readonly Layer[],
  { optimizer, loss = "sparseCategoricalCrossentropy" }: { optimizer: Optimizer; loss?: Loss },
): Net {
  const model = sequential([input({ shape }), ...layers], { name });
  return { name, model, loss, optimizer, batchSize: 3 };
}

const head = (units: number = classes): Layer => dense({ units, activation: "softmax" });

const activations: readonly Activation[] = [
  "linear",
  "relu",
  "relu6",
  "leakyRelu",
  "elu",
  "selu",
  "sigmoid",
  "hardSigmoid",
  "tanh",
  "softplus",
  "gelu",
  "silu",
  "hardSwish",
  "mish",
  "softmax",
];

/** Odd sizes, uneven windows and strides, dilation, padding of both kinds, penalties. */
const odd: readonly Layer[] = [
  rescaling({ scale: 0.5, offset: 0.125 }),
  conv2d({
    filters: 7,
    kernelSize: [5, 3],
    strides: [2, 1],
    padding: "same",
    activation: "elu",
    kernelRegularizer: { l2: 0.01 },
  }),
  maxPooling2d({ poolSize: [3, 2], strides: [1, 2], padding: "same" }),
  conv2d({ filters: 9, kernelSize: 2, dilationRate: [2, 1], biasInitializer: constant(0.1) }),
  averagePooling2d({ poolSize: 3, strides: 2, padding: "same" }),
  conv2d({ filters: 5, kernelSize: 3, padding: "same", kernelInitializer: randomNormal({ stddev: 0.2 }) }),
  flatten(),
  dense({ units: 11, activation: "tanh", kernelInitializer: "glorotNormal" }),
  head(),
];

/** Groups of both sorts of size, and a filter or two for each channel. */
const grouped: readonly Layer[] = [
  conv2d({ filters: 8, kernelSize: 3, groups: 2, padding: "same", activation: "relu" }),
  conv2d({ filters: 12, kernelSize: 3, groups: 4, strides: 2, kernelInitializer: "heUniform" }),
  depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, padding: "same", activation: "relu" }),
  depthwiseConv2d({ kernelSize: [3, 2], strides: 2, padding: "same", useBias: false }),
  depthwiseConv2d({ kernelSize: 2, dilationRate: 2, padding: "same" }),
  globalMaxPooling2d(),
  head(),
];

const normalised = (filters: number, kernelSize: number, useBias: boolean): readonly Layer[] => [
  conv2d({ filters, kernelSize, padding: "same", useBias }),
  batchNormalization({ momentum: 0.9 }),
  activation("relu"),
];

/** Batch norm behind every sort of convolution, which inference folds away, and pooling that is fused. */
const folded: readonly Layer[] = [
  ...normalised(16, 3, false),
  maxPooling2d(),
  ...normalised(20, 3, true),
  maxPooling2d(),
  depthwiseConv2d({ kernelSize: 3, padding: "same" }),
  batchNormalization({ epsilon: 0.01 }),
  activation("relu6"),
  ...normalised(24, 1, false),
  averagePooling2d(),
  globalAveragePooling2d(),
  batchNormalization(),
  dropout({ rate: 0.25 }),
  head(),
];

/** Branches: sum, product by channel, and channels side by side. */
const branched: readonly Layer[] = [
  conv2d({ filters: 8, kernelSize: 3, padding: "same", activation: "relu" }),
  add([[], [conv2d({ filters: 8, kernelSize: 3, padding: "same" }), batchNormalization()]]),
  multiply([[], [globalAveragePooling2d(), dense({ units: 8, activation: "sigmoid" })]]),
  concatenate([
    [conv2d({ filters: 4, kernelSize: 1, activation: "relu" })],
    [maxPooling2d({ poolSize: 3, strides: 1, padding: "same" })],
    [conv2d({ filters: 5, kernelSize: 5, padding: "same" }), dropout({ rate: 0.5 })],
  ]),
  multiply([[activation("tanh")], [activation("softplus")]]),
  globalAveragePooling2d(),
  head(),
];

/** Wide enough for every algorithm that convolutions have. */
const wide: readonly Layer[] = [
  conv2d({ filters: 32, kernelSize: 3, padding: "same", activation: "relu" }),
  conv2d({ filters: 48, kernelSize: 3, padding: "same", activation: "relu" }),
  maxPooling2d(),
  conv2d({ filters: 64, kernelSize: 1, activation: "relu" }),
  conv2d({ filters: 33, kernelSize: 3, strides: 2, activation: "relu" }),
  flatten(),
  dense({ units: 40, activation: "relu" }),
  head(),
];

/** One pixel: every extent that may be 1 is. */
const onePixel: readonly Layer[] = [
  conv2d({ filters: 6, kernelSize: 1, kernelInitializer: "ones" }),
  batchNormalization(),
  activation("gelu"),
  conv2d({ filters: 1, kernelSize: 3, padding: "same" }),
  flatten(),
  head(),
];

const everyActivation: readonly Layer[] = [
  flatten(),
  ...activations.map((name) => dense({ units: 10, activation: name, kernelInitializer: "glorotNormal" })),
  head(),
];

/** What later came to the layers: between them every one that the nets above have not. */
const later: readonly Layer[] = [
  separableConv2d({ filters: 12, kernelSize: 3, padding: "same", activation: "softsign" }),
  groupNormalization({ groups: 3 }),
  add([
    [],
    [
      layerNormalization(),
      conv2d({ filters: 12, kernelSize: 1, kernelRegularizer: l1L2({ l1: 1e-3, l2: 1e-3 }) }),
      layerScale({ initValues: 0.1 }),
      stochasticDepth({ rate: 0.3 }),
    ],
  ]),
  prelu({ sharedAxes: [1, 2], alphaRegularizer: { l1: 0.01 } }),
  spatialDropout2d({ rate: 0.2 }),
  conv2dTranspose({ filters: 8, kernelSize: 3, strides: 2, padding: "same" }),
  leakyRelu(),
  squeezeExcite({ filters: 8, gate: "hardSigmoid" }),
  concatenate([[sliceChannels({ start: 4, size: 4 })], [sliceChannels({ size: 4 }), elu()]]),
  gaussianNoise({ stddev: 0.1 }),
  relu({ maxValue: 2, negativeSlope: 0.1, threshold: 0.2 }),
  globalAveragePooling2d({ keepdims: true }),
  gaussianDropout({ rate: 0.2 }),
  layerNormalization({ axis: [1, 2, 3] }),
  flatten(),
  head(),
];

const laterActivations: readonly Activation[] = [
  "celu",
  "logSigmoid",
  "hardTanh",
  "tanhShrink",
  "squareplus",
  "softShrink",
  "hardShrink",
  "geluTanh",
  "exponential",
  "logSoftmax",
];

const everyLaterActivation: readonly Layer[] = [
  flatten(),
  ...laterActivations.map((name) =>
    dense({ units: 10, activation: name, kernelInitializer: "glorotNormal" }),
  ),
  head(),
];

const { adamDefault, momentum, nesterov } = {
  adamDefault: adam(),
  momentum: sgd({ learningRate: 0.05, momentum: 0.9 }),
  nesterov: sgd({ learningRate: 0.05, momentum: 0.9, nesterov: true }),
};

/** Small nets for what no architecture has: between them every layer, activation, loss and optimiser. */
export const ownNets = (): readonly Net[] => [
  ownNet("odd", [17, 13, 3], odd, { optimizer: rmsprop({ momentum: 0.5 }) }),
  ownNet("grouped", [9, 11, 4], grouped, { optimizer: momentum }),
  ownNet("folded", [16, 12, 3], folded, { optimizer: adamw() }),
  ownNet("branched", [8, 7, 3], branched, { optimizer: rmsprop() }),
  ownNet("wide", [24, 24, 16], wide, { optimizer: adamDefault }),
  ownNet("one-pixel", [1, 1, 3], onePixel, { optimizer: nesterov }),
  ownNet("activations", [4, 3, 2], everyActivation, { optimizer: sgd() }),
  ownNet("later", [7, 6, 6], later, { optimizer: adamDefault }),
  ownNet("later-activations", [4, 3, 2], everyLaterActivation, { optimizer: sgd() }),
  ownNet("clipped", [6, 6, 3], [...normalised(4, 3, true), flatten(), head()], {
    optimizer: adam({ learningRate: 0.01, globalClipNorm: 0.1 }),
    loss: "categoricalCrossentropy",
  }),
  ownNet("binary", [6, 5, 1], [flatten(), dense({ units: 3, activation: "sigmoid" })], {
    optimizer: sgd({ momentum: 0.5 }),
    loss: "binaryCrossentropy",
  }),
  ownNet("squares", [5, 5, 2], [conv2d({ filters: 3, kernelSize: 3 }), flatten(), dense({ units: 2 })], {
    optimizer: adamDefault,
    loss: "meanSquaredError",
  }),
];
