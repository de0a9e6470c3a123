import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Collection, scan } from "../../../src/data/index.ts";
import { openTree } from "../../../src/platform/node/index.ts";

const golden = join(import.meta.dirname, "../../golden/containers");

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "fovea-test-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Copies files of the golden sets into the folder of the test, each under a name of its own. */
async function copied(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [to, from] of Object.entries(files)) {
    await mkdir(dirname(join(folder, to)), { recursive: true });
    await copyFile(join(golden, from), join(folder, to));
  }
}

async function scanned(path: string): Promise<Collection> {
  const tree = await openTree(path);
  try {
    return await scan(tree, { minClasses: 1 });
  } finally {
    await tree.close();
  }
}

const train = "huggingface/data/train-00000-of-00002.parquet";
const testPart = "huggingface/data/test-00000-of-00001.parquet";

test("rows without an image or a label are left out and counted", async () => {
  const { skipped } = await scanned(join(golden, "huggingface"));
  expect(skipped).toEqual([
    { path: "data/test-00000-of-00001.parquet", reason: "rows without a label" },
    { path: "data/train-00001-of-00002.parquet", reason: "rows that hold no image: at most its path" },
    { path: "data/train-00001-of-00002.parquet", reason: "rows without a label" },
  ]);
});

test("one file is read alone", async () => {
  const { images, classNames } = await scanned(join(golden, train));
  expect(classNames).toEqual(["cat_dog", "fish"]);
  expect(images.map(({ path, part }) => ({ path, part }))).toEqual([
    { path: "train/cat_dog/00002.jpg", part: undefined },
    { path: "train/fish/00001.png", part: undefined },
    { path: "train/fish/00003.png", part: undefined },
  ]);
});

test("files without a part in their names are classes alone", async () => {
  await copied({ "cells.parquet": train });
  const { images } = await scanned(folder);
  expect(images.map(({ path }) => path)).toContain("cat_dog/00002.jpg");
});

test("a file of a split that is none of the three is left out beside those", async () => {
  await copied({
    "train.parquet": train,
    "test.parquet": testPart,
    "extra-00000-of-00001.parquet": testPart,
  });
  const { images, skipped } = await scanned(folder);
  expect(images.length).toBe(5);
  expect(skipped).toContainEqual({
    path: "extra-00000-of-00001.parquet",
    reason: "of the split extra, which is neither train, validation nor test",
  });
});

test("of CIFAR-100's two columns of classes the fine one is taken", async () => {
  expect((await scanned(join(golden, "odd/coarse.parquet"))).classNames).toEqual(["b"]);
});

test("a file without images is named beside one that has some", async () => {
  await copied({ "train.parquet": train, "numbers.parquet": "odd/numbers.parquet" });
  const { images, skipped } = await scanned(folder);
  expect(images.length).toBe(3);
  expect(skipped).toEqual([
    { path: "numbers.parquet", reason: "a Parquet file without a column of images (x and label)" },
  ]);
});

test.each([
  [
    "two",
    /two\.parquet: expected one column of labels, named label, received class and category; rename one/,
  ],
  ["unlabelled", /received the columns image and height; rename one to label/],
  ["wild", /wild\.parquet: expected classes from 0 to 1 in the column label, received 2/],
])("names what is wrong with the columns of %s", async (name, message) => {
  await expect(scanned(join(golden, `odd/${name}.parquet`))).rejects.toThrow(message);
});

test.each([
  ["odd/unlabelled.parquet", ["00001.png"]],
  ["odd/two.parquet", ["00001.png"]],
  [
    "huggingface/data/test-00000-of-00001.parquet",
    ["test/00003.png", "test/cat_dog/00001.png", "test/fish/00002.png"],
  ],
])("images of unknown class are taken out of %s where they are allowed", async (file, paths) => {
  const tree = await openTree(join(golden, file), { allowUnlabelled: true });
  try {
    expect(await tree.list()).toEqual(paths);
  } finally {
    await tree.close();
  }
});

test("a damaged file is refused by name", async () => {
  const whole = await readFile(join(golden, train));
  for (const bytes of [
    Buffer.alloc(0),
    whole.subarray(0, -1),
    whole.subarray(0, 40),
    Buffer.from("PAR1 and no more"),
  ]) {
    const path = join(folder, basename(train));
    await writeFile(path, bytes);
    await expect(scanned(path)).rejects.toThrow(/^train-00000.*expected a whole Parquet file, received/);
  }
  const damaged = Uint8Array.from(whole);
  damaged.fill(0xff, 30, 200);
  await writeFile(join(folder, "damaged.parquet"), damaged);
  await expect(scanned(join(folder, "damaged.parquet"))).rejects.toThrow(
    /^damaged\.parquet: expected a whole Parquet/,
  );
});
