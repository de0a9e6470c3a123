import { expect, test, vi } from "vitest";
import { useServices } from "../fakeCommandLine.ts";
import { ran } from "../inProcess.ts";

vi.mock("../../../src/cli/services.ts", async () => await import("../fakeCommandLine.ts"));

test("summary prints a table, or one JSON document, of a name, a file and a run", async () => {
  for (const model of ["plain3", "four.json", "run", "deep.safetensors"]) {
    useServices();
    const { code, out } = await ran(["summary", model]);
    expect(code).toBe(0);
    expect(out).toMatch(/^ {2}layer +type +output +parameters +not trained +MFLOP$/m);
    expect(out).toMatch(/^ {2}total /m);
    const document: unknown = JSON.parse((await ran(["summary", model, "--json"])).out);
    expect(document).toMatchObject({ schema: 1, layers: expect.any(Array), flops: expect.any(Object) });
  }
});

test("models describes one by its name, and refuses another with the nearest", async () => {
  useServices();
  const { code, out } = await ran(["models", "plain3", "--classes", "7"]);
  expect(code).toBe(0);
  expect(out).toMatch(/^ {2}dense +Dense +7 /m);
  expect(await ran(["models", "plain33"])).toMatchObject({
    code: 2,
    err: expect.stringContaining("plain3?"),
  });
  expect(await ran(["models", "--classes", "7"])).toMatchObject({ code: 2 });
  expect(await ran(["models", "plain3", "--measure"])).toMatchObject({
    code: 2,
    err: expect.stringContaining("fovea bench --model plain3"),
  });
});

test("train takes the architecture of a run or a model file, for its own classes, and says so", async () => {
  const { files } = useServices();
  const options = ["--epochs", "1", "--batch", "8", "--no-detect", "--size", "8"];
  const { code, err } = await ran([
    "train",
    "cells",
    "--model",
    "deep.safetensors",
    "--out",
    "new",
    ...options,
  ]);
  expect(code).toBe(0);
  expect(err).toContain("deep.safetensors");
  const config: unknown = JSON.parse(files.text("new/config.json"));
  expect(config).toMatchObject({ modelFrom: "deep.safetensors", modelName: "small" });
  const again = await ran(["train", "cells", "--model", "new", "--out", "newer", ...options]);
  expect(again.code).toBe(0);
  expect(JSON.parse(files.text("newer/config.json"))).toMatchObject({ modelFrom: "new/config.json" });
});

test.each([
  [["-v"], ["--version"]],
  [["-V"], ["--version"]],
  [["help"], ["--help"]],
  [
    ["help", "predict"],
    ["predict", "--help"],
  ],
])("%j is %j", async (short, long) => {
  expect(await ran(short)).toEqual(await ran(long));
});

test("help of an unknown command is refused, with the nearest", async () => {
  const { code, err } = await ran(["help", "trian"]);
  expect(code).toBe(2);
  expect(err).toContain("train");
});
