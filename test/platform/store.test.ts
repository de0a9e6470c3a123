import { chmod, mkdir, mkdtemp, readdir, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  ensureWritable,
  fileStore,
  openTree,
  spillFile,
  writeAtomic,
} from "../../src/platform/node/index.ts";
import { meaningOf } from "../../src/platform/node/files/files.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "fovea-store-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const inFolder = (...names: readonly string[]): string => join(folder, ...names);
/** The administrator may write where nobody else may, so some tests make no sense for him. */
const isAdministrator = process.getuid?.() === 0;

describe("the store of files", () => {
  test("gives bytes back as they were written, in memory of their own", async () => {
    await fileStore.write(inFolder("a/b.bin"), Uint8Array.of(1, 2, 3));
    const bytes = await fileStore.read(inFolder("a/b.bin"));
    expect(bytes).toEqual(Uint8Array.of(1, 2, 3));
    // A Buffer's slice is a view: changing it would change the original.
    bytes.slice(0, 1)[0] = 9;
    expect(bytes[0]).toBe(1);
  });

  test("lists a folder's names, and nothing where there is none", async () => {
    await fileStore.write(inFolder("x.txt"), "x");
    await mkdir(inFolder("sub"));
    expect((await fileStore.list(folder)).toSorted()).toEqual(["sub", "x.txt"]);
    expect(await fileStore.list(inFolder("gone"))).toEqual([]);
    expect(await fileStore.list(inFolder("x.txt"))).toEqual([]);
  });

  test("removes files and whole folders, and is content where there is nothing", async () => {
    await fileStore.write(inFolder("a/b/c.txt"), "x");
    await fileStore.remove(inFolder("a"));
    await fileStore.remove(inFolder("a"));
    expect(await readdir(folder)).toEqual([]);
  });
});

describe("writing a whole file", () => {
  test("twice at once ends with one of the two, whole, and no part beside it", async () => {
    const path = inFolder("run/model.bin");
    const [first, second] = [1, 2].map((byte) => new Uint8Array(200_000).fill(byte));
    await Promise.all([writeAtomic(path, first!), writeAtomic(path, second!)]);
    const bytes = await fileStore.read(path);
    expect(bytes.length).toBe(200_000);
    expect(new Set(bytes).size).toBe(1);
    expect(await readdir(inFolder("run"))).toEqual(["model.bin"]);
  });

  test("makes the folders above it, some made by others meanwhile", async () => {
    const paths = Array.from({ length: 8 }, (_, i) => inFolder("a/b/c", `${i}.txt`));
    await Promise.all(paths.map((path) => writeAtomic(path, "x")));
    expect(await readdir(inFolder("a/b/c"))).toHaveLength(8);
  });

  test.skipIf(isAdministrator)("says that there is no permission", async () => {
    await chmod(folder, 0o500);
    await expect(writeAtomic(inFolder("x"), "x")).rejects.toThrow(/received no permission/);
    await expect(ensureWritable(folder)).rejects.toThrow(/received no permission/);
    await chmod(folder, 0o700);
  });

  test.skipIf(process.platform !== "linux")(
    "gives up where the system has folders but no new ones",
    async () => {
      await expect(writeAtomic("/proc/fovea/run/x", "x")).rejects.toThrow(
        /^\/proc\/fovea\/run\/x: expected a file that can be written/,
      );
    },
  );
});

describe("the system's errors", () => {
  test.each([
    ["ENOENT", "no such file or folder"],
    ["EACCES", "no permission"],
    ["ENOSPC", "a full disk"],
    ["EMFILE", "too many open files"],
    ["EXDEV", "message"],
  ])("%s means %s", (code, meaning) => {
    expect(meaningOf(Object.assign(new Error("message"), { code }))).toBe(meaning);
  });

  test("that are no errors are told as text", () => {
    expect([meaningOf("odd"), meaningOf(new Error("plain"))]).toEqual(["odd", "plain"]);
  });
});

describe("a spill file", () => {
  test("holds images of many writes, in any order, at once", async () => {
    const file = await spillFile(folder);
    const images = Array.from({ length: 20 }, (_, i) => new Uint8Array(1000).fill(i));
    await Promise.all(images.toReversed().map((bytes, k) => file.write(bytes, (19 - k) * 1000)));
    const back = await Promise.all(
      images.map(async (_, i) => {
        const target = new Uint8Array(1000);
        await file.read(target, i * 1000);
        return target;
      }),
    );
    expect(back).toEqual(images);
    await file.close();
  });

  test("needs a folder that can be written to", async () => {
    await expect(spillFile(inFolder("gone"))).rejects.toThrow(
      /gone: expected room for a temporary file, received no such file or folder/,
    );
  });

  test("says how much it wanted to write when it cannot", async () => {
    const file = await spillFile(folder);
    await file.close();
    await expect(file.write(new Uint8Array(5), 0)).rejects.toThrow(/expected room for 5 more bytes/);
  });
});

describe("a tree", () => {
  test("keeps names of any alphabet, spaces and dots as they are", async () => {
    const names = ["Größe/ü.jpg", "a b/c d.png", "猫/1..2.jpg", "x/.hidden"];
    for (const name of names) await writeAtomic(inFolder(name), name);
    const tree = await openTree(folder);
    expect(await tree.list()).toEqual(names.toSorted());
    for (const name of names) expect(new TextDecoder().decode(await tree.read(name))).toBe(name);
  });

  test("follows a link to itself no further than once", async () => {
    await writeAtomic(inFolder("a/1.jpg"), "x");
    await symlink(folder, inFolder("a/up"));
    await symlink(inFolder("a"), inFolder("b"));
    expect(await (await openTree(folder)).list()).toEqual(["a/1.jpg", "b/1.jpg"]);
  });
});
