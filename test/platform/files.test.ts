import {
  chmod,
  mkdir,
  mkdtemp,
  readFile as readWhole,
  readdir,
  rm,
  symlink,
  writeFile,
} from "node:fs/promises";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { create } from "tar";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { scan } from "../../src/data/index.ts";
import { ensureWritable, openTree, readFile, spillFile, writeAtomic } from "../../src/platform/node/index.ts";
import { tarOf, zipOf } from "./archives.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "fovea-test-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function write(path: string, content: string | Uint8Array): Promise<string> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), content);
  return join(folder, path);
}

describe("openTree: folders", () => {
  test("lists every file with forward slashes in code-unit order, and reads them", async () => {
    await write("d/b/2.jpg", "22");
    await write("d/B/1.jpg", "1");
    await write("d/a.txt", "aaa");
    const tree = await openTree(join(folder, "d"));
    expect(await tree.list()).toEqual(["B/1.jpg", "a.txt", "b/2.jpg"]);
    expect(new TextDecoder().decode(await tree.read("b/2.jpg"))).toBe("22");
    await tree.close();
    expect(existsSync(join(folder, "d/a.txt"))).toBe(true);
  });

  test("follows links to folders, but not in circles, and skips links to nothing", async () => {
    await write("d/a/1.jpg", "1");
    await write("far/2.jpg", "2");
    await symlink(join(folder, "far"), join(folder, "d/b"));
    await symlink(join(folder, "d"), join(folder, "d/a/circle"));
    await symlink(join(folder, "far/2.jpg"), join(folder, "d/c.jpg"));
    await symlink(join(folder, "gone"), join(folder, "d/nothing"));
    const tree = await openTree(join(folder, "d"));
    expect(await tree.list()).toEqual(["a/1.jpg", "b/2.jpg", "c.jpg"]);
  });

  test("names what cannot be followed, and folders with nothing in them", async () => {
    await write("d/a/1.jpg", "1");
    await mkdir(join(folder, "d/b/c"), { recursive: true });
    await symlink(join(folder, "gone"), join(folder, "d/nothing"));
    await symlink("round", join(folder, "d/round"));
    await symlink(join(folder, "d"), join(folder, "d/a/up"));
    const broken = Buffer.concat([Buffer.from(join(folder, "d/")), Buffer.from("caf\u00e9.jpg", "latin1")]);
    await writeFile(broken, "x");
    const tree = await openTree(join(folder, "d"));
    expect(await tree.list()).toEqual(["a/1.jpg"]);
    const { skipped = [], emptyFolders } = (await tree.unlisted?.()) ?? {};
    expect(skipped.toSorted((a, b) => (a.path < b.path ? -1 : 1))).toEqual([
      { path: "a/up", reason: "a link to a folder that it is in" },
      { path: "caf\uFFFD.jpg", reason: "its name is not UTF-8, so it cannot be opened; rename it" },
      { path: "nothing", reason: "a link that leads to no such file or folder" },
      { path: "round", reason: "a link that leads to itself, in a circle" },
    ]);
    expect(emptyFolders).toEqual(["b/c"]);
  });

  test.skipIf(process.platform === "win32")("goes on where a folder may not be read", async () => {
    await write("d/a/1.jpg", "1");
    await write("d/b/1.jpg", "1");
    await chmod(folder, 0o755);
    await chmod(join(folder, "d/b"), 0o000);
    // An administrator may read everything, so somebody else looks.
    const administrator = process.geteuid?.() === 0;
    if (administrator) process.seteuid?.(65_534);
    try {
      const tree = await openTree(join(folder, "d"));
      expect(await tree.list()).toEqual(["a/1.jpg"]);
      expect((await tree.unlisted?.())?.skipped).toEqual([
        { path: "b", reason: "a folder that cannot be read: no permission" },
      ]);
      await expect((await openTree(join(folder, "d/b"))).list()).rejects.toThrow(
        /b: expected a folder that can be read, received no permission/,
      );
    } finally {
      if (administrator) process.seteuid?.(0);
      await chmod(join(folder, "d/b"), 0o755);
    }
  });

  test("a table is opened as the data, in its folder", async () => {
    await write("d/1.jpg", "1");
    await write("d/2.jpg", "2");
    const table = await write("d/labels.tsv", "filename\tclass\n1.jpg\ta\n2.jpg\tb\n");
    const tree = await openTree(table);
    expect([tree.name, tree.table]).toEqual([table, "labels.tsv"]);
    expect((await scan(tree)).classNames).toEqual(["a", "b"]);
  });

  test("a file that went away is an error with its path", async () => {
    const tree = await openTree(folder);
    await expect(tree.read("a/1.jpg")).rejects.toThrow(
      "a/1.jpg: expected a file that can be read, received no such file or folder",
    );
  });
});

describe("openTree: archives", () => {
  const files = { "set/cat/1.jpg": "meow", "set/dog/1.jpg": "wuff" };
  test.each([
    ["set.zip", () => zipOf(files)],
    ["set.tar", () => tarOf(files)],
    ["set.tar.gz", () => gzipSync(tarOf(files))],
    ["set.tgz", () => gzipSync(tarOf(files))],
    ["named wrongly.zip", () => tarOf(files)],
  ])("unpacks %s outside of the data and removes it at the end", async (name, archive) => {
    const path = await write(name, archive());
    const before = await temporaryFolders();
    const tree = await openTree(path);
    expect(tree.name).toBe(path);
    expect((await scan(tree)).images.map((image) => image.path)).toEqual(Object.keys(files));
    expect(new TextDecoder().decode(await tree.read("set/dog/1.jpg"))).toBe("wuff");
    expect(await readdir(folder)).toEqual([name]);
    await tree.close();
    expect((await temporaryFolders()).filter((found) => !before.includes(found))).toEqual([]);
  });

  test("reads archives that tar itself makes, without their links", async () => {
    await write("d/cat/1.jpg", "meow");
    await symlink("/etc/hostname", join(folder, "d/cat/2.jpg"));
    await create({ file: join(folder, "d.tgz"), gzip: true, cwd: folder }, ["d"]);
    const tree = await openTree(join(folder, "d.tgz"));
    expect(await tree.list()).toEqual(["d/cat/1.jpg"]);
    await tree.close();
  });

  test.each([
    ["evil.zip", () => zipOf({ "../evil.jpg": "x" })],
    ["evil.tar", () => tarOf({ "a/../../evil.jpg": "x", "b/1.jpg": "x" })],
    ["absolute.tar", () => tarOf({ "/tmp/fovea-evil.jpg": "x" })],
  ])("refuses %s, which names a file outside of itself", async (name, archive) => {
    const path = await write(`in/${name}`, archive());
    await expect(openTree(path)).rejects.toThrow(/received .*evil\.jpg/);
    expect(existsSync(join(folder, "evil.jpg"))).toBe(false);
    expect(existsSync("/tmp/fovea-evil.jpg")).toBe(false);
  });

  test.each([
    ["cut.zip", () => zipOf(files).subarray(0, 60)],
    ["cut.tar", () => tarOf(files).subarray(0, 514)],
    ["cut.tgz", () => gzipSync(tarOf(files)).subarray(0, 80)],
    ["text.tar", () => Buffer.from("this is no archive ".repeat(100))],
    ["of nothing.tar", () => Buffer.alloc(10_240)],
    ["of nothing.tgz", () => gzipSync(Buffer.alloc(10_240))],
  ])("says that %s is broken and leaves nothing behind", async (name, archive) => {
    const path = await write(name, archive());
    const before = await temporaryFolders();
    await expect(openTree(path)).rejects.toThrow(/expected a whole .*; pack or download it again$/);
    await expect(openTree(path)).rejects.toMatchObject({ name: "FoveaError", exitCode: 1 });
    await expect(openTree(path)).rejects.not.toThrow("TAR_");
    expect((await temporaryFolders()).filter((found) => !before.includes(found))).toEqual([]);
  });

  test("says what a path is that is no data", async () => {
    const path = await write("notes.txt", "hello");
    await expect(openTree(path)).rejects.toThrow(
      /notes\.txt: expected a folder, or a \.zip.*received another kind of file/,
    );
    await expect(openTree(await write("nothing.tar", ""))).rejects.toThrow(/received an empty file$/);
    await expect(openTree(`${path}.gone`)).rejects.toThrow(
      /notes\.txt\.gone: .*received no such file or folder$/,
    );
  });
});

const temporaryFolders = async (): Promise<string[]> =>
  (await readdir(tmpdir())).filter((name) => name.startsWith("fovea-data-"));

describe("files", () => {
  test("writeAtomic makes the folder, replaces a file and leaves no other", async () => {
    const path = join(folder, "run/config.json");
    await writeAtomic(path, "old");
    await writeAtomic(path, Uint8Array.of(110, 101, 119));
    expect(await readWhole(path, "utf8")).toBe("new");
    expect(await readdir(join(folder, "run"))).toEqual(["config.json"]);
  });

  test("writeAtomic that fails names the path and leaves what was there", async () => {
    const path = await write("run/config.json/inside", "kept");
    await expect(writeAtomic(dirname(path), "new")).rejects.toThrow(
      /config\.json: expected a file that can be written/,
    );
    expect(await readdir(join(folder, "run"))).toEqual(["config.json"]);
    expect(await readWhole(path, "utf8")).toBe("kept");
  });

  test("ensureWritable makes the folder, and names a file in its way", async () => {
    await ensureWritable(join(folder, "a/b"));
    expect(existsSync(join(folder, "a/b"))).toBe(true);
    const file = await write("file", "x");
    await expect(ensureWritable(join(file, "run"))).rejects.toThrow(
      /file\/run: expected a folder that can be written to/,
    );
  });

  test("readFile names what is missing", async () => {
    await expect(readFile(join(folder, "gone"))).rejects.toThrow(/gone: .*received no such file or folder$/);
  });

  test("spillFile gives back what was written where, and is gone after close", async () => {
    const file = await spillFile(folder);
    await file.write(Uint8Array.of(4, 5, 6), 10);
    await file.write(Uint8Array.of(1, 2), 0);
    const target = new Uint8Array(4);
    await file.read(target.subarray(1, 3), 11);
    expect([...target]).toEqual([0, 5, 6, 0]);
    await expect(file.read(new Uint8Array(9), 10)).rejects.toThrow(/the end of the file/);
    expect(await readdir(folder)).toHaveLength(1);
    await file.close();
    await file.close();
    expect(await readdir(folder)).toEqual([]);
  });
});
