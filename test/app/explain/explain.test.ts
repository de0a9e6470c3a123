import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type ExplainRequest, type ExplainResult, explain, resultOf } from "../../../src/app/index.ts";
import { nodeServices } from "../../../src/cli/services.ts";
import { flatten } from "../../../src/nn/index.ts";
import { filesIn, image, put, temporaryFolder } from "../../cli/support.ts";
import { convolutional, putModel } from "../smallModel.ts";

/** Explains with the model of a folder, into `out` below it. */
async function explained(
  folder: string,
  { images = ["x.png"], ...rest }: Partial<Omit<ExplainRequest, "model" | "out">>,
  signal: AbortSignal = new AbortController().signal,
): Promise<ExplainResult> {
  const request: ExplainRequest = {
    ...rest,
    model: join(folder, "model.safetensors"),
    images: images.map((name) => join(folder, name)),
    out: join(folder, "out"),
    threads: 1,
  };
  return resultOf(explain(request, nodeServices(), signal));
}

async function folderWith(layers = convolutional): Promise<string> {
  const folder = await temporaryFolder();
  await putModel(folder, layers);
  await put(join(folder, "x.png"), await image([190, 20, 30], 1));
  return folder;
}

const methodsOf = ({ explanations }: ExplainResult): unknown[] =>
  explanations.map((one) => ("method" in one ? one.method : one.error));

test("filters need no image", async () => {
  const folder = await folderWith();
  const { explanations } = await explained(folder, { method: "filters", layer: "conv2d_1", images: [] });
  expect(explanations).toEqual([
    expect.objectContaining({ method: "filters", layer: "conv2d_1", filters: 8, channels: 4 }),
  ]);
  expect(await filesIn(join(folder, "out"))).toEqual(["filters-conv2d_1.png"]);
});

test.each<[string, Partial<ExplainRequest>, RegExp]>([
  [
    "a layer",
    { layer: "conv9" },
    /^layer conv9: expected one that gives maps: conv2d, activation, .*received "conv9"$/,
  ],
  [
    "a patch without occlusion",
    { patch: 4 },
    /^--patch: expected --method occlusion or all, received --method gradcam$/,
  ],
  [
    "too large a patch",
    { method: "occlusion", patch: 17 },
    /^patch: expected at most the image's shorter side, 16 pixels/,
  ],
  ["no image", { images: [] }, /^images: expected files or folders of images to explain, received none/],
])("%s that does not fit is refused, and nothing is left behind", async (_, wrong, says) => {
  const folder = await folderWith();
  await expect(explained(folder, wrong)).rejects.toThrow(says);
  expect(await filesIn(folder)).toEqual(["model.safetensors", "x.png"]);
});

test("a folder that holds files is never written to", async () => {
  const folder = await folderWith();
  await put(join(folder, "out", "mine.txt"), "mine");
  await expect(explained(folder, {})).rejects.toThrow(/expected a new or empty folder/);
  expect(await filesIn(join(folder, "out"))).toEqual(["mine.txt"]);
});

describe("a model without convolutions", () => {
  test("has no Grad-CAM, and says what there is instead", async () => {
    const folder = await folderWith([flatten()]);
    await expect(explained(folder, {})).rejects.toThrow(
      /^small: expected a model with a convolution .*; explain it with the occlusion map/,
    );
  });

  test("has an occlusion map alone when everything is asked for", async () => {
    const result = await explained(await folderWith([flatten()]), { method: "all" });
    expect(methodsOf(result)).toEqual(["occlusion"]);
    expect(result.notes).toEqual([expect.stringMatching(/^This model has no convolution/)]);
  });
});

test("images that are all broken leave no folder", async () => {
  const folder = await folderWith();
  await put(join(folder, "note.png"), "no image");
  const result = await explained(folder, { images: ["note.png", "gone.png"] });
  expect(result.explanations.map((one) => "error" in one)).toEqual([true, true]);
  expect(await filesIn(folder)).toEqual(["model.safetensors", "note.png", "x.png"]);
});

test("a stopped explanation takes back what it wrote", async () => {
  const folder = await folderWith();
  await expect(explained(folder, { method: "all" }, AbortSignal.abort())).rejects.toThrow();
  expect(await filesIn(folder)).toEqual(["model.safetensors", "x.png"]);
});

test("the class that is explained need not be the one that is named", async () => {
  const folder = await folderWith();
  const [usual] = (await explained(folder, { method: "occlusion" })).explanations;
  if (!usual || !("class" in usual)) throw new Error("no occlusion map");
  const other = ["blue/ish", "green", "red"].find((name) => name !== usual.class)!;
  const second = await folderWith();
  const [asked] = (await explained(second, { method: "occlusion", class: other, patch: 8, stride: 8 }))
    .explanations;
  expect(asked).toMatchObject({ label: usual.label, probability: usual.probability, class: other, patch: 8 });
  expect(usual).toMatchObject({ class: usual.label, classProbability: usual.probability, patch: 3 });
});
