import { describe, expect, test } from "vitest";
import { readBundle, writeEnsemble } from "../../../src/bundle/index.ts";
import { globalAveragePooling2d } from "../../../src/nn/index.ts";
import {
  type BenchEvent,
  type BenchRequest,
  type BenchServices,
  bench,
  planModel,
  resultOf,
} from "../../../src/app/index.ts";
import { fakeServices, never } from "../fakeServices.ts";
import { modelBytes } from "../smallModel.ts";

const machine = { processor: "none", cores: 2, memoryBytes: 1e9, system: "test", runtime: "test" };

function benchServices(memoryBytes = 1e9): BenchServices & ReturnType<typeof fakeServices> {
  return {
    ...fakeServices(undefined, { memory: { bytes: memoryBytes, of: "of the test" } }),
    machine,
    prepareProcessor: async ({ exact }) => ({ arithmetic: exact ? "exact" : "fused", panel: 8 }),
    peakBytes: () => 5,
  };
}

async function services(
  memoryBytes?: number,
  units = 4,
): Promise<BenchServices & ReturnType<typeof fakeServices>> {
  const all = benchServices(memoryBytes);
  const layers = [{ type: "globalAveragePooling2d" }, { type: "dense", units, activation: "softmax" }];
  await all.files.write("four.json", JSON.stringify({ name: "four", layers }));
  return all;
}

const small: BenchRequest = { model: "four.json", size: 6, batch: 2, seconds: 0.01 };

describe("a plan", () => {
  test("names the model and its batch, and holds a training step and inference", async () => {
    const { document, text } = await planModel(small, await services());
    expect(document).toMatchObject({
      model: { name: "four", size: 6, batchSize: 2, parameters: 16 },
      machine: { threads: 2, arithmetic: "fused", packsVectors: false },
    });
    expect(document.training.kernels.length).toBeGreaterThan(document.inference.kernels.length);
    expect(text).toContain("four");
  });

  test("of an ensemble is that of one net, and says of how many", async () => {
    const all = benchServices();
    const net = readBundle(modelBytes([globalAveragePooling2d()], { side: 6 }), "m");
    await all.files.write("two.safetensors", writeEnsemble([net, net]));
    const { document } = await planModel({ ...small, model: "two.safetensors" }, all);
    expect(document.model).toMatchObject({ parameters: 12, nets: 2 });
  });

  test("takes a model of any number of classes, and labels its batch with these", async () => {
    const { document } = await planModel(small, await services(undefined, 7));
    // Of three colours and a bias for each class.
    expect(document.model.parameters).toBe(28);
  });

  test("refuses a model that does not end in one number for each class, and speaks of the model alone", async () => {
    const all = benchServices();
    await all.files.write("maps.json", JSON.stringify({ layers: [{ type: "dropout", rate: 0.5 }] }));
    const refused = planModel({ ...small, model: "maps.json" }, all);
    await expect(refused).rejects.toThrow(/^maps\.json: .*\[classes\], received shape \[6, 6, 3\]/);
    await expect(refused).rejects.not.toThrow("data");
  });

  test("of exact arithmetic says so", async () => {
    const { document } = await planModel({ ...small, exact: true, threads: 1 }, await services());
    expect(document.machine).toMatchObject({ arithmetic: "exact", threads: 1 });
  });

  test("is refused where a batch alone takes more memory than there is", async () => {
    await expect(planModel(small, await services(100))).rejects.toThrow(/^memory: /);
  });
});

describe("a benchmark", () => {
  test("is refused where a step takes more memory than there is, and closes the engine", async () => {
    const all = await services(900);
    const seen: BenchEvent[] = [];
    await expect(resultOf(bench(small, all, never), (event) => seen.push(event))).rejects.toThrow(
      /^memory: /,
    );
    expect(seen.map(({ what }) => what)).toEqual(["training"]);
    expect([...all.open]).toEqual([]);
  });

  test("stops when aborted, and closes the engine", async () => {
    const all = await services();
    await expect(resultOf(bench(small, all, AbortSignal.abort()))).rejects.toThrow();
    expect([...all.open]).toEqual([]);
  });
});
