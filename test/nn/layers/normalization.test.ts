import { describe, expect, test } from "vitest";
import { seeded } from "../../../src/base/index.ts";
import {
  type Layer,
  groupNormalization,
  inferShapes,
  inferenceProgram,
  layerNormalization,
  parametersOf,
  parseModel,
  sequential,
} from "../../../src/nn/index.ts";
import { wasmBackend } from "../../../src/platform/node/index.ts";

// Numbers are held to Keras's and PyTorch's in parity.test.ts.

const shapesOf = (layer: Layer, inputShape: readonly number[]): Readonly<Record<string, readonly number[]>> =>
  Object.fromEntries(
    parametersOf(sequential([layer]), inputShape).map(({ name, shape }) => [name.split("/")[1], shape]),
  );

describe("scale and shift have a number for each that is normalised", () => {
  test.each<[string, Layer, readonly number[], object]>([
    ["layerNormalization: each channel", layerNormalization(), [4, 5, 3], { gamma: [3], beta: [3] }],
    [
      "of the whole image",
      layerNormalization({ axis: [3, 1, 2] }),
      [4, 5, 3],
      { gamma: [4, 5, 3], beta: [4, 5, 3] },
    ],
    ["of columns alone", layerNormalization({ axis: -2, center: false }), [4, 5, 3], { gamma: [5] }],
    [
      "groupNormalization: each channel",
      groupNormalization({ groups: 2, scale: false }),
      [4, 4, 6],
      { beta: [6] },
    ],
  ])("%s", (_, layer, inputShape, shapes) => expect(shapesOf(layer, inputShape)).toEqual(shapes));
});

describe("far from 0 the deviation keeps its digits", () => {
  // Numbers around 1000 with deviation 1: the mean of squares less the square of the mean would be off by a tenth in float32.
  test.each<[string, Layer]>([
    ["layerNormalization", layerNormalization({ epsilon: 1e-5 })],
    ["groupNormalization", groupNormalization({ groups: 2, epsilon: 1e-5 })],
  ])("%s", async (_, layer) => {
    const inputShape = [8, 8, 16];
    const random = seeded(5);
    const near = Float32Array.from({ length: 1024 }, () => Math.round(random.normal() * 1024) / 1024);
    const backend = await wasmBackend({ threads: 1 });
    const session = await backend.open({
      p: inferenceProgram(sequential([layer]), { inputShape, batchSize: 1 }),
    });
    for (const name of session.parameterNames)
      await session.write(name, new Float32Array(16).fill(name.endsWith("gamma") ? 1 : 0));
    const { predictions: at0 } = await session.run("p", { x: near });
    const { predictions: far } = await session.run("p", { x: near.map((x) => x + 1000) });
    await backend.close();
    for (const [i, x] of at0!.entries()) expect(far![i]).toBeCloseTo(x, 3);
  });
});

describe("what does not fit is named", () => {
  const shaped = (layer: Layer, inputShape: readonly number[]) => () =>
    inferShapes(sequential([layer]), inputShape);
  test.each<[string, () => unknown, RegExp]>([
    ["the batch as an axis", () => layerNormalization({ axis: 0 }), /layerNormalization: axis: .*not 0/],
    ["an axis twice", () => layerNormalization({ axis: [1, 1] }), /layerNormalization: axis: .*different/],
    [
      "an axis twice in two ways",
      shaped(layerNormalization({ axis: [3, -1] }), [4, 4, 2]),
      /axis: .*different axes from 1 to 3.*\[3, -1\]/,
    ],
    ["an axis that there is not", shaped(layerNormalization({ axis: 2 }), [4]), /axis: .*from 1 to 1/],
    [
      "groups that do not divide the channels",
      shaped(groupNormalization(), [4, 4, 24]),
      /group_normalization: groups: .*divides 24 channels.*32.*set groups/,
    ],
    ["no group", () => groupNormalization({ groups: 0 }), /groupNormalization: groups: .*-1/],
    [
      "an option of batch norm",
      () => parseModel({ layers: [{ type: "layerNormalization", momentum: 0.9 }] }, "net.json"),
      /layerNormalization: .*momentum/,
    ],
  ])("%s", (_, build, message) => expect(build).toThrow(message));
});
