import { chmod, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { ranIn } from "./inProcess.ts";
import { filesIn, image, images, put, temporaryFolder, tinyModel, trainDocument } from "./support.ts";

const quick = ["--size", "12", "--epochs", "1", "--batch", "8", "--threads", "1"];

/** One line "fovea: …" without a stack trace, last on standard error. */
function lastLine(err: string): string {
  const lines = err.trimEnd().split("\n");
  expect(err).not.toMatch(/\n\s+at .*:\d+/);
  expect(lines.filter((line) => line.startsWith("fovea: "))).toHaveLength(1);
  return lines.at(-1) ?? "";
}

interface Refusal {
  readonly args: readonly string[];
  readonly code: 1 | 2;
  readonly says: RegExp;
}

/** Expects the command to refuse, with one line, and to leave the folder as it was. */
async function refuses(folder: string, { args, code, says }: Refusal): Promise<void> {
  const before = await filesIn(folder);
  const outcome = await ranIn(folder, args);
  expect(lastLine(outcome.err)).toMatch(says);
  expect(outcome.code).toBe(code);
  expect(outcome.out).toBe("");
  expect(await filesIn(folder)).toEqual(before);
}

describe("wrong use is exit code 2 and one line", () => {
  test("an unknown option, and a word for a number", async () => {
    const folder = await temporaryFolder();
    await refuses(folder, { args: ["train", "data", "--frobnicate"], code: 2, says: /'--frobnicate'/ });
    await refuses(folder, {
      args: ["train", "data", "--epochs", "many"],
      code: 2,
      says: /--epochs: .*"many"/,
    });
  });

  test("an unknown model", async () => {
    const folder = await temporaryFolder();
    await images(folder, { count: 2 });
    await refuses(folder, {
      args: ["train", "data", "--model", "plane4"],
      code: 2,
      says: /--model: .*plain4.*"plane4"/,
    });
  });

  test("images too small for the model", async () => {
    const folder = await temporaryFolder();
    await images(folder, { count: 2 });
    await refuses(folder, {
      args: ["train", "data", "--model", "plain4", "--size", "8"],
      code: 2,
      says: /--size 8: expected images large enough for plain4.*larger --size \(its own is 96\)/,
    });
  });

  test("results inside of the data", async () => {
    const folder = await temporaryFolder();
    const data = await images(folder, { count: 2 });
    await refuses(folder, {
      args: ["train", "data", "--out", "data/run"],
      code: 2,
      says: /--out: .*outside of the data/,
    });
    const inside = await ranIn(data, ["train", "."]);
    expect(inside.err).toMatch(/current folder: .*--out/);
    expect(inside.code).toBe(2);
  });

  test("an output folder that holds something else", async () => {
    const folder = await temporaryFolder();
    await images(folder, { count: 2 });
    await put(join(folder, "mine", "letter.txt"), "dear");
    const args = ["train", "data", "--out", "mine", "--model", await tinyModel(folder)];
    await refuses(folder, { args, code: 2, says: /--out mine: .*new or empty folder/ });
  });
});

describe("data that does not serve is exit code 1 and one line", () => {
  test("a missing folder", async () => {
    await refuses(await temporaryFolder(), {
      args: ["train", "nowhere"],
      code: 1,
      says: /nowhere: .*no such/,
    });
  });

  test("an empty folder", async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, "data"));
    await refuses(folder, { args: ["train", "data"], code: 1, says: /data: .*empty folder/ });
  });

  test("one class only", async () => {
    const folder = await temporaryFolder();
    await images(folder, { count: 2, classes: 1 });
    await refuses(folder, {
      args: ["train", "data"],
      code: 1,
      says: /data: expected 2 classes or more, received 1 \(blue\)/,
    });
  });

  test("a class with one image", async () => {
    const folder = await temporaryFolder();
    const data = await images(folder, { count: 3 });
    await put(join(data, "yellow", "only.png"), await image([200, 200, 20], 1));
    await refuses(folder, {
      args: ["train", "data"],
      code: 1,
      says: /class "yellow": .*1 \(yellow\/only\.png\)/,
    });
  });

  test("images that are all corrupt", async () => {
    const folder = await temporaryFolder();
    for (const path of ["a/1.png", "a/2.png", "b/1.png", "b/2.png"])
      await put(join(folder, "data", path), "no image");
    const args = ["train", "data", "--model", await tinyModel(folder, 2), ...quick];
    await refuses(folder, { args, code: 1, says: /data: .*4 that cannot, the first being a\/1\.png/ });
  });

  test("an output folder that cannot be made", async () => {
    const folder = await temporaryFolder();
    await images(folder, { count: 2 });
    await put(join(folder, "file"), "in the way");
    const args = ["train", "data", "--out", "file/run", "--model", await tinyModel(folder)];
    await refuses(folder, { args, code: 1, says: /file\/run: .*can be written/ });
  });

  test.skipIf(process.getuid?.() === 0)("an output folder without permission", async () => {
    const folder = await temporaryFolder();
    await images(folder, { count: 2 });
    await mkdir(join(folder, "locked"));
    await chmod(join(folder, "locked"), 0o500);
    const args = ["train", "data", "--out", "locked/run", "--model", await tinyModel(folder)];
    await refuses(folder, { args, code: 1, says: /locked\/run: .*no permission/ });
  });

  test("a model file that is not one", async () => {
    const folder = await temporaryFolder();
    await images(folder, { count: 2 });
    await put(join(folder, "model.safetensors"), "these are not the weights you are looking for");
    const says = /model\.safetensors: expected a model file/;
    await refuses(folder, { args: ["predict", "model.safetensors", "data/red/0.png"], code: 1, says });
    await refuses(folder, { args: ["evaluate", "model.safetensors", "data"], code: 1, says });
    await put(join(folder, "net.json"), "{ not JSON");
    await refuses(folder, {
      args: ["train", "data", "--model", "net.json"],
      code: 1,
      says: /net\.json: expected a JSON file/,
    });
  });

  test("a model that ends in another number of classes", async () => {
    const folder = await temporaryFolder();
    await images(folder, { count: 2 });
    const args = ["train", "data", "--model", await tinyModel(folder, 7), ...quick];
    await refuses(folder, { args, code: 1, says: /tiny\.json: expected 3 numbers at the end/ });
  });
});

test("a training that does not fit in memory says what to change, and leaves nothing behind", async () => {
  const folder = await temporaryFolder();
  await images(folder, { count: 2 });
  const layers = [
    { type: "flatten" },
    { type: "dense", units: 50_000 },
    { type: "dense", units: 3, activation: "softmax" },
  ];
  await put(join(folder, "huge.json"), JSON.stringify({ layers }));
  const args = ["train", "data", "--model", "huge.json", "--size", "64", "--threads", "1"];
  await refuses(folder, { args, code: 1, says: /memory: expected at most .*smaller/ });
});

test("images that cannot be read are named, counted and skipped; hidden folders too", async () => {
  const folder = await temporaryFolder();
  const data = await images(folder);
  const jpeg = await sharp({ create: { width: 64, height: 64, channels: 3, background: "red" } })
    .jpeg()
    .toBuffer();
  const wide = await sharp({ create: { width: 30_000, height: 12, channels: 3, background: "red" } })
    .png()
    .toBuffer();
  await put(join(data, "red", "truncated.jpg"), jpeg.subarray(0, jpeg.length >> 1));
  await put(join(data, "red", "zero.png"), "");
  await put(join(data, "red", "text.jpg"), "I am no image");
  await put(join(data, "red", "wide.png"), wide);
  await put(join(data, "red", "notes.txt"), "words");
  await put(join(data, "__MACOSX", "red", "._0.png"), "resource fork");
  await put(join(data, ".hidden", "0.png"), await image([0, 0, 0], 1));
  const args = ["train", "data", "--json", "--out", "run", "--model", await tinyModel(folder), ...quick];
  const { code, out, err } = await ranIn(folder, args);
  expect(err).toMatch(/3 files skipped:\n(.*\n)*.*__MACOSX: left there by macOS: a folder with 1 file/);
  expect(err).toMatch(
    /3 images skipped:\n {2}red\/text\.jpg: .*\n {2}red\/truncated\.jpg: (.*\n)+ {2}red\/zero\.png: /,
  );
  expect(code).toBe(0);
  const { skipped, images: counts } = trainDocument(out);
  expect(skipped.map(({ path }) => path).toSorted()).toEqual([
    ".hidden",
    "__MACOSX",
    "red/notes.txt",
    "red/text.jpg",
    "red/truncated.jpg",
    "red/zero.png",
  ]);
  expect(counts.train + counts.validation).toBe(31);
  expect(await readFile(join(folder, "run", "split.csv"), "utf8")).toContain("red/wide.png");
});
