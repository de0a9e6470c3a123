import { describe, expect, test } from "vitest";
import { type ExplainRequest, type ExplainResult, explain } from "../../../src/app/index.ts";
import { flatten } from "../../../src/nn/index.ts";
import {
  type FakeServices,
  type Recorded,
  fakeServices,
  filesBelow,
  never,
  recorded,
} from "../fakeServices.ts";
import { convolutional, modelBytes } from "../smallModel.ts";

const side = 8;

/** A model in m.safetensors, and images named x0.png, x1.png … in a folder. */
function servicesWith({ layers = convolutional, images = 1 } = {}): FakeServices {
  const services = fakeServices();
  const { held } = services.files;
  held.set("m.safetensors", modelBytes(layers, { side }));
  for (let i = 0; i < images; i++)
    held.set(`in/x${i}.png`, new TextEncoder().encode(`${i % 2 ? "20 40 190" : "190 20 30"} ${i}`));
  return services;
}

const explained = (
  services: FakeServices,
  request: Partial<ExplainRequest> = {},
  signal: AbortSignal = never,
): Promise<
  Recorded<{ readonly type: string; readonly done: number; readonly total: number }, ExplainResult>
> =>
  recorded(
    explain({ model: "m.safetensors", images: ["in/x0.png"], out: "out", ...request }, services, signal),
  );

const methodsOf = ({ explanations }: ExplainResult): unknown[] =>
  explanations.map((one) => ("method" in one ? one.method : one.error));

describe("an explanation", () => {
  test("by filters needs neither an image nor the engine", async () => {
    const openBackend = (): never => {
      throw new Error("nothing has to run");
    };
    const services = { ...servicesWith(), openBackend };
    const { result, events } = await explained(services, {
      method: "filters",
      layer: "conv2d_1",
      images: [],
    });
    expect(result.explanations).toEqual([
      {
        method: "filters",
        layer: "conv2d_1",
        file: "out/filters-conv2d_1.png",
        filters: 8,
        shownFilters: 8,
        channels: 4,
        shownChannels: 4,
        caption: expect.objectContaining({ code: "filters-of" }),
      },
    ]);
    expect([filesBelow(services, "out"), events]).toEqual([["explain.html", "filters-conv2d_1.png"], []]);
  });

  test("by all methods writes the files that it names, of the sizes and layers of the model", async () => {
    const services = servicesWith();
    const { explanations, notes } = (await explained(services, { method: "all" })).result;
    expect(notes).toEqual([]);
    const files = explanations.flatMap((one) => ("file" in one ? [one.file.slice("out/".length)] : []));
    expect(filesBelow(services, "out")).toEqual(["explain.html", ...files.toSorted()]);
    const activations = explanations.flatMap((one) =>
      "method" in one && one.method === "activations" ? [[one.layer, one.shape, one.shownChannels]] : [],
    );
    expect(activations).toEqual([
      ["conv2d", [8, 8, 4], 4],
      ["activation", [8, 8, 4], 4],
      ["max_pooling2d", [4, 4, 4], 4],
      ["conv2d_1", [4, 4, 8], 8],
    ]);
    expect(explanations.find((one) => "method" in one && one.method === "gradcam")).toMatchObject({
      layer: "conv2d_1",
      mapSize: [4, 4],
      channels: 8,
    });
  });

  test("of a class tells the predicted class beside it", async () => {
    const [usual] = (await explained(servicesWith(), { method: "occlusion" })).result.explanations;
    if (!usual || !("class" in usual)) throw new Error("no occlusion map");
    const other = usual.class === "green" ? "red" : "green";
    const asked = (
      await explained(servicesWith(), { method: "occlusion", class: other, patch: 4, stride: 4 })
    ).result.explanations[0];
    const { label, probability } = usual;
    expect(usual).toMatchObject({ class: label, classProbability: probability, patch: 1 });
    expect(asked).toMatchObject({ label, probability, class: other, patch: 4 });
    expect(asked && "classProbability" in asked && asked.classProbability).toBeLessThan(probability);
  });

  test("of a folder comes in the order of the names, sixteen at a time, with what is broken in its place", async () => {
    const services = servicesWith({ images: 17 });
    await services.files.write("in/x3.png", "no image");
    const { result, events } = await explained(services, { images: ["in", "gone.png"] });
    const paths = result.explanations.map((one) => "path" in one && one.path);
    expect(paths).toEqual([...Array.from({ length: 17 }, (_, i) => `in/x${i}.png`).toSorted(), "gone.png"]);
    expect(result.explanations.flatMap((one) => ("error" in one ? [one.path] : []))).toEqual([
      "in/x3.png",
      "gone.png",
    ]);
    expect(events).toEqual([
      { type: "explaining", done: 0, total: 18 },
      { type: "explaining", done: 16, total: 18 },
    ]);
    expect([...services.open]).toEqual([]);
  });

  test("of images that are all broken leaves no folder", async () => {
    const services = servicesWith();
    await services.files.write("note.png", "no image");
    const { result } = await explained(services, { images: ["note.png", "gone.png"] });
    expect(result.explanations.map((one) => "error" in one)).toEqual([true, true]);
    expect(filesBelow(services, "out")).toEqual([]);
  });

  test("of two images of one name gives each its own files", async () => {
    const services = servicesWith();
    await services.files.write("other/X0.png", "20 40 190 5");
    const { explanations } = (await explained(services, { images: ["in/x0.png", "other/X0.png"] })).result;
    const names = explanations.map((one) => "file" in one && one.file.split("-gradcam")[0]);
    expect(names).toEqual(["out/x0", "out/X0-2"]);
  });
});

describe("an explanation is refused, and leaves nothing behind,", () => {
  test.each<[string, Partial<ExplainRequest>, RegExp]>([
    ["for a layer that there is not", { layer: "conv9" }, /^layer conv9: /],
    ["for a layer without maps", { layer: "dense" }, /^layer dense: /],
    ["for a patch larger than the image", { method: "occlusion", patch: 9 }, /^patch: /],
    ["for folders without images", { images: ["empty"] }, /^empty: /],
  ])("%s", async (_, wrong, says) => {
    const services = servicesWith();
    await services.files.write("empty/notes.txt", "words");
    await expect(explained(services, wrong)).rejects.toThrow(says);
    expect(filesBelow(services, "out")).toEqual([]);
    expect([...services.open]).toEqual([]);
  });

  test("where the folder holds files, which stay", async () => {
    const services = servicesWith();
    await services.files.write("out/mine.txt", "mine");
    await expect(explained(services)).rejects.toMatchObject({ exitCode: 2 });
    expect(filesBelow(services, "out")).toEqual(["mine.txt"]);
  });

  test("where it is stopped, with the filters written already", async () => {
    const services = servicesWith();
    await expect(explained(services, { method: "all" }, AbortSignal.abort())).rejects.toThrow();
    expect(services.files.written).toEqual(["out/filters-conv2d.png"]);
    expect(filesBelow(services, "out")).toEqual([]);
    expect([...services.open]).toEqual([]);
  });

  test("where a file cannot be written", async () => {
    const services = servicesWith();
    let calls = 0;
    const encodePng = async (): Promise<Uint8Array> => {
      if (++calls > 2) throw new Error("disk full");
      return new Uint8Array(4);
    };
    await expect(explained({ ...services, encodePng }, { method: "all" })).rejects.toThrow("disk full");
    expect(filesBelow(services, "out")).toEqual([]);
    expect([...services.open]).toEqual([]);
  });
});

describe("a model without convolutions", () => {
  test("has no Grad-CAM", async () => {
    await expect(explained(servicesWith({ layers: [flatten()] }))).rejects.toThrow(/^small: /);
  });

  test("has an occlusion map alone when everything is asked for, and a note of that", async () => {
    const { result } = await explained(servicesWith({ layers: [flatten()] }), { method: "all" });
    expect(methodsOf(result)).toEqual(["occlusion"]);
    expect(result.notes).toHaveLength(1);
  });
});
