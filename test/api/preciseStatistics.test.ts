import { expect, test } from "vitest";
import { ndarray, seeded } from "../../src/base/index.ts";
import { add, adam, batchNormalization, conv2d, dense, globalAveragePooling2d } from "../../src/nn/index.ts";
import { toyPlatform } from "./platform.ts";

const labelled = (n: number, seed: number) => {
  const random = seeded(seed);
  const y = Int32Array.from({ length: n }, (_, i) => i % 2);
  const x = Float32Array.from({ length: n * 48 }, (_, i) => random.next() + (y[Math.floor(i / 48)] ?? 0) / 2);
  return [ndarray(x, [n, 4, 4, 3]), ndarray(y, [n])] as const;
};

test.each([true, false])(
  "a loaded model gives the validation figures that fit gave, whether the best epoch is restored or the last stays: %s",
  async (restoreBestWeights) => {
    const { api } = toyPlatform();
    const model = api.sequential([
      conv2d({ filters: 4, kernelSize: 3, padding: "same" }),
      batchNormalization(),
      add([[], [conv2d({ filters: 4, kernelSize: 1 }), batchNormalization({ momentum: 0.5 })]]),
      globalAveragePooling2d(),
      dense({ units: 2, activation: "softmax" }),
    ]);
    model.compile({ optimizer: adam({ learningRate: 0.02 }) });
    const [x, y] = labelled(30, 1);
    const [xVal, yVal] = labelled(10, 2);
    const options = { epochs: 4, batchSize: 8, validationData: [xVal, yVal], verbose: false } as const;
    const history = await model.fit(x, y, { ...options, restoreBestWeights });
    await model.save("net.safetensors");
    const epoch = restoreBestWeights ? history.bestEpoch : 4;
    const loaded = await api.loadModel("net.safetensors");
    loaded.compile({ optimizer: adam() });
    for (const one of [model, loaded]) {
      const { loss, accuracy } = await one.evaluate(xVal, yVal, { batchSize: 8 });
      expect(accuracy).toBe(history.valAccuracy[epoch - 1]);
      expect(loss).toBeCloseTo(history.valLoss[epoch - 1] ?? Number.NaN, 7);
    }
  },
);
