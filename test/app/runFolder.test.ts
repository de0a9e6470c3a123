import { describe, expect, test } from "vitest";
import { expandImages, orReason } from "../../src/app/data/imageFiles.ts";
import { refuseLargeBatch, refuseTooMuch } from "../../src/app/data/memory.ts";
import { typicalSide } from "../../src/app/data/sampleSizes.ts";
import { explanationName, stemOf, uniqueNames } from "../../src/app/explain/names.ts";
import { createRunFolder, refuseOccupied, reopenRunFolder } from "../../src/app/train/runFolder.ts";
import { scan } from "../../src/data/index.ts";
import { colourImages, fakeServices, memoryStore, textCodec } from "./fakeServices.ts";

describe("a run folder", () => {
  test("takes back what it wrote, and nothing else", async () => {
    const files = memoryStore();
    const run = await createRunFolder(files, "run");
    await files.write("beside.txt", "mine");
    await run.write("config.json", "{}");
    await run.write("folds/1/history.csv", "");
    await run.discard();
    expect([...files.held.keys()]).toEqual(["beside.txt"]);
  });

  test("knows whether it holds a checkpoint of this run", async () => {
    const run = await createRunFolder(memoryStore(), "run");
    await run.write("config.json", "{}");
    expect(run.hasCheckpoint()).toBe(false);
    await run.write("checkpoints/last.safetensors", "");
    expect(run.hasCheckpoint()).toBe(true);
  });

  test.each(["config.json", "other.txt"])("is refused where it holds %s", async (name) => {
    const files = memoryStore();
    await files.write(`run/${name}`, "");
    await expect(refuseOccupied(files, "run")).rejects.toMatchObject({ exitCode: 2 });
    await expect(createRunFolder(files, "run")).rejects.toMatchObject({ exitCode: 2 });
  });

  test.each([[[]], [["config.json"]], [["checkpoints/last.safetensors"]]])(
    "is not reopened with %j alone",
    async (names) => {
      const files = memoryStore();
      for (const name of names) await files.write(`run/${name}`, "");
      await expect(reopenRunFolder(files, "run")).rejects.toThrow(/^--resume: run: /);
    },
  );
});

describe("memory", () => {
  const use = (total: number): Parameters<typeof refuseTooMuch>[0] => ({
    parameters: 0,
    working: total,
    code: 0,
    total,
  });

  test("is refused from the first byte too many on", () => {
    expect(() => refuseTooMuch(use(1000), 1000)).not.toThrow();
    expect(() => refuseTooMuch(use(1001), 1000)).toThrow(/^memory: /);
  });

  test("of a batch is its float32 RGB pixels", () => {
    expect(() => refuseLargeBatch({ count: 2, size: 10 }, 2400)).not.toThrow();
    expect(() => refuseLargeBatch({ count: 2, size: 10 }, 2399)).toThrow(/^memory: /);
  });
});

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
  test("of a folder come sorted, without what is no image", async () => {
    const files = memoryStore();
    for (const name of ["b.png", "a.jpg", "notes.txt"]) await files.write(`in/${name}`, "");
    expect(await expandImages(["one.png", "in"], { files })).toEqual(["one.png", "in/a.jpg", "in/b.png"]);
  });

  test("are refused where there are none", async () => {
    const files = memoryStore();
    await files.write("in/notes.txt", "");
    await expect(expandImages(["in"], { files })).rejects.toThrow(/^in: /);
  });

  test("that cannot be read have a reason in place of a value", async () => {
    expect(await orReason("x.png", async () => 3)).toBe(3);
    expect(await orReason("x.png", () => textCodec.decode(new Uint8Array(1), "x.png"))).toMatchObject({
      path: "x.png",
      error: expect.any(String),
    });
  });
});

describe("names of explanations", () => {
  test("differ also where a file system ignores the case", () => {
    const unique = uniqueNames();
    expect(["cell", "Cell", "cell", "other"].map(unique)).toEqual(["cell", "Cell-2", "cell-3", "other"]);
  });

  test.each([
    ["a/b/cell 1.tar.png", "cell_1.tar"],
    ["c:\\cells\\x.png", "x"],
    [".png", ".png"],
    [`${"x".repeat(100)}.png`, "x".repeat(60)],
  ])("of %s begin with %s", (path, stem) => {
    expect(stemOf(path)).toBe(stem);
  });

  test("hold nothing that a file system refuses", () => {
    expect(explanationName("cell", "gradcam", "a/b:c*")).toBe("cell-gradcam-a_b_c_");
  });
});
