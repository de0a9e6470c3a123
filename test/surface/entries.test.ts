import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { seeded } from "../../src/base/index.ts";
import { type Bundle, writeBundle } from "../../src/bundle/index.ts";
import { resize } from "../../src/data/index.ts";
import * as engine from "../../src/engine.ts";
import { dense, flatten, sequential } from "../../src/nn/index.ts";
import { encodePng } from "../../src/platform/node/index.ts";
import { decodeImage, openPredictor } from "../../src/predict.ts";
import { png16 } from "../platform/deepImages.ts";

// Two classes by colour: the weight of red is 1 for "red", that of blue 1 for "blue".
const model = sequential([flatten(), dense({ units: 2, activation: "softmax" })]);
const bundle: Bundle = {
  model,
  inputShape: [1, 1, 3],
  classNames: ["blue", "red"],
  transforms: [resize({ height: 1, width: 1 })],
  weights: { "dense/kernel": Float32Array.of(0, 1, 0, 0, 1, 0), "dense/bias": new Float32Array(2) },
};
const bytes = writeBundle(bundle);
const png = (red: number, blue: number): Promise<Uint8Array> =>
  encodePng({ width: 1, height: 1, data: Uint8Array.of(red, 0, blue) });

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fovea-entries-"));
  await writeFile(join(folder, "model.safetensors"), bytes);
  await writeFile(join(folder, "a.png"), await png(3, 0));
});
afterAll(() => rm(folder, { recursive: true }));

describe("fovea/predict", () => {
  test("classifies files and bytes in order, and names what cannot be read", async () => {
    const loaded = await openPredictor(join(folder, "model.safetensors"), { threads: 1 });
    const answers = await loaded.predict([
      join(folder, "a.png"),
      join(folder, "none.png"),
      { path: "upload", bytes: await png(0, 2) },
    ]);
    await loaded.close();
    // softmax(3, 0) and softmax(0, 2): 1/(1 + e^-3) and 1/(1 + e^-2)
    expect(answers).toMatchObject([
      { path: join(folder, "a.png"), label: "red", probability: expect.closeTo(0.952574, 5) },
      { path: join(folder, "none.png"), error: expect.any(String) },
      { path: "upload", label: "blue", probability: expect.closeTo(0.880797, 5) },
    ]);
  });

  test("scales stored values by the range of the model, and takes no decoded image then", async () => {
    const ranged = writeBundle({
      ...bundle,
      transforms: [{ type: "range", min: 0, max: 4095 }, resize({ height: 1, width: 1 })],
    });
    const deep = png16({ width: 1, height: 1, channels: 3, values: [48, 0, 0] });
    const loaded = await openPredictor(ranged, { threads: 1 });
    // 48 of 4,095 is 3 of 255: softmax(3, 0), as above.
    expect(await loaded.predict(deep)).toMatchObject({
      label: "red",
      probability: expect.closeTo(0.952574, 5),
    });
    const raster = await decodeImage(deep, { range: { min: 0, max: 4095 } });
    expect([...raster.data]).toEqual([3, 0, 0]);
    await expect(loaded.predict(raster)).rejects.toThrow(/values 0-4095 .*received a decoded image/);
    await loaded.close();
    await expect(decodeImage(deep, { range: { min: 5, max: 5 } })).rejects.toThrow(/decodeImage: range/);
  });

  test("takes a model's bytes as well, and refuses what is no model", async () => {
    const loaded = await openPredictor(bytes, { threads: 1 });
    expect(loaded.classNames).toEqual(["blue", "red"]);
    await loaded.close();
    await expect(openPredictor(new Uint8Array(3))).rejects.toThrow(/^model: expected/);
  });
});

describe("fovea/engine", () => {
  test("runs the example of its first lines, with the same numbers on both backends", async () => {
    const graph = engine.createGraph();
    const x = engine.input(graph, "x", [4, 3]);
    const w = engine.parameter(graph, "w", [3, 2]);
    const y = engine.relu(engine.matmul(x, w));
    const [gradient = y] = engine.differentiate(engine.reduceSum(y), [w]);
    const random = seeded(1);
    const numbers = Float32Array.from({ length: 12 }, () => random.integer(9) - 4);
    for (const backend of [engine.referenceBackend(), await engine.wasmBackend({ threads: 1 })]) {
      const session = await backend.open({ step: { graph, outputs: { y, gradient } } });
      await session.write("w", [1, 0, 0, 1, 1, 1]);
      const found = await session.run("step", { x: numbers });
      // y = relu(x · w) written out: column 0 is x0 + x2, column 1 is x1 + x2.
      const row = (i: number): readonly number[] => [...numbers.subarray(i * 3, i * 3 + 3)];
      const wanted = [0, 1, 2, 3].flatMap((i) => {
        const [a = 0, b = 0, c = 0] = row(i);
        return [Math.max(a + c, 0), Math.max(b + c, 0)];
      });
      expect([...(found["y"] ?? [])]).toEqual(wanted);
      // dsum/dw[k, j] sums x[i, k] over the rows whose y[i, j] is above 0.
      const slopes = [0, 1, 2].flatMap((k) =>
        [0, 1].map((j) =>
          [0, 1, 2, 3].reduce((sum, i) => sum + ((wanted[i * 2 + j] ?? 0) > 0 ? (row(i)[k] ?? 0) : 0), 0),
        ),
      );
      expect([...(found["gradient"] ?? [])]).toEqual(slopes);
      session.close();
      await backend.close();
    }
  });
});
