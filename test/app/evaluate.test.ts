import { readFile } from "node:fs/promises";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type EvaluationResult, evaluate, predict, resultOf } from "../../src/app/index.ts";
import { overlapOf } from "../../src/app/files/overlap.ts";
import { nodeServices } from "../../src/cli/services.ts";
import { globalAveragePooling2d } from "../../src/nn/index.ts";
import { image, put, temporaryFolder } from "../cli/support.ts";
import { memoryFiles } from "./memoryFiles.ts";
import { putModel } from "./smallModel.ts";

const unhindered = new AbortController().signal;

const digestOf = async (path: string): Promise<string> =>
  createHash("sha256")
    .update(await readFile(path))
    .digest("hex");

/** A run folder whose model knows the data's classes, and four images of two of them. */
async function runAndData(folder: string): Promise<{ readonly run: string; readonly data: string }> {
  const [run, data] = [join(folder, "run"), join(folder, "data")];
  await putModel(run, [globalAveragePooling2d()]);
  for (let i = 0; i < 2; i++) {
    await put(join(data, "green", `${i}.png`), await image([30, 180, 30], i, 16));
    await put(join(data, "red", `${i}.png`), await image([190, 20, 30], 10 + i, 16));
  }
  return { run, data };
}

const evaluated = (model: string, data: string): Promise<EvaluationResult> =>
  resultOf(evaluate({ model, data, threads: 1 }, nodeServices(), unhindered));

test("a run folder stands for its model file, and images of its training set are counted", async () => {
  const { run, data } = await runAndData(await temporaryFolder());
  const rows = [
    `elsewhere/a.png,green,train,${await digestOf(join(data, "green/0.png"))}`,
    `elsewhere/b.png,red,train,${await digestOf(join(data, "red/0.png"))}`,
    `elsewhere/c.png,red,validation,${await digestOf(join(data, "red/1.png"))}`,
    `elsewhere/d.png,red,test,${await digestOf(join(data, "green/1.png"))}`,
  ];
  await put(join(run, "split.csv"), ["path,label,part,sha256", ...rows].join("\n"));
  const result = await evaluated(run, data);
  expect(result.model).toBe(join(run, "model.safetensors"));
  expect(result.overlap).toMatchObject({
    code: "training-overlap",
    data: { images: 4, training: 2, validation: 1 },
  });
});

test("without a split beside the model, the training images are unknown", async () => {
  const { run, data } = await runAndData(await temporaryFolder());
  expect((await evaluated(join(run, "model.safetensors"), data)).overlap).toMatchObject({
    code: "training-overlap-unknown",
    data: { images: 4 },
  });
});

test("predict takes a run folder too, and names one that holds no model", async () => {
  const { run, data } = await runAndData(await temporaryFolder());
  const predicted = (model: string): Promise<unknown> =>
    resultOf(predict({ model, images: [join(data, "red")], threads: 1 }, nodeServices(), unhindered));
  expect(await predicted(run)).toMatchObject({ predictions: [{}, {}] });
  await expect(predicted(data)).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringContaining("model.safetensors") as string,
  });
});

test.each([
  ["no image of the split", "path,part,sha256\na,train,1", "no-training-overlap", { images: 3 }],
  ["a split without digests", "path,part\na,train", "training-overlap-unknown", { images: 3 }],
  [
    "a cross-validation, whose last model is trained on all images",
    "path,part,sha256,fold\na,train,x,1\nb,train,y,2",
    "training-overlap",
    { images: 3, training: 2, validation: 0 },
  ],
  [
    "copies of one file in both sets",
    "path,part,sha256\na,train,x\nb,validation,x\nc,validation,z",
    "training-overlap",
    { images: 3, training: 1, validation: 1 },
  ],
])("the overlap with %s", async (_, split, code, data) => {
  const files = memoryFiles({ "run/split.csv": split });
  expect(await overlapOf({ sha256: ["x", "y", "z"] }, { folder: "run" }, files)).toEqual({ code, data });
});
