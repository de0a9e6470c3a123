// A child that predicts with TensorFlow.js on its WASM backend: node tfjsSteps.ts '{"work": …}'. One thread, what it gives in Node.
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type * as tfjs from "@tensorflow/tfjs";
import type * as backend from "@tensorflow/tfjs-backend-wasm";
import { serve } from "../measure/serve.ts";
import type { Work } from "../measure/works.ts";

export interface TfjsOptions {
  readonly work: Work;
}

const { work } = JSON.parse(process.argv[2] ?? "{}") as TfjsOptions;
const require = createRequire(import.meta.url);
const tf = require("@tensorflow/tfjs") as typeof tfjs;
const wasm = require("@tensorflow/tfjs-backend-wasm") as typeof backend;

const { batch, size, classes } = work;

function tutorial(): tfjs.Sequential {
  const { layers } = tf;
  const convolution = { filters: 32, kernelSize: 3, padding: "same", activation: "relu" } as const;
  return tf.sequential({
    layers: [
      layers.conv2d({ ...convolution, inputShape: [size, size, 3] }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.conv2d(convolution),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.dropout({ rate: 0.5 }),
      layers.flatten(),
      layers.dense({ units: 128, activation: "relu" }),
      layers.dense({ units: classes, activation: "softmax" }),
    ],
  });
}

await serve(`tfjs ${tf.version.tfjs}, Node ${process.versions.node}`, async () => {
  wasm.setWasmPaths(
    `${join(dirname(require.resolve("@tensorflow/tfjs-backend-wasm/package.json")), "wasm-out")}/`,
  );
  await tf.setBackend("wasm");
  const model = tutorial();
  const x = tf.randomUniform([batch, size, size, 3]);
  return async () => {
    const y = model.predict(x, { batchSize: batch }) as tfjs.Tensor;
    const numbers = await y.data();
    y.dispose();
    return Number(numbers[0]);
  };
});
