import { mkdir, mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { create } from "tar";
import { plainTar } from "../../../src/platform/node/files/tarInPlace.ts";
import { openTree } from "../../../src/platform/node/index.ts";
import { tarOf } from "../archives.ts";

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), "fovea-test-"))));
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A tar that the package makes: with extended headers where names are long. */
async function packed(files: Readonly<Record<string, string>>, root = "."): Promise<string> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, "d", path)), { recursive: true });
    await writeFile(join(folder, "d", path), text);
  }
  const file = join(folder, "d.tar");
  await create({ file, cwd: join(folder, "d") }, [root]);
  return file;
}

const long = `cat/${"many words ".repeat(20)}é.jpg`;

test("a plain tar is read where it lies, long names and empty folders too", async () => {
  await mkdir(join(folder, "d/none"), { recursive: true });
  const file = await packed({ "cat/1.jpg": "meow", [long]: "purr", "dog/empty.jpg": "" });
  expect(plainTar(file)).toBeDefined();
  const tree = await openTree(file);
  expect(await tree.list()).toEqual(["cat/1.jpg", long, "dog/empty.jpg"].toSorted());
  expect(await tree.unlisted?.()).toEqual({ skipped: [], emptyFolders: ["none"] });
  const texts = await Promise.all(
    (await tree.list()).map(async (path) => String(Buffer.from(await tree.read(path)))),
  );
  expect(texts.toSorted()).toEqual(["", "meow", "purr"]);
  await expect(tree.read("cat/2.jpg")).rejects.toThrow(/cat\/2\.jpg: expected a file that can be read/);
  await truncate(file, 600);
  await expect(tree.read("cat/1.jpg")).rejects.toThrow(/became shorter/);
  await tree.close();
});

const block = (bytes: Buffer, name: string, type: string): Buffer => {
  const header = Buffer.from(bytes.subarray(0, 512));
  header.write(`${name}\0`, 0);
  header.write(type, 156);
  header.write("        ", 148);
  header.write(
    `${header
      .reduce((a, b) => a + b)
      .toString(8)
      .padStart(6, "0")}\0 `,
    148,
  );
  return header;
};

/** Bytes of a plain tar, and what is done to them. */
const odd: Readonly<Record<string, (plain: Buffer) => Buffer>> = {
  "holds a link": (plain) => Buffer.concat([block(tarOf({ a: "" }), "a/link", "2"), plain]),
  "has a wrong checksum": (plain) => Buffer.concat([Buffer.from("b"), plain.subarray(1)]),
  "is cut off": (plain) => plain.subarray(0, 700),
  "lacks its end": (plain) => plain.subarray(0, -1024),
  "names a file twice": (plain) => Buffer.concat([plain.subarray(0, 1024), plain]),
  "leads outside": () => tarOf({ "../a.jpg": "x" }),
  "has a roundabout name": () => tarOf({ "a/./b.jpg": "x" }),
  "has a file of a folder's name": () => tarOf({ a: "x", "a/b.jpg": "x" }),
  "holds nothing": () => Buffer.alloc(10_240),
};

test.each(Object.entries(odd))("a tar that %s is left to the unpacking", async (_, change) => {
  const file = join(folder, "odd.tar");
  await writeFile(file, change(tarOf({ "a/1.jpg": "x" })));
  expect(plainTar(file)).toBeUndefined();
});

test("every range of a plain tar holds the bytes of its file", async () => {
  const files = { "a/1.jpg": "x".repeat(511), "a/2.jpg": "y".repeat(512), "b/3.jpg": "z".repeat(1025) };
  const file = await packed(files);
  const bytes = await readFile(file);
  const found = [...(plainTar(file)?.files ?? [])].map(([path, { start, length }]) => [
    path,
    bytes.toString("utf8", start, start + length),
  ]);
  expect(Object.fromEntries(found)).toEqual(files);
});
