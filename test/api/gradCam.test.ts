import { expect, test } from "vitest";
import { type NdArray, ndarray, seeded } from "../../src/base/index.ts";
import type { Model } from "../../src/api/index.ts";
import { adam, conv2d, dense, globalAveragePooling2d, input } from "../../src/nn/index.ts";
import { toyPlatform } from "./platform.ts";

const side = 8;

interface Marked {
  readonly x: NdArray<Float32Array>;
  readonly y: NdArray<Int32Array>;
  /** Top left of each mark. */
  readonly corners: readonly (readonly [number, number])[];
}

/** Dim noise with a mark of 3 × 3 pixels somewhere, red or blue by class. */
function marked(count: number, seed: number): Marked {
  const random = seeded(seed);
  const x = Float32Array.from({ length: count * side * side * 3 }, () => 0.2 * random.next());
  const y = Int32Array.from({ length: count }, (_, i) => i % 2);
  const corners = Array.from({ length: count }, () => [random.integer(6), random.integer(6)] as const);
  for (const [i, [top, left]] of corners.entries())
    for (let place = 0; place < 9; place++) {
      const [row, column] = [top + Math.floor(place / 3), left + (place % 3)];
      x[((i * side + row) * side + column) * 3 + 2 * y[i]!] = 1;
    }
  return { x: ndarray(x, [count, side, side, 3]), y: ndarray(y, [count]), corners };
}

async function trained(): Promise<Model> {
  const { api } = toyPlatform();
  const model = api.sequential([
    input({ shape: [side, side, 3] }),
    conv2d({ filters: 4, kernelSize: 3, padding: "same", activation: "relu" }),
    globalAveragePooling2d(),
    dense({ units: 2, activation: "softmax" }),
  ]);
  model.compile({ optimizer: adam({ learningRate: 0.03 }), loss: "sparseCategoricalCrossentropy" });
  const { x, y } = marked(48, 1);
  await model.fit(x, y, { epochs: 12, batchSize: 8, verbose: false });
  return model;
}

test("a trained model looks at the mark that tells its classes apart, wherever it is", async () => {
  const model = await trained();
  const { x, y, corners } = marked(12, 2);
  const heat = await model.gradCam(x, { batchSize: 5 });
  expect(heat.shape).toEqual([12, side, side]);
  expect(await model.gradCam(x, { classes: y.data })).toEqual(heat);
  for (const [i, [top, left]] of corners.entries()) {
    const own = heat.data.subarray(i * 64, (i + 1) * 64);
    const hottest = own.indexOf(Math.max(...own));
    expect(Math.abs(Math.floor(hottest / side) - (top + 1))).toBeLessThanOrEqual(1);
    expect(Math.abs((hottest % side) - (left + 1))).toBeLessThanOrEqual(1);
  }
});

test("a layer, a class or a shape that does not fit is named", async () => {
  const model = await trained();
  const { x } = marked(2, 3);
  await expect(model.gradCam(x, { layer: "dense" })).rejects.toThrow(
    "layer dense: expected one that gives maps: conv2d",
  );
  await expect(model.gradCam(x, { classes: [0, 2] })).rejects.toThrow(
    "model.gradCam: classes: expected class indices from 0 to 1, received 2",
  );
  await expect(model.gradCam(x, { classes: [0] })).rejects.toThrow("expected 2 class indices");
  await expect(model.gradCam(ndarray(new Float32Array(12), [1, 2, 2, 3]))).rejects.toThrow(
    "x: expected shape",
  );
});

test.each([
  ["given classes", { classes: [0, 1] }],
  ["the predicted ones", {}],
])("an image with a number that is none is refused, for %s", async (_, options) => {
  const model = await trained();
  const { x } = marked(2, 3);
  x.data[5] = Number.NaN;
  await expect(model.gradCam(x, options)).rejects.toMatchObject({
    message: expect.stringMatching(/x\[0, 0, 1, 2\]: .*received NaN/),
    exitCode: 2,
  });
});
