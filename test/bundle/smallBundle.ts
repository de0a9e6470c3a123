import { ndarray, seeded } from "../../src/base/index.ts";
import type { Bundle } from "../../src/bundle/index.ts";
import { resize, standardize } from "../../src/data/index.ts";
import { batchNormalization, conv2d, dense, flatten, initialize, sequential } from "../../src/nn/index.ts";

const model = sequential([
  conv2d({ filters: 2, kernelSize: 3 }),
  batchNormalization(),
  flatten(),
  dense({ units: 2, activation: "softmax" }),
]);
const inputShape = [4, 4, 3];

/** Everything that a model file can hold but a temperature; its probabilities are made up. */
export const smallBundle: Bundle & Required<Pick<Bundle, "proof">> = {
  model,
  inputShape,
  classNames: ["cat", "dög"],
  transforms: [
    resize({ height: 4, width: 4 }),
    standardize({ mean: [120.5, 100, 1 / 3], deviation: [60, 50, 40] }),
  ],
  weights: initialize(model, inputShape, seeded(1)),
  proof: {
    images: ndarray(
      Uint8Array.from({ length: 96 }, (_, i) => i),
      [2, 4, 4, 3],
    ),
    probabilities: ndarray(Float32Array.of(0.25, 0.75, 0.5, 0.5), [2, 2]),
  },
  training: { seed: 4, data: "pets" },
};

/** A safetensors file with that header, an object or a text, and so many bytes of numbers. */
export function safetensorsOf(header: unknown, numbers: number): Uint8Array {
  const text = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + numbers);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}
