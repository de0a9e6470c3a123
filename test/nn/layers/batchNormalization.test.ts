import { describe, expect, test } from "vitest";
import { seeded } from "../../../src/base/index.ts";
import {
  type BatchNormalizationLayerOptions,
  type ModelSpec,
  batchNormalization,
  conv2d,
  dense,
  flatten,
  initialize,
  parseModel,
  sequential,
  sgd,
} from "../../../src/nn/index.ts";
import { wasmBackend } from "../../../src/platform/node/index.ts";
import { type EndEvent, fit } from "../../../src/train/index.ts";
import { collect, toyData, toyOptions } from "../../train/toy.ts";

const netWith = (options: BatchNormalizationLayerOptions): ModelSpec =>
  sequential([
    conv2d({ filters: 4, kernelSize: 3, useBias: false }),
    batchNormalization({ name: "norm", momentum: 0.5, ...options }),
    flatten(),
    dense({ units: 3, activation: "softmax" }),
  ]);

const whole = netWith({});
const weights = initialize(whole, [6, 6, 3], seeded(3));

async function trained(options: BatchNormalizationLayerOptions, learningRate: number): Promise<EndEvent> {
  const backend = await wasmBackend({ threads: 2 });
  try {
    const asked = { epochs: 1, batchSize: 26, optimizer: sgd({ learningRate }), weights } as const;
    return (await collect(fit(netWith(options), toyData(), toyOptions({ ...asked, backend })))).end;
  } finally {
    await backend.close();
  }
}

describe("batchNormalization without its own scale or shift", () => {
  test.each([
    [{ scale: false }, ["norm/gamma"]],
    [{ center: false }, ["norm/beta"]],
    [{ scale: false, center: false }, ["norm/beta", "norm/gamma"]],
  ])("%j is as with gamma 1 and beta 0, in training and in use", async (options, missing) => {
    const [all, some] = [await trained({}, 0.1), await trained(options, 0.1)];
    const names = Object.keys(all.lastWeights).filter((name) => !(name in some.lastWeights));
    expect(names.toSorted()).toEqual(missing);
    // One step at the first gamma and beta: what is left has the same gradients.
    for (const [name, values] of Object.entries(some.lastWeights)) {
      expect(values.length).toBe(all.lastWeights[name]!.length);
      values.forEach((value, i) => expect(value).toBeCloseTo(all.lastWeights[name]![i]!, 6));
    }
    const [unmoved, without] = [await trained({}, 1e-12), await trained(options, 1e-12)];
    expect(without.history[0]!.loss).toBeCloseTo(unmoved.history[0]!.loss, 6);
    expect(without.history[0]!.validation!.loss).toBeCloseTo(unmoved.history[0]!.validation!.loss, 5);
  });

  test("gamma and beta start as they are told", () => {
    const model = netWith({ gammaInitializer: "zeros", betaInitializer: "ones" });
    const first = initialize(model, [6, 6, 3], seeded(0));
    expect([...first["norm/gamma"]!]).toEqual([0, 0, 0, 0]);
    expect([...first["norm/beta"]!]).toEqual([1, 1, 1, 1]);
  });

  test("is read from a file, and written as it was read", () => {
    const layer = { type: "batchNormalization", scale: false, center: true, betaInitializer: "ones" };
    const model = { layers: [layer, { type: "flatten" }, { type: "dense", units: 2 }] };
    expect(parseModel(model, "net.json").layers[0]).toMatchObject(layer);
    expect(JSON.stringify(netWith({}))).not.toContain("scale");
  });

  test.each([
    [{ scale: "no" }, /batchNormalization: scale: expected true or false, received "no"/],
    [{ gammaInitializer: "one" }, /batchNormalization: gammaInitializer: .*received "one"/],
  ])("%j is refused", (options, message) => {
    expect(() => batchNormalization(options as BatchNormalizationLayerOptions)).toThrow(message);
  });
});
