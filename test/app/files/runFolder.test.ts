import { describe, expect, test } from "vitest";
import { createRunFolder, refuseOccupied, reopenRunFolder } from "../../../src/app/files/runFolder.ts";
import { memoryStore } from "../fakeServices.ts";

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
