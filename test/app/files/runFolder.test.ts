import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Cleanup } from "../../../src/app/cleanup.ts";
import type { FileStore } from "../../../src/app/context.ts";
import { createRunFolder, reopenRunFolder } from "../../../src/app/files/runFolder.ts";
import { fileStore } from "../../../src/platform/node/index.ts";
import { memoryStore } from "../fakeServices.ts";

interface Work {
  readonly files: FileStore;
  readonly cleanup: Cleanup;
  end(): Promise<void>;
}

/** Work on some files, and its end. */
function workOn(files: FileStore = memoryStore()): Work {
  const closing: (() => Promise<void>)[] = [];
  const cleanup: Cleanup = { atEnd: (close) => void closing.push(close), onFailure: () => undefined };
  return {
    files,
    cleanup,
    end: async () => {
      for (const close of closing) await close();
    },
  };
}

describe("a run folder", () => {
  test("takes back what it wrote, and nothing else", async () => {
    const files = memoryStore();
    const run = await createRunFolder("run", workOn(files));
    await files.write("beside.txt", "mine");
    await run.write("config.json", "{}");
    await run.write("folds/1/history.csv", "");
    await run.discard();
    expect([...files.held.keys()]).toEqual(["beside.txt"]);
  });

  test("knows whether it holds a checkpoint of this run", async () => {
    const run = await createRunFolder("run", workOn());
    await run.write("config.json", "{}");
    expect(run.hasCheckpoint()).toBe(false);
    await run.write("checkpoints/last.safetensors", "");
    expect(run.hasCheckpoint()).toBe(true);
  });

  test.each(["config.json", "other.txt"])("is refused where it holds %s", async (name) => {
    const work = workOn(memoryStore({ [`run/${name}`]: "" }));
    await expect(createRunFolder("run", work)).rejects.toMatchObject({ exitCode: 2 });
  });

  test.each([
    { names: ["config.json", "checkpoints/last.safetensors"], canResume: true, offered: true },
    { names: ["config.json", "checkpoints/last.safetensors"], canResume: false, offered: false },
    { names: ["config.json", "folds/1/history.csv"], canResume: true, offered: false },
    { names: ["other.txt"], canResume: true, offered: false },
  ])("that holds $names offers --resume: $offered, where it can: $canResume", async (one) => {
    const work = workOn(memoryStore(Object.fromEntries(one.names.map((name) => [`run/${name}`, ""]))));
    const error: unknown = await createRunFolder("run", work, one).catch((refusal: unknown) => refusal);
    expect(String(error).includes("--resume")).toBe(one.offered);
  });

  test.each([[[]], [["config.json"]], [["checkpoints/last.safetensors"]]])(
    "is not reopened with %j alone",
    async (names) => {
      const work = workOn(memoryStore(Object.fromEntries(names.map((name) => [`run/${name}`, ""]))));
      await expect(reopenRunFolder("run", work)).rejects.toThrow(/^--resume: run: /);
    },
  );

  test("is not reopened without its name", async () => {
    const numbered = { parent: "runs", name: "cells" };
    await expect(reopenRunFolder(numbered, workOn())).rejects.toMatchObject({ exitCode: 2 });
  });

  test("is refused to a second one at once, whether new or resumed, until the first ends", async () => {
    const files = memoryStore({ "run/config.json": "{}", "run/checkpoints/last.safetensors": "" });
    const first = workOn(files);
    await reopenRunFolder("run", first);
    await expect(reopenRunFolder("run", workOn(files))).rejects.toMatchObject({ exitCode: 2 });
    await expect(createRunFolder("run", workOn(files))).rejects.toMatchObject({ exitCode: 2 });
    await first.end();
    await reopenRunFolder("run", workOn(files));
  });
});

describe("the next of a row of folders", () => {
  test.each<[readonly string[], string]>([
    [[], "runs/cells-1"],
    [["cells-1", "cells-2"], "runs/cells-3"],
    // A number that was deleted in between is not taken again: its results may be named elsewhere.
    [["cells-1", "cells-7"], "runs/cells-8"],
    [["cells-old", "cells-1b", "other-9", "audit-cells-4"], "runs/cells-1"],
  ])("where there are %j is %s", async (taken, expected) => {
    const files = memoryStore(Object.fromEntries(taken.map((name) => [`runs/${name}/config.json`, ""])));
    expect((await createRunFolder({ parent: "runs", name: "cells" }, workOn(files))).path).toBe(expected);
  });

  test("differs for each of many at once, also where others end in between", async () => {
    const parent = await mkdtemp(join(tmpdir(), "fovea-row-"));
    const made = await Promise.all(
      Array.from({ length: 8 }, async (_, i) => {
        const work = workOn(fileStore);
        const run = await createRunFolder({ parent, name: "cells" }, work);
        await run.write("who.txt", String(i));
        await work.end();
        return run.path;
      }),
    );
    expect(new Set(made).size).toBe(8);
    expect((await readdir(parent, { recursive: true })).filter((name) => name.endsWith(".txt"))).toHaveLength(
      8,
    );
    await rm(parent, { recursive: true });
  });
});
