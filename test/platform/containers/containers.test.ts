import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { create } from "tar";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { prepareImages, resize, scan } from "../../../src/data/index.ts";
import { openTree, sharpCodec } from "../../../src/platform/node/index.ts";

const golden = join(import.meta.dirname, "../../golden/containers");

/** [width, height, SHA-256 of the RGB bytes] by set and path, as other programs read them. */
type Expected = Readonly<Record<string, Readonly<Record<string, readonly [number, number, string]>>>>;
const expected = JSON.parse(readFileSync(join(golden, "expected.json"), "utf8")) as Expected;

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "fovea-test-"));
  // Other tests look for what is left in the system's folder.
  await mkdir(join(folder, "tmp"));
  vi.stubEnv("TMPDIR", join(folder, "tmp"));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

async function write(path: string, content: string | Uint8Array): Promise<string> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), content);
  return join(folder, path);
}

/** Copies a set to a folder of the test, which may change it. */
async function copied(set: string): Promise<string> {
  await cp(join(golden, set), join(folder, set), { recursive: true });
  return join(folder, set);
}

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

const messageOf = async (path: string): Promise<string> => {
  const tree = await openTree(path);
  try {
    await tree.list();
    return "nothing";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    await tree.close();
  }
};

describe.each(Object.keys(expected))("%s", (set) => {
  test("holds the images that other programs read in it", async () => {
    const tree = await openTree(join(golden, set));
    const codec = sharpCodec();
    const found: Record<string, readonly [number, number, string]> = {};
    for (const { path } of (await scan(tree)).images) {
      const { width, height, data } = await codec.decode(await tree.read(path), path);
      found[path] = [width, height, sha256(data)];
    }
    await tree.close();
    expect(found).toEqual(expected[set]);
  });

  test("is divided into its own parts", async () => {
    const tree = await openTree(join(golden, set));
    const { images } = await scan(tree);
    await tree.close();
    for (const { path, part, label } of images) {
      const [name, folderPart] = path.split("/").toReversed().slice(1);
      expect({ part, label }).toEqual({ part: folderPart, label: name });
    }
  });
});

test("an archive of a data set is read as its folder is, and leaves nothing behind", async () => {
  const archive = join(folder, "cifar-10-binary.tar.gz");
  await create({ gzip: true, file: archive, cwd: join(golden, "cifar10") }, ["cifar-10-batches-bin"]);
  const tree = await openTree(archive);
  expect((await scan(tree)).images.map(({ path }) => path)).toEqual(
    Object.keys(expected["cifar10"] ?? {}).toSorted(),
  );
  await tree.close();
  expect(await readdir(join(folder, "tmp"))).toEqual([]);
});

test("what is no image in the folder of a data set is named", async () => {
  const tree = await openTree(join(golden, "cifar10"));
  const { skipped } = await scan(tree);
  await tree.close();
  expect(skipped).toEqual([{ path: "cifar-10-batches-bin/readme.html", reason: "not an image: .html" }]);
});

test("threads read the same images as one", async () => {
  const labels = Uint8Array.from({ length: 200 }, (_, i) => i % 2);
  const pixels = Uint8Array.from({ length: 200 * 16 }, (_, i) => (i * 7 + (i >> 4)) % 256);
  const header = (...numbers: readonly number[]): Buffer => {
    const bytes = Buffer.alloc(numbers.length * 4);
    for (const [i, n] of numbers.entries()) bytes.writeUInt32BE(n, i * 4);
    return bytes;
  };
  await write("d/train-images-idx3-ubyte", Buffer.concat([header(0x803, 200, 4, 4), pixels]));
  await write("d/train-labels-idx1-ubyte", Buffer.concat([header(0x801, 200), labels]));
  const tree = await openTree(join(folder, "d"));
  const { images, classNames } = await scan(tree);
  const options = { transforms: [resize({ height: 4, width: 4 })], classNames };
  const codec = sharpCodec({ threads: 2 });
  const onThreads = await prepareImages(tree, images, { ...options, codec });
  const here = await prepareImages(tree, images, {
    ...options,
    codec: { decode: (bytes, path) => codec.decode(bytes, path) },
  });
  await tree.close();
  expect(onThreads.sha256).toEqual(here.sha256);
  const [first, again] = [new Uint8Array(48), new Uint8Array(48)];
  for (const at of [0, 99, 199]) {
    await onThreads.copyInto(at, first, 0);
    await here.copyInto(at, again, 0);
    const number = Number(/(\d+)\.bmp$/.exec(images[at]?.path ?? "")?.[1]);
    expect(first).toEqual(
      Uint8Array.from({ length: 48 }, (_, k) => pixels[(number - 1) * 16 + Math.floor(k / 3)] ?? 0),
    );
    expect(again).toEqual(first);
  }
});

describe("idx", () => {
  test("without a file of labels is images alone, where such are allowed", async () => {
    const set = await copied("mnist");
    await rm(join(set, "t10k-labels-idx1-ubyte"));
    const tree = await openTree(join(set, "t10k-images-idx3-ubyte"), { allowUnlabelled: true });
    expect(await tree.list()).toEqual(["test/00001.bmp", "test/00002.bmp"]);
    await tree.close();
  });

  test("one file of images is read with its labels, whatever lies beside it", async () => {
    const set = await copied("mnist");
    await write("mnist/other.jpg", "no image");
    const tree = await openTree(join(set, "train-images-idx3-ubyte.gz"));
    const { images, classNames, skipped } = await scan(tree);
    await tree.close();
    expect({ count: images.length, classNames, skipped }).toEqual({
      count: 3,
      classNames: ["0", "4"],
      skipped: [],
    });
  });

  test("classes have the names in classes.txt", async () => {
    const set = await copied("mnist");
    await write("mnist/classes.txt", "T-shirt/top\nTrouser\nPullover\nDress\n.Coat\n");
    const tree = await openTree(set);
    expect((await scan(tree)).classNames).toEqual(["T-shirt_top", "_Coat"]);
    await tree.close();
  });

  test("of a file and its .gz the file is taken", async () => {
    const set = await copied("mnist");
    await write("mnist/t10k-images-idx3-ubyte.gz", "anything");
    const tree = await openTree(set);
    const { images, skipped } = await scan(tree);
    await tree.close();
    expect(images.length).toBe(5);
    expect(skipped).toEqual([{ path: "t10k-images-idx3-ubyte.gz", reason: "unpacked beside it" }]);
  });

  test("names what is missing or wrong", async () => {
    const set = await copied("mnist");
    await write("mnist/classes.txt", "zero\none\n");
    expect(await messageOf(set)).toMatch(/^classes\.txt: expected a name for class 4, received 2 names/);
    await write("mnist/classes.txt", "\n");
    expect(await messageOf(set)).toMatch(/^classes\.txt: .*on every line, received an empty file/);
    await write("mnist/classes.txt", "0\n1\n\n3\n4\n");
    expect(await messageOf(set)).toMatch(/^classes\.txt: .*on every line, received line 3 without one/);
    await write("mnist/classes.txt", "0\n1\n2\n3\n0\n");
    expect(await messageOf(set)).toMatch(/^classes\.txt: expected names .* that differ, received "0" twice/);
    await write("mnist/classes.txt", "a/b\na_b\n2\n3\n4\n");
    expect(await messageOf(set)).toMatch(/received "a\/b" and "a_b", both a_b as a folder/);
    await rm(join(set, "classes.txt"));
    await write("mnist/train-images-idx3-ubyte.gz", gzipSync("no idx at all"));
    expect(await messageOf(set)).toMatch(
      /^train-images-idx3-ubyte\.gz: expected an idx file .*received 13 bytes/,
    );
    await write("mnist/train-images-idx3-ubyte.gz", Uint8Array.of(0x1f, 0x8b, 8, 0));
    expect(await messageOf(set)).toMatch(/expected a whole \.gz file/);
    const whole = await readFile(join(golden, "mnist/t10k-images-idx3-ubyte"));
    await rm(join(set, "train-images-idx3-ubyte.gz"));
    await write("mnist/t10k-images-idx3-ubyte", whole.subarray(0, -1));
    expect(await messageOf(set)).toMatch(/received shape \[2, 5, 7\] with 69 bytes/);
    await write("mnist/t10k-images-idx3-ubyte", whole);
    await write("mnist/t10k-labels-idx1-ubyte", Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 1, 4));
    expect(await messageOf(set)).toMatch(/^t10k-labels-idx1-ubyte: expected 2 labels, .*received 1/);
    await rm(join(set, "t10k-labels-idx1-ubyte"));
    expect(await messageOf(set)).toMatch(
      /^t10k-images-idx3-ubyte: expected its labels beside it, in t10k-labels/,
    );
  });
});

describe("CIFAR", () => {
  test("names what is wrong", async () => {
    const set = await copied("cifar10");
    const batch = "cifar10/cifar-10-batches-bin/data_batch_1.bin";
    await write(batch, new Uint8Array(3072));
    expect(await messageOf(set)).toMatch(
      /data_batch_1\.bin: expected a batch of CIFAR-10: records of 3073 bytes, received 3,072/,
    );
    await write(batch, new Uint8Array(3073).fill(10));
    expect(await messageOf(set)).toMatch(/expected classes from 0 to 9, .*received class 10/);
  });

  test("the version for Python is refused by its name", async () => {
    await write("d/cifar-10-batches-py/batches.meta", "pickle");
    await write("d/cifar-10-batches-py/data_batch_1", "pickle");
    expect(await messageOf(join(folder, "d"))).toMatch(
      /received the version for Python; get cifar-10-binary/,
    );
  });
});

test("a folder with files of images is left as it is", async () => {
  await copied("mnist");
  await write("mnist/a/1.png", "no image");
  const tree = await openTree(join(folder, "mnist"));
  expect(await tree.list()).toContain("t10k-images-idx3-ubyte");
  await tree.close();
});
