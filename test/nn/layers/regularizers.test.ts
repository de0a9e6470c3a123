import { describe, expect, test } from "vitest";
import { differentiate } from "../../../src/engine/index.ts";
import {
  type Layer,
  type Regularizer,
  batchNormalization,
  conv2d,
  conv2dTranspose,
  dense,
  depthwiseConv2d,
  flatten,
  groupNormalization,
  l1,
  l1L2,
  l2,
  layerNormalization,
  layerScale,
  lossProgram,
  parametersOf,
  parseModel,
  prelu,
  separableConv2d,
  sequential,
} from "../../../src/nn/index.ts";
import { runSteps } from "../run.ts";

describe("a regulariser", () => {
  test.each<[string, Regularizer, object]>([
    ["l1", l1(0.5), { l1: 0.5 }],
    ["l2", l2(0.5), { l2: 0.5 }],
    ["both", l1L2({ l1: 0.25, l2: 0.5 }), { l1: 0.25, l2: 0.5 }],
    ["by Keras's defaults", l1L2({ l1: l1().l1!, l2: l2().l2! }), { l1: 0.01, l2: 0.01 }],
  ])("is plain data: %s", (_, made, data) => expect(made).toEqual(data));

  test.each<[string, unknown, RegExp]>([
    ["its name", "l2", /kernelRegularizer: .*\{ l2: 1e-4 \}.*"l2"/],
    ["a negative factor", { l1: -1 }, /kernelRegularizer: l1: .*from 0/],
    ["Keras's class name", { type: "l2" }, /kernelRegularizer: type: .*give the factors alone/],
    ["another option", { l3: 1 }, /kernelRegularizer: .*l3/],
  ])("is refused where it is %s", (_, kernelRegularizer, message) =>
    expect(() =>
      parseModel({ layers: [{ type: "dense", units: 1, kernelRegularizer }] }, "net.json"),
    ).toThrow(message),
  );

  test("adds l1 · Σ |w| + l2 · Σ w² to the loss, and sign and double to the gradients", async () => {
    const layer = dense({
      units: 1,
      kernelRegularizer: { l1: 0.5, l2: 0.25 },
      biasRegularizer: l1(2),
      kernelInitializer: "ones",
    });
    const model = sequential([layer]);
    const options = { inputShape: [3], batchSize: 1, loss: "meanSquaredError" } as const;
    const { graph, loss, weights } = lossProgram(model, options);
    const [kernel, bias] = differentiate(loss, weights);
    // y = 0 = label: the loss is all penalty.
    const { outputs } = await runSteps(
      { graph, outputs: { loss, kernel: kernel!, bias: bias! } },
      {
        parameters: { "dense/kernel": [2, -4, 0], "dense/bias": [0] },
        inputs: [{ x: [0, 0, 0], y: [0] }],
      },
    );
    expect(outputs[0]!["loss"]![0]).toBeCloseTo(0.5 * 6 + 0.25 * 20, 5);
    expect([...outputs[0]!["kernel"]!]).toEqual([0.5 + 1, -0.5 - 2, 0]);
    // The bias is 0, where |b| has no slope: Keras and PyTorch give 0.
    expect([...outputs[0]!["bias"]!]).toEqual([0]);
  });
});

describe("every weight of a layer may have one", () => {
  const r = l2(0.5);
  test.each<[string, Layer, readonly string[]]>([
    ["dense", dense({ units: 2, kernelRegularizer: r, biasRegularizer: r }), ["kernel", "bias"]],
    ["conv2d", conv2d({ filters: 2, kernelSize: 1, biasRegularizer: r }), ["bias"]],
    [
      "conv2dTranspose",
      conv2dTranspose({ filters: 2, kernelSize: 1, kernelRegularizer: r, biasRegularizer: r }),
      ["kernel", "bias"],
    ],
    [
      "separableConv2d",
      separableConv2d({
        filters: 2,
        kernelSize: 1,
        depthwiseRegularizer: r,
        pointwiseRegularizer: r,
        biasRegularizer: r,
      }),
      ["depthwise_kernel", "pointwise_kernel", "bias"],
    ],
    [
      "batchNormalization",
      batchNormalization({ gammaRegularizer: r, betaRegularizer: r }),
      ["gamma", "beta"],
    ],
    ["layerNormalization", layerNormalization({ gammaRegularizer: r }), ["gamma"]],
    ["groupNormalization", groupNormalization({ groups: 1, betaRegularizer: r }), ["beta"]],
    ["prelu", prelu({ alphaRegularizer: r }), ["alpha"]],
    ["layerScale", layerScale({ gammaRegularizer: r }), ["gamma"]],
    [
      "depthwiseConv2d",
      depthwiseConv2d({ kernelSize: 1, kernelRegularizer: r, biasRegularizer: r }),
      ["kernel", "bias"],
    ],
  ])("%s, in a file too", (name, layer, weights) => {
    const read = parseModel(
      JSON.parse(JSON.stringify(sequential([...(name === "dense" ? [flatten()] : []), layer]))),
      "net.json",
    );
    const penalised = parametersOf(read, [2, 2, 2]).filter(({ regularizer }) => regularizer !== undefined);
    expect(penalised.map(({ name }) => name.split("/")[1])).toEqual(weights);
    expect(penalised.every(({ regularizer }) => regularizer?.l2 === 0.5)).toBe(true);
  });
});
