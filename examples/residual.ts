/* A residual net in Keras's functional style: each layer is called with what another one gave, and blocks are functions.
   Its images, 16 x 16 of stripes under noise, are made in the program.
   npx tsx examples/residual.ts */
import {
  type SymbolicTensor,
  activation,
  adam,
  add,
  batchNormalization,
  conv2d,
  dense,
  globalAveragePooling2d,
  input,
  model,
  ndarray,
  trainTestSplit,
} from "fovea";

const side = 16;
const classNames = ["upright", "level", "slanting"];

// A small generator of one's own (mulberry32), so that the data is the same on every run.
let state = 4;
function random(): number {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t ^= t + Math.imul(t ^ (t >>> 7), 61 | t);
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
}

/** Grey stripes 4 pixels apart, from 0 to 1, half of it noise. */
const stripes = (label: number): number[] =>
  Array.from({ length: side * side }, (_, i) => {
    const [row, column] = [Math.floor(i / side), i % side];
    return 0.5 * Number(([column, row, row + column][label] ?? 0) % 4 < 2) + 0.5 * random();
  });

const labels = Array.from({ length: 240 }, (_, i) => i % classNames.length);
const x = ndarray(Float32Array.from(labels.flatMap(stripes)), [labels.length, side, side, 1]);
const y = ndarray(Int32Array.from(labels), [labels.length]);
const { xTrain, xTest, yTrain, yTest } = trainTestSplit(x, y, { testSize: 0.25, randomState: 4 });

/** Convolution and batch norm; the bias is batch norm's. */
const conv = (from: SymbolicTensor, filters: number, strides = 1): SymbolicTensor =>
  batchNormalization({ momentum: 0.9 })(
    conv2d({ filters, kernelSize: 3, strides, padding: "same", useBias: false })(from),
  );

/** Two convolutions beside a shortcut, which has a convolution of its own where the shape changes (He et al. 2016). */
function block(from: SymbolicTensor, filters: number, strides = 1): SymbolicTensor {
  const deep = conv(activation("relu")(conv(from, filters, strides)), filters);
  const changes = strides > 1 || from.shape.at(-1) !== filters;
  const shortcut = changes ? conv2d({ filters, kernelSize: 1, strides, useBias: false })(from) : from;
  return activation("relu")(add([deep, shortcut]));
}

const inputs = input({ shape: [side, side, 1] });
let maps = activation("relu")(conv(inputs, 8));
for (const [filters, strides] of [
  [8, 1],
  [16, 2],
  [16, 1],
] as const)
  maps = block(maps, filters, strides);
const outputs = dense({ units: classNames.length, activation: "softmax" })(globalAveragePooling2d()(maps));

const net = model({ inputs, outputs, name: "small-resnet" });
console.log(net.summary());
net.compile({ optimizer: adam({ learningRate: 0.003 }), loss: "sparseCategoricalCrossentropy" });
await net.fit(xTrain, yTrain, { epochs: 8, batchSize: 16, seed: 4, verbose: false });
const { accuracy } = await net.evaluate(xTest, yTest);
console.log(`test accuracy: ${accuracy.toFixed(3)} on ${xTest.shape[0]} images`);
