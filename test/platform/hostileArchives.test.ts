import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { openTree } from "../../src/platform/node/index.ts";
import { unpack } from "../../src/platform/node/files/unpack.ts";
import { tarOf, zipOf } from "./archives.ts";

let folder = "";
let target = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "fovea-hostile-"));
  vi.stubEnv("TMPDIR", folder);
  target = join(folder, "in", "unpacked");
  await mkdir(target, { recursive: true });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

/** Unpacks the bytes into `target`. */
async function unpacked(kind: "zip" | "tar", bytes: Uint8Array): Promise<void> {
  const path = join(folder, `set.${kind}`);
  await writeFile(path, bytes);
  await unpack(kind, path, target);
}

/** Everything below the folder but the archive itself. */
const found = async (): Promise<readonly string[]> =>
  (await readdir(folder, { recursive: true }))
    .filter((name) => !name.startsWith("set.") && name !== "in" && name !== "in/unpacked")
    .toSorted();

/** Changes the kind of the tar entry that begins at a byte, and what it links to. */
function linked(tar: Buffer, at: number, kind: string, to: string): Buffer {
  tar.write(kind, at + 156);
  tar.write(to, at + 157);
  tar.write("        ", at + 148);
  const sum = tar.subarray(at, at + 512).reduce((a, b) => a + b);
  tar.write(`${sum.toString(8).padStart(6, "0")}\0 `, at + 148);
  return tar;
}

describe("an archive that names a file outside of itself", () => {
  const names = [
    "../evil.jpg",
    "a/../../evil.jpg",
    "a/b/../../../evil.jpg",
    "..",
    "/evil.jpg",
    "..\\evil.jpg",
    "a\\..\\..\\evil.jpg",
    "\\evil.jpg",
    "C:\\evil.jpg",
    "c:evil.jpg",
  ];

  test.each(names)("is refused: a tar with %j", async (name) => {
    await expect(unpacked("tar", tarOf({ "a/1.jpg": "x", [name]: "evil" }))).rejects.toThrow(
      /expected paths inside the archive.*do not trust this file$/,
    );
    expect((await found()).filter((one) => one.includes("evil"))).toEqual([]);
  });

  test.each(names)("is refused: a zip with %j", async (name) => {
    await expect(unpacked("zip", zipOf({ "a/1.jpg": "x", [name]: "evil" }))).rejects.toMatchObject({
      name: "FoveaError",
    });
    expect((await found()).filter((one) => one.includes("evil"))).toEqual([]);
  });

  test("is refused before anything of it is kept: the tree that was opened is gone", async () => {
    const path = join(folder, "set.zip");
    await writeFile(path, zipOf({ "a/1.jpg": "x", "../evil.jpg": "evil" }));
    const temporary = async (): Promise<readonly string[]> =>
      (await readdir(tmpdir())).filter((name) => name.startsWith("fovea-data-"));
    const before = await temporary();
    await expect(openTree(path)).rejects.toThrow("evil.jpg");
    expect((await temporary()).filter((name) => !before.includes(name))).toEqual([]);
  });
});

describe("links in an archive", () => {
  test("are not made, so that a file behind one stays inside", async () => {
    // A link to the folder outside, and then a file through it.
    const tar = tarOf({ door: "", "door/evil.jpg": "evil", "a/1.jpg": "x" });
    await unpacked("tar", linked(tar, 0, "2", folder));
    expect(existsSync(join(folder, "evil.jpg"))).toBe(false);
    expect(await found()).toEqual([
      "in/unpacked/a",
      "in/unpacked/a/1.jpg",
      "in/unpacked/door",
      "in/unpacked/door/evil.jpg",
    ]);
  });

  test.each([
    ["hard links", "1", "/etc/hostname"],
    ["symbolic links", "2", "/etc/hostname"],
    ["devices", "3", ""],
    ["pipes", "6", ""],
  ])("are left out, as everything that is no file and no folder: %s", async (_, kind, to) => {
    await unpacked("tar", linked(tarOf({ odd: "", "a/1.jpg": "x" }), 0, kind, to));
    expect(await found()).toEqual(["in/unpacked/a", "in/unpacked/a/1.jpg"]);
  });

  test("that are second names of a file in the archive become copies of it", async () => {
    const tar = tarOf({ "a/1.jpg": "meow", "b/2.jpg": "", "c/3.jpg": "" });
    const [second, third] = [1024, 1536];
    await unpacked("tar", linked(linked(tar, second, "1", "a/1.jpg"), third, "1", "b/2.jpg"));
    for (const name of ["a/1.jpg", "b/2.jpg", "c/3.jpg"])
      expect(await readFile(join(target, name), "utf8")).toBe("meow");
    // Copies, so that changing one changes no other.
    expect((await stat(join(target, "a/1.jpg"))).nlink).toBe(1);
  });

  test.each(["../../secret.jpg", "a/../../../secret.jpg", "a/none.jpg", "a"])(
    "that are second names of %s are left out",
    async (to) => {
      await writeFile(join(folder, "secret.jpg"), "secret");
      await unpacked("tar", linked(tarOf({ "b/2.jpg": "", "a/1.jpg": "x" }), 0, "1", to));
      expect(await found()).toEqual(["in/unpacked/a", "in/unpacked/a/1.jpg", "secret.jpg"]);
    },
  );

  test("are left out of a zip: its entry's mode says so", async () => {
    const zip = zipOf({ "link.jpg": "/etc/hostname", "a/1.jpg": "x" });
    const entry = zip.indexOf("PK\u0001\u0002");
    // External attributes: the Unix mode of a link, 0o120777, in the upper half.
    zip.writeUInt32LE((0o120777 << 16) >>> 0, entry + 38);
    await unpacked("zip", zip);
    expect(await found()).toEqual(["in/unpacked/a", "in/unpacked/a/1.jpg"]);
  });
});

describe("names that look dangerous and are not", () => {
  test.each(["a/..b/1.jpg", "a/b../1.jpg", "a/.../1.jpg", "ab:c/1.jpg", "~/1.jpg", "$HOME/1.jpg"])(
    "keep their place: %s",
    async (name) => {
      await unpacked("zip", zipOf({ [name]: "x" }));
      expect(await found()).toContain(`in/unpacked/${name}`);
    },
  );
});

describe("other archives that cannot be used", () => {
  test("are named when they need a password", async () => {
    const zip = zipOf({ "a/1.jpg": "x".repeat(13) });
    const entry = zip.indexOf("PK\u0001\u0002");
    // Bit 0 of the flags, and 12 bytes before the content that the password is checked by.
    zip.writeUInt16LE(1, entry + 8);
    zip.writeUInt32LE(1, entry + 24);
    await expect(unpacked("zip", zip)).rejects.toThrow(
      /expected a \.zip without password, received an encrypted one; unpack it first$/,
    );
  });

  test("are named when the bytes of a file are not those of its checksum or length", async () => {
    const zip = zipOf({ "a/1.jpg": "meow" });
    zip.writeUInt32LE(9, zip.indexOf("PK\u0001\u0002") + 24);
    await expect(unpacked("zip", zip)).rejects.toThrow(/expected a whole \.zip file/);
  });

  test("are named when a gzip ends early inside of a file", async () => {
    const bytes = gzipSync(tarOf({ "a/1.jpg": "x".repeat(5000) }));
    await expect(unpacked("tar", bytes.subarray(0, bytes.length - 20))).rejects.toThrow(
      /expected a whole \.tar or \.tar\.gz file/,
    );
  });

  test("may hold nothing at all", async () => {
    await unpacked("zip", zipOf({}));
    expect(await found()).toEqual([]);
  });
});
