import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { FileTree } from "../../src/data/index.ts";
import { openTree } from "../../src/platform/node/index.ts";
import { tarOf, zipOf } from "./archives.ts";

let folder = "";
const open: FileTree[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "fovea-damaged-"));
  // What is unpacked goes here, so that tests that count what is left elsewhere are not disturbed.
  vi.stubEnv("TMPDIR", folder);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const tree of open.splice(0)) await tree.close();
  await rm(folder, { recursive: true, force: true });
});

async function opened(name: string, bytes: Uint8Array): Promise<FileTree> {
  await writeFile(join(folder, name), bytes);
  const tree = await openTree(join(folder, name));
  open.push(tree);
  return tree;
}

const skippedIn = async (tree: FileTree): Promise<unknown> => (await tree.unlisted?.())?.skipped;

const files = { "cat/1.jpg": "meow", "dog/1.jpg": "wuff" };
const extra = Buffer.from("x".repeat(700));
/** Where the directory of a zip begins. */
const directoryOf = (zip: Buffer): number => zip.indexOf("PK\u0001\u0002");

describe("bytes around an archive are passed over, as other programs do", () => {
  test.each([
    ["a.tar", Buffer.concat([tarOf(files), Buffer.alloc(10_240)])],
    ["a.tar", Buffer.concat([tarOf(files), extra])],
    ["a.tar", tarOf(files).subarray(0, -1024)],
    ["a.tgz", Buffer.concat([gzipSync(tarOf(files)), Buffer.alloc(512)])],
    // One gzip file behind another is one text, as gzip reads them.
    ["a.tgz", Buffer.concat([gzipSync(tarOf(files).subarray(0, 700)), gzipSync(tarOf(files).subarray(700))])],
    ["a.zip", Buffer.concat([zipOf(files), extra])],
    ["a.zip", Buffer.concat([zipOf(files), Buffer.alloc(512)])],
    ["a.exe", Buffer.concat([Buffer.from("MZ"), extra, zipOf(files)])],
    ["a.zip", Buffer.concat([extra, zipOf(files), extra])],
  ])("%s, case %#", async (name, bytes) => {
    const tree = await opened(name, bytes);
    expect(await tree.list()).toEqual(Object.keys(files));
    expect(new TextDecoder().decode(await tree.read("dog/1.jpg"))).toBe("wuff");
    expect(await skippedIn(tree)).toEqual([]);
  });
});

describe("an entry of a zip is left out with its reason, and the rest goes on,", () => {
  test("where its bytes are not those of its checksum", async () => {
    const zip = zipOf(files);
    zip.write("MEOW", zip.indexOf("meow"));
    const tree = await opened("a.zip", zip);
    expect(await tree.list()).toEqual(["dog/1.jpg"]);
    expect(await skippedIn(tree)).toEqual([
      { path: "cat/1.jpg", reason: "damaged in the archive: its checksum does not match" },
    ]);
  });

  test("where it cannot be inflated", async () => {
    const zip = zipOf(files);
    const entry = directoryOf(zip);
    zip.writeUInt16LE(8, entry + 10);
    const tree = await opened("a.zip", zip);
    expect(await tree.list()).toEqual(["dog/1.jpg"]);
    expect(await skippedIn(tree)).toMatchObject([
      { path: "cat/1.jpg", reason: expect.stringContaining("damaged in the archive") },
    ]);
  });

  test("where its name is that of a folder too", async () => {
    const tree = await opened("a.zip", zipOf({ "cat/1.jpg": "meow", cat: "file" }));
    expect(await tree.list()).toEqual([]);
    expect(await skippedIn(tree)).toMatchObject([{ path: "cat" }]);
  });
});

describe("a zip that is refused says what it is and what to do:", () => {
  const packedBy = (method: number): Buffer => {
    const zip = zipOf(files);
    zip.writeUInt16LE(method, directoryOf(zip) + 10);
    return zip;
  };
  test.each([
    [9, "Deflate64"],
    [12, "bzip2"],
    [14, "LZMA"],
    [93, "Zstandard"],
    [77, "method 77"],
  ])("method %i is %s", async (method, name) => {
    await expect(opened("a.zip", packedBy(method))).rejects.toThrow(
      new RegExp(`packed with Deflate, received ${name} \\(cat/1\\.jpg\\); unpack it and give the folder`),
    );
  });

  test("one part of several", async () => {
    const zip = zipOf(files);
    zip.writeUInt16LE(1, zip.length - 18);
    await expect(opened("a.zip", zip)).rejects.toThrow(/a \.zip in one file, received one part of several/);
  });
});

test.each([
  ["a.7z", "377abcaf271c0004", "a 7z archive"],
  ["a.rar", "526172211a0700", "a RAR archive"],
  ["a.tar.bz2", "425a6839314159", "bzip2"],
  ["a.tar.xz", "fd377a585a0000", "xz"],
  ["named wrongly.zip", "28b52ffd04", "Zstandard"],
])("%s is refused by its kind, whatever its name", async (name, hex, kind) => {
  const bytes = Buffer.concat([Buffer.from(hex, "hex"), extra]);
  await expect(opened(name, bytes)).rejects.toThrow(
    new RegExp(`received .*${kind}.*; unpack it, and give the folder`),
  );
});

describe("names in an archive", () => {
  test("twice are used once, the last of them, and said", async () => {
    const twice = Buffer.concat([
      tarOf({ "cat/1.jpg": "old" }).subarray(0, -1024),
      tarOf({ "cat/1.jpg": "new" }),
    ]);
    const tree = await opened("a.tar", twice);
    expect(new TextDecoder().decode(await tree.read("cat/1.jpg"))).toBe("new");
    expect(await skippedIn(tree)).toEqual([
      { path: "cat/1.jpg", reason: "2 times in the archive; the last one is used" },
    ]);
  });

  test("of UTF-8 are read as such where the zip does not say so", async () => {
    expect(await (await opened("a.zip", zipOf({ "B\u00e4r/1.jpg": "x" }))).list()).toEqual([
      "B\u00e4r/1.jpg",
    ]);
  });

  test("of links are left out and said", async () => {
    const zip = zipOf({ "link.jpg": "/etc/hostname", "a/1.jpg": "x" });
    zip.writeUInt32LE((0o120777 << 16) >>> 0, directoryOf(zip) + 38);
    expect(await skippedIn(await opened("a.zip", zip))).toEqual([
      { path: "link.jpg", reason: "a link; links in archives are not followed" },
    ]);
  });

  test("that nobody may read in the archive are read", async () => {
    const tar = tarOf(files);
    tar.write("0000000\0", 100);
    tar.write("        ", 148);
    const sum = tar.subarray(0, 512).reduce((a, b) => a + b);
    tar.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
    const tree = await opened("a.tar", tar);
    expect(new TextDecoder().decode(await tree.read("cat/1.jpg"))).toBe("meow");
  });
});
