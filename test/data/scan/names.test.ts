import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { countSkipped, isImagePath, scan } from "../../../src/data/index.ts";
import { sortFiles } from "../../../src/data/scan/files.ts";
import { partNamed } from "../../../src/data/scan/parts.ts";
import { treeOf, treeOfPaths } from "../trees.ts";

describe("names of images", () => {
  test.each([
    "jpg",
    "jpeg",
    "jpe",
    "jfif",
    "jif",
    "pjpeg",
    "pjp",
    "png",
    "apng",
    "webp",
    "gif",
    "bmp",
    "dib",
    "tif",
    "tiff",
    "avif",
    "heic",
    "heif",
  ])("may end in .%s, in any case", (extension) => {
    const [first = "", ...rest] = extension;
    for (const one of [extension, extension.toUpperCase(), first.toUpperCase() + rest.join("")])
      expect(isImagePath(`a/1.${one}`), one).toBe(true);
  });

  test.each([
    "a/1.jp",
    "a/1.jpgs",
    "a/1.jpg.txt",
    "a/1.svg",
    "a/1.mov",
    "a/jpg",
    "a/1.jpg/",
    "a.jpg/1",
    "a/1jpg",
  ])("do not look like %s", (path) => {
    expect(isImagePath(path)).toBe(false);
  });

  test("hold any signs, and classes any words, those of JavaScript's objects too", async () => {
    const names = [
      "__proto__",
      "constructor",
      "toString",
      "v1.2",
      "a.jpg",
      "Größe (2)",
      "猫",
      "🐈",
      " spaced ",
      "100%",
      "#1",
    ];
    const { images, classNames, skipped } = await scan(
      treeOfPaths(...names.map((name) => `${name}/${name}.JPG`)),
    );
    expect(classNames).toEqual(names.toSorted());
    expect(images.map(({ path, label }) => path === `${label}/${label}.JPG`)).toEqual(names.map(() => true));
    expect(skipped).toEqual([]);
  });

  test("are not made equal: two ways to write é are two classes, sorted by code unit", async () => {
    const [composed, decomposed] = ["caf\u00e9", "cafe\u0301"];
    const { classNames } = await scan(treeOfPaths(`${composed}/1.jpg`, `${decomposed}/1.jpg`));
    expect(classNames).toEqual([decomposed, composed]);
  });

  test("sort by code unit whatever the language of the machine", async () => {
    const { classNames } = await scan(
      treeOfPaths(...["z", "ä", "Z", "a", "_", "10", "9"].map((name) => `${name}/1.jpg`)),
    );
    expect(classNames).toEqual(["10", "9", "Z", "_", "a", "z", "ä"]);
  });
});

describe("files that are not used", () => {
  test("are hidden where a name begins with a dot, or a folder of it is hidden", () => {
    const { images, skipped } = sortFiles([
      "a/.jpg",
      ".jpg",
      "a/.b/c/1.jpg",
      "a/.b/2.jpg",
      "a/..jpg",
      "a/b./1.jpg",
    ]);
    expect(images).toEqual(["a/b./1.jpg"]);
    expect(skipped).toEqual([
      { path: "a/.b", reason: "hidden folder with 2 files", files: 2 },
      { path: "a/.jpg", reason: "hidden file" },
      { path: ".jpg", reason: "hidden file" },
      { path: "a/..jpg", reason: "hidden file" },
    ]);
  });

  test("are named by what is wrong with them", () => {
    const { skipped } = sortFiles(["a/THUMBS.DB", "a/1.Txt", "a/1.", "__MacOSX/1.jpg"]);
    expect(skipped.map(({ reason }) => reason)).toEqual([
      "not an image: .Txt",
      "not an image: .",
      "left there by macOS: a folder with 1 file",
      "left there by Windows",
    ]);
  });

  test("are told once for each kind that a program leaves beside every image", () => {
    const { images, skipped } = sortFiles([
      "cat/1.jpg",
      "cat/@eaDir/1.jpg/SYNOPHOTO_THUMB_M.jpg",
      "cat/._1.jpg",
      "cat/1.jpg:Zone.Identifier",
      "dog/2.jpg",
      "dog/@eaDir/2.jpg/SYNOPHOTO_THUMB_M.jpg",
      "dog/._2.jpg",
      "dog/2.jpg:Zone.Identifier",
      "$RECYCLE.BIN/S-1/3.jpg",
      "System Volume Information/x",
      "lost+found/4.png",
      ".@__thumb/5.jpg",
    ]);
    expect(images).toEqual(["cat/1.jpg", "dog/2.jpg"]);
    expect(skipped).toEqual([
      {
        path: "cat/@eaDir",
        reason: "left there by a Synology NAS: 2 such folders with 2 files",
        files: 2,
      },
      { path: "$RECYCLE.BIN", reason: "left there by Windows: a folder with 1 file" },
      { path: "System Volume Information", reason: "left there by Windows: a folder with 1 file" },
      { path: "lost+found", reason: "left there by a file system check: a folder with 1 file" },
      { path: ".@__thumb", reason: "left there by a QNAP NAS: a folder with 1 file" },
      { path: "cat/._1.jpg", reason: "left there by macOS: 2 such files", files: 2 },
      { path: "cat/1.jpg:Zone.Identifier", reason: "left there by Windows: 2 such files", files: 2 },
    ]);
  });

  test("make no class of a folder that holds nothing else", async () => {
    const { classNames, skipped } = await scan(
      treeOfPaths("cat/1.jpg", "dog/1.jpg", "bird/notes.txt", "fish/.hidden.png"),
    );
    expect(classNames).toEqual(["cat", "dog"]);
    expect(skipped.map(({ path }) => path)).toEqual(["bird/notes.txt", "fish/.hidden.png"]);
  });
});

describe("files without an extension", () => {
  const jpeg = Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 16, 74, 70, 73, 70);
  const bitmap = Uint8Array.of(66, 77, 70, 0, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0, 40, 0);

  test("are images where they begin as one and no other in their folder has an extension", async () => {
    const tree = treeOf({
      "cat/1": jpeg,
      "cat/scan 2.5": bitmap,
      "dog/1": "RIFF1234WEBP",
      "dog/notes": "RIFF",
    });
    const { images, skipped } = await scan(tree);
    expect(images.map(({ path }) => path)).toEqual(["cat/1", "cat/scan 2.5", "dog/1"]);
    expect(skipped).toEqual([{ path: "dog/notes", reason: "not an image: no extension" }]);
  });

  test("are none beside images that have one", async () => {
    const { images, skipped } = await scan(treeOf({ "cat/1": jpeg, "cat/1.jpg": jpeg, "dog/1.jpg": jpeg }));
    expect(images.map(({ path }) => path)).toEqual(["cat/1.jpg", "dog/1.jpg"]);
    expect(skipped).toEqual([{ path: "cat/1", reason: "not an image: no extension" }]);
  });
});

describe("every file of a tree", () => {
  const segment = fc.constantFrom("a", "b", "Cat", "train", "val", "test", ".git", "x y", "ü");
  const file = fc.constantFrom(
    "1.jpg",
    "2.PNG",
    "3.tiff",
    ".4.jpg",
    "notes.txt",
    "README",
    "Thumbs.db",
    "t.csv",
  );
  const path = fc
    .tuple(fc.array(segment, { maxLength: 4 }), file)
    .map(([folders, name]) => [...folders, name].join("/"));
  const trees = fc.uniqueArray(path, { minLength: 1, maxLength: 25 });

  test("is an image with its class, or is left out with a reason, once", async () => {
    await fc.assert(
      fc.asyncProperty(trees, async (paths) => {
        // Empty tables name no column, so none of them is read as one.
        const tree = treeOf(Object.fromEntries(paths.map((one) => [one, ""])));
        const found = await scan(tree, { minClasses: 0 }).catch(() => undefined);
        fc.pre(found !== undefined);
        const told = [...found.images.map((image) => image.path), ...found.skipped.map((one) => one.path)];
        expect(new Set(told).size).toBe(told.length);
        expect(found.images.length + countSkipped(found.skipped)).toBe(paths.length);
        for (const image of found.images) {
          expect(image.path.split("/")).toContain(image.label);
          expect(found.classNames).toContain(image.label);
        }
      }),
      { numRuns: 150 },
    );
  });

  test("is found whatever folders lie around all of them", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom("data", "v2", "Über"), { minLength: 1, maxLength: 3 }),
        async (folders) => {
          const names = ["cat/1.jpg", "cat/deep/2.jpg", "dog/1.png"];
          const plain = await scan(treeOfPaths(...names));
          const prefix = `${folders.join("/")}/`;
          const wrapped = await scan(treeOfPaths(...names.map((name) => prefix + name)));
          expect(wrapped.images).toEqual(
            plain.images.map((image) => ({ ...image, path: prefix + image.path })),
          );
          expect(wrapped.classNames).toEqual(plain.classNames);
        },
      ),
      { numRuns: 10 },
    );
  });
});

describe("folders of parts", () => {
  test.each([
    ["train", "train"],
    ["Training", "train"],
    ["VAL", "validation"],
    ["valid", "validation"],
    ["Validation", "validation"],
    ["test", "test"],
    ["TESTING", "test"],
    ["tests", undefined],
    ["", undefined],
    ["constructor", undefined],
    ["__proto__", undefined],
  ])("%j is the part %s", (name, part) => {
    expect(partNamed(name)).toBe(part);
  });

  test("are parts when two of them differ; two names of one part are classes", async () => {
    const classes = await scan(treeOfPaths("val/1.jpg", "valid/1.jpg"));
    expect(classes.classNames).toEqual(["val", "valid"]);
    const parts = await scan(treeOfPaths("val/a/1.jpg", "valid/b/1.jpg", "train/a/1.jpg"));
    expect(parts.images.map(({ label, part }) => [label, part])).toEqual([
      ["a", "train"],
      ["a", "validation"],
      ["b", "validation"],
    ]);
  });

  test("leave out what lies beside them", async () => {
    const { images, skipped } = await scan(
      treeOfPaths("d/train/a/1.jpg", "d/train/b/1.jpg", "d/test/a/1.jpg", "d/extra/a/1.jpg", "loose.jpg"),
    );
    expect(images).toHaveLength(3);
    expect(skipped).toEqual([
      { path: "d/extra/a/1.jpg", reason: "outside of the train, validation and test folders" },
      { path: "loose.jpg", reason: "outside of the train, validation and test folders" },
    ]);
  });
});
