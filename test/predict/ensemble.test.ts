import { expect, test } from "vitest";
import { at, ndarray, seeded } from "../../src/base/index.ts";
import type { Bundle } from "../../src/bundle/index.ts";
import { rescale, resize } from "../../src/data/index.ts";
import { referenceBackend } from "../../src/engine/index.ts";
import { conv2d, dense, flatten, initialize, sequential } from "../../src/nn/index.ts";
import { openModel, openNetwork } from "../../src/predict/index.ts";

const inputShape = [5, 5, 3];
const plain = sequential([
  conv2d({ filters: 2, kernelSize: 3, activation: "relu" }),
  flatten(),
  dense({ units: 3, activation: "softmax" }),
]);
const size = 75;
const classNames = ["ant", "bee", "cow"];
const pixels = Uint8Array.from({ length: size }, (_, i) => (i * 37) % 256);

/** Nets that differ in weights, normalisation and temperature, and average the views of an image. */
const nets = [1, 2, 3].map((seed): Bundle => ({
  model: { ...plain, testTimeAugmentation: { mirror: true } },
  inputShape,
  classNames,
  transforms: [resize({ height: 5, width: 5 }), rescale({ scale: seed / 100, offset: -seed })],
  weights: initialize(plain, inputShape, seeded(seed)),
  temperature: [0.5, 1, 2][seed - 1] ?? 1,
}));

test("an ensemble says the mean of its nets' calibrated probabilities", async () => {
  const backend = referenceBackend();
  const codec = { decode: () => Promise.reject(new Error("not asked for")) };
  const each: Float64Array[] = [];
  for (const { temperature = 1, ...net } of nets) {
    const network = await openNetwork(net, { backend });
    const logs = Float64Array.from(await network.probabilities([pixels]), (p) => Math.log(p) / temperature);
    network.close();
    const sum = logs.reduce((total, log) => total + Math.exp(log), 0);
    each.push(logs.map((log) => Math.exp(log) / sum));
  }
  const model = await openModel(nets, { backend, codec });
  const [found] = await model.predict([{ path: "a", raster: { width: 5, height: 5, data: pixels } }]);
  model.close();
  if (!found || "error" in found) throw new Error("no prediction");
  for (const { label, probability } of found.top) {
    const wanted = each.map((row) => at(row, classNames.indexOf(label)));
    expect(probability).toBeCloseTo(wanted.reduce((sum, p) => sum + p, 0) / 3, 6);
    expect(Math.max(...wanted) - Math.min(...wanted)).toBeGreaterThan(0.01);
  }
});

test("a net whose proof does not come out is named by its number", async () => {
  const proof = {
    images: ndarray(pixels, [1, 5, 5, 3]),
    probabilities: ndarray(Float32Array.of(1, 0, 0), [1, 3]),
  };
  const broken = nets.map((net, i) => (i === 1 ? { ...net, proof } : net));
  const codec = { decode: () => Promise.reject(new Error("not asked for")) };
  await expect(openModel(broken, { backend: referenceBackend(), codec, who: "m" })).rejects.toThrow(
    /^m: net 2: expected the probabilities stored/,
  );
});
