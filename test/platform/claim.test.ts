import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { claimFolder } from "../../src/platform/node/files/claim.ts";
import { fileStore } from "../../src/platform/node/index.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "fovea-claim-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const inFolder = (...names: readonly string[]): string => join(folder, ...names);

async function claimed(path: string): Promise<() => Promise<void>> {
  const claim = await claimFolder(path);
  if (claim.type === "held") throw new Error(`held by ${claim.by.pid}`);
  return () => claim.release();
}

/** The number of a process that has ended. */
const endedPid = (): number => spawnSync(process.execPath, ["-e", ""]).pid;

const lockOf = (pid: number, { host = hostname(), started = "" } = {}): string =>
  [pid, host, started, ""].join("\n");

describe("a claimed folder", () => {
  test("goes to exactly one of many that want it at once, again and again", async () => {
    for (let round = 0; round < 5; round++) {
      const claims = await Promise.all(Array.from({ length: 12 }, () => claimFolder(inFolder("a/run"))));
      const won = claims.filter(({ type }) => type === "claimed");
      expect(won).toHaveLength(1);
      for (const claim of won) if (claim.type === "claimed") await claim.release();
      expect(await readdir(folder)).toEqual([]);
    }
  });

  test("is refused while another has it, and free again when that one is done", async () => {
    const release = await claimed(inFolder("run"));
    expect(await claimFolder(inFolder("run"))).toMatchObject({
      type: "held",
      by: { pid: process.pid, lock: inFolder("run", ".fovea-1.lock") },
    });
    await release();
    await (
      await claimed(inFolder("run"))
    )();
  });

  test("shows no lock file among its names", async () => {
    await claimed(inFolder("run"));
    expect(await readdir(inFolder("run"))).toEqual([".fovea-1.lock"]);
    expect(await fileStore.list(inFolder("run"))).toEqual([]);
  });

  test("is taken back with the folders that were made for it, and no others", async () => {
    await mkdir(inFolder("old"));
    const release = await claimed(inFolder("old/new/newer"));
    expect(existsSync(inFolder("old/new/newer"))).toBe(true);
    await release();
    expect(await readdir(inFolder("old"))).toEqual([]);
    await release();
    expect(existsSync(inFolder("old"))).toBe(true);
  });

  test("stays where something was put into it, or that was there before", async () => {
    const release = await claimed(inFolder("a/b"));
    await writeFile(inFolder("a/b/kept.txt"), "x");
    await release();
    expect(await readdir(inFolder("a/b"))).toEqual(["kept.txt"]);
    await mkdir(inFolder("there"));
    await (
      await claimed(inFolder("there"))
    )();
    expect(await readdir(inFolder("there"))).toEqual([]);
  });

  test("leaves nothing where it cannot be made", async () => {
    await writeFile(inFolder("file"), "x");
    await expect(claimFolder(inFolder("file/run/models"))).rejects.toThrow(
      /expected a folder that can be written to/,
    );
    expect(await readdir(folder)).toEqual(["file"]);
  });
});

describe("a lock file that was left behind", () => {
  const lock = (): string => inFolder("run/.fovea-3.lock");
  beforeEach(() => mkdir(inFolder("run")));

  test("by a process that was killed is followed by exactly one of many", async () => {
    await writeFile(lock(), lockOf(endedPid()));
    const claims = await Promise.all(Array.from({ length: 8 }, () => claimFolder(inFolder("run"))));
    expect(claims.filter(({ type }) => type === "claimed")).toHaveLength(1);
    expect(await readdir(inFolder("run"))).toEqual([".fovea-4.lock"]);
  });

  test("by a process of this number before is not confused with this one's", async () => {
    await writeFile(lock(), lockOf(process.pid));
    await claimed(inFolder("run"));
  });

  test("holds while its process runs", async () => {
    await writeFile(lock(), lockOf(process.ppid));
    expect(await claimFolder(inFolder("run"))).toEqual({
      type: "held",
      by: { pid: process.ppid, lock: lock() },
    });
  });

  test.skipIf(process.platform !== "linux")("does not hold for a later process of its number", async () => {
    await writeFile(lock(), lockOf(process.ppid, { started: "1" }));
    await claimed(inFolder("run"));
  });

  test("on another machine holds, since nobody here can tell whether it runs", async () => {
    await writeFile(lock(), lockOf(endedPid(), { host: "elsewhere" }));
    expect(await claimFolder(inFolder("run"))).toMatchObject({ type: "held", by: { host: "elsewhere" } });
    expect(await readFile(lock(), "utf8")).toContain("elsewhere");
  });

  test("holds while its content is being written, and not for ever after", async () => {
    await writeFile(lock(), "");
    expect(await claimFolder(inFolder("run"))).toEqual({ type: "held", by: { lock: lock() } });
    await utimes(lock(), new Date(0), new Date(0));
    await claimed(inFolder("run"));
  });
});
