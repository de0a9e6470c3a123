import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isImagePath, scan } from "../../../src/data/index.ts";
import { sortFiles } from "../../../src/data/scan/files.ts";
import { partNamed } from "../../../src/data/scan/parts.ts";
import { treeOf, treeOfPaths } from "../trees.ts";

describe("names of images", () => {
  test.each(["jpg", "jpeg", "jpe", "png", "webp", "gif", "bmp", "tif", "tiff"])(
    "may end in .%s, in any case",
    (extension) => {
      const [first = "", ...rest] = extension;
      for (const one of [extension, extension.toUpperCase(), first.toUpperCase() + rest.join("")])
        expect(isImagePath(`a/1.${one}`), one).toBe(true);
    },
  );

  test.each([
    "a/1.jp",
    "a/1.jpgs",
    "a/1.jpg.txt",
    "a/1.svg",
    "a/1.heic",
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
      { path: "a/.jpg", reason: "hidden file" },
      { path: ".jpg", reason: "hidden file" },
      { path: "a/..jpg", reason: "hidden file" },
      { path: "a/.b", reason: "hidden folder with 2 files" },
    ]);
  });

  test("are named by what is wrong with them", () => {
    const { skipped } = sortFiles([
      "a/THUMBS.DB",
      "a/Desktop.ini",
      "a/README",
      "a/1.Txt",
      "a/1.",
      "a.b/c",
      "__MacOSX/1.jpg",
    ]);
    expect(skipped.map(({ reason }) => reason)).toEqual([
      "left there by the operating system",
      "left there by the operating system",
      "not an image: no extension",
      "not an image: .Txt",
      "not an image: .",
      "not an image: no extension",
      "hidden folder with 1 file",
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
        const covered = paths.filter((one) =>
          told.some((name) => one === name || one.startsWith(`${name}/`)),
        );
        expect(covered).toEqual(paths);
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
