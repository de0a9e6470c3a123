/* No folder, no files: train on the four rows of XOR. npx tsx examples/in-memory.ts */
import { adam, dense, input, ndarray, sequential } from "../src/index.ts";

const x = ndarray(Float32Array.of(0, 0, 0, 1, 1, 0, 1, 1), [4, 2]);
const y = ndarray(Int32Array.of(0, 1, 1, 0), [4]);

const model = sequential([
  input({ shape: [2] }),
  dense({ units: 8, activation: "tanh" }),
  dense({ units: 2, activation: "softmax" }),
]);
model.compile({ optimizer: adam({ learningRate: 0.1 }), loss: "sparseCategoricalCrossentropy" });
const { accuracy } = await model.fit(x, y, { epochs: 60, batchSize: 4, seed: 4, verbose: false });
console.log(`accuracy after ${accuracy.length} epochs: ${accuracy.at(-1)}`);
console.log((await model.predict(x)).data);
