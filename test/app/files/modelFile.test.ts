import { describe, expect, test } from "vitest";
import { readModelFile } from "../../../src/app/files/modelFile.ts";
import { FoveaError } from "../../../src/base/index.ts";
import { globalAveragePooling2d } from "../../../src/nn/index.ts";
import { memoryStore } from "../fakeServices.ts";
import { modelBytes } from "../smallModel.ts";

const bytes = modelBytes([globalAveragePooling2d()]);

describe("a model file", () => {
  test.each([
    ["run", "run/model.safetensors", "run"],
    ["run/model.safetensors", "run/model.safetensors", "run"],
    ["a/b/other.safetensors", "a/b/other.safetensors", "a/b"],
    ["here.safetensors", "here.safetensors", "."],
    ["c:\\runs\\x.safetensors", "c:\\runs\\x.safetensors", "c:\\runs"],
  ])("given as %s is %s in the folder %s", async (given, path, folder) => {
    const files = memoryStore({ [path]: bytes });
    const model = await readModelFile(given, files);
    expect([model.path, model.folder]).toEqual([path, folder]);
    expect(model.bundle.classNames).toEqual(["blue/ish", "green", "red"]);
  });

  test("that is none is named", async () => {
    const files = memoryStore({ "x.safetensors": "these are no weights" });
    await expect(readModelFile("x.safetensors", files)).rejects.toThrow(/^x\.safetensors: /);
    await expect(readModelFile("gone.safetensors", files)).rejects.toThrow(/^gone\.safetensors: /);
  });
});

/** What the refusal of a folder says that it received. */
async function refusal(names: readonly string[]): Promise<string> {
  const files = memoryStore(Object.fromEntries(names.map((name) => [`run/${name}`, ""])));
  const failure: unknown = await readModelFile("run", files).catch((error: unknown) => error);
  if (!(failure instanceof FoveaError)) throw new Error("the folder was taken");
  expect(failure.exitCode).toBe(2);
  return failure.message;
}

test("a run that wrote no model is told from any other folder", async () => {
  const unfinished = await refusal(["config.json", "checkpoints/last.safetensors"]);
  const other = await refusal(["notes.txt"]);
  expect(unfinished).toMatch(/^run: /);
  expect(other).toMatch(/^run: /);
  expect(unfinished).not.toBe(other);
});
