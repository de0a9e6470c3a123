import { describe, expect, test } from "vitest";
import { expandImages, orReason } from "../../../src/app/data/imageFiles.ts";
import { typicalSide } from "../../../src/app/data/sampleSizes.ts";
import { scan } from "../../../src/data/index.ts";
import { colourImages, fakeServices, memoryStore, textCodec } from "../fakeServices.ts";

describe("the typical side", () => {
  const sideOf = async (images: Record<string, string>): Promise<number> => {
    const tree = await fakeServices(images).openTree("cells");
    return typicalSide(tree, await scan(tree), textCodec);
  };

  test("is the shorter side of readable images", async () => {
    expect(await sideOf({ ...colourImages(5), "blue/0.png": "broken" })).toBe(6);
  });

  test("is 0 where no image can be read", async () => {
    expect(await sideOf({ "a/0.png": "broken", "a/1.png": "x", "b/0.png": "x", "b/1.png": "x" })).toBe(0);
  });
});

describe("image files", () => {
  /** Folders of images are no trees to open. */
  const openTree = (path: string): Promise<never> => Promise.reject(new Error(`${path} was opened`));

  test.each(["cells.zip", "cells.tar.gz", "cells.parquet", "train-images-idx3-ubyte"])(
    "in %s are those of its tree, which is closed at the end",
    async (name) => {
      const services = fakeServices({ "train/a/1.png": "1 2 3 1", "notes.txt": "" });
      const { paths, skipped, read, close } = await expandImages([name], services);
      expect(paths).toEqual([`${name}/train/a/1.png`]);
      expect(skipped.map(({ path }) => path)).toEqual([`${name}/notes.txt`]);
      expect(new TextDecoder().decode(await read(`${name}/train/a/1.png`))).toBe("1 2 3 1");
      expect([...services.open]).toEqual(["tree"]);
      await close();
      expect([...services.open]).toEqual([]);
    },
  );

  test("in a folder of files of many images are those of its tree", async () => {
    const services = fakeServices({ "train/a/1.png": "1 2 3 1" });
    await services.files.write("in/data_batch_1.bin", "");
    const { paths, read } = await expandImages(["in"], services);
    expect(paths).toEqual(["in/train/a/1.png"]);
    expect(new TextDecoder().decode(await read("in/train/a/1.png"))).toBe("1 2 3 1");
  });

  test("of an archive without any are refused, with it closed", async () => {
    const services = fakeServices({ "notes.txt": "" });
    await expect(expandImages(["cells.zip"], services)).rejects.toThrow(/^cells\.zip: expected images/);
    expect([...services.open]).toEqual([]);
  });

  test("of a folder come sorted, without what is no image", async () => {
    const files = memoryStore();
    for (const name of ["b.png", "a.jpg", "notes.txt"]) await files.write(`in/${name}`, "");
    const { paths, skipped } = await expandImages(["one.png", "in"], { files, openTree });
    expect(paths).toEqual(["one.png", "in/a.jpg", "in/b.png"]);
    expect(skipped.map(({ path }) => path)).toEqual(["in/notes.txt"]);
  });

  test("of folders in a folder come as well, without what programs left there", async () => {
    const files = memoryStore();
    for (const name of [
      "x/b.png",
      "x/deep/er/c.png",
      "a.png",
      "@eaDir/a.png/small.jpg",
      "y/labels.csv",
      "y/.hidden.png",
    ])
      await files.write(`in/${name}`, "");
    const { paths, skipped } = await expandImages(["in"], { files, openTree });
    expect(paths).toEqual(["in/a.png", "in/x/b.png", "in/x/deep/er/c.png"]);
    expect(skipped.map(({ path }) => path).toSorted()).toEqual([
      "in/@eaDir",
      "in/y/.hidden.png",
      "in/y/labels.csv",
    ]);
  });

  test("are refused where there are none", async () => {
    const files = memoryStore();
    await files.write("in/notes.txt", "");
    await expect(expandImages(["in"], { files, openTree })).rejects.toThrow(/^in: /);
  });

  test("that cannot be read have a reason in place of a value", async () => {
    expect(await orReason("x.png", async () => 3)).toBe(3);
    expect(await orReason("x.png", () => textCodec.decode(new Uint8Array(1), "x.png"))).toMatchObject({
      path: "x.png",
      error: expect.any(String),
    });
  });
});
