/* Arrays in memory, no folder and no files, as in a Keras tutorial: images of 16 x 16 that show upright, level or
   slanting stripes under noise.
   npx tsx examples/in-memory.ts */
import {
  adam,
  conv2d,
  dense,
  globalAveragePooling2d,
  input,
  maxPooling2d,
  ndarray,
  sequential,
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
function stripes(label: number): number[] {
  const shift = Math.floor(random() * 4);
  return Array.from({ length: side * side }, (_, i) => {
    const [row, column] = [Math.floor(i / side), i % side];
    const along = [column, row, row + column][label] ?? 0;
    return 0.5 * Number((along + shift) % 4 < 2) + 0.5 * random();
  });
}

const count = 300;
const labels = Array.from({ length: count }, (_, i) => i % classNames.length);
const x = ndarray(Float32Array.from(labels.flatMap(stripes)), [count, side, side, 1]);
const y = ndarray(Int32Array.from(labels), [count]);
const { xTrain, xTest, yTrain, yTest } = trainTestSplit(x, y, { testSize: 0.2, randomState: 4 });

const model = sequential([
  input({ shape: [side, side, 1] }),
  conv2d({ filters: 8, kernelSize: 3, activation: "relu" }),
  maxPooling2d(),
  conv2d({ filters: 16, kernelSize: 3, activation: "relu" }),
  globalAveragePooling2d(),
  dense({ units: classNames.length, activation: "softmax" }),
]);
model.compile({ optimizer: adam({ learningRate: 0.01 }), loss: "sparseCategoricalCrossentropy" });
await model.fit(xTrain, yTrain, {
  epochs: 10,
  batchSize: 16,
  validationData: [xTest, yTest],
  seed: 4,
  verbose: false,
});

const { accuracy } = await model.evaluate(xTest, yTest);
console.log(`test accuracy: ${accuracy.toFixed(3)} on ${xTest.shape[0]} images`);
const { data } = await model.predict(xTest);
console.log(
  "the first test image:",
  Array.from(data.subarray(0, classNames.length), (p) => p.toFixed(3)),
);
