import { describe, expect, test } from "vitest";
import { type Collection, scan } from "../../../src/data/index.ts";
import { treeOf } from "../trees.ts";

const files = ["a/1.jpg", "a/2.jpg", "b/1.jpg", "b/Größe 3.JPG", "c/x%20y.png"];

/** A table with these paths over files of a folder. */
function scanned(paths: readonly string[], present: readonly string[] = files): Promise<Collection> {
  const rows = paths.map((path, i) => `"${path}",${i % 2 === 0 ? "even" : "odd"}`);
  return scan(
    treeOf({
      ...Object.fromEntries(present.map((path) => [path, "x"])),
      "l.csv": ["path,label", ...rows, ""].join("\n"),
    }),
    { minClasses: 0 },
  );
}

const used = ({ images }: Collection): readonly string[] => images.map(({ path }) => path);

describe("a row's path leads to its file", () => {
  test.each([
    ["with slashes of Windows", ".\\a\\1.jpg", "a/1.jpg"],
    ["encoded as in a URL", "b/Gr%C3%B6%C3%9Fe%203.JPG", "b/Größe 3.JPG"],
    ["as it is, where it only looks encoded", "c/x%20y.png", "c/x%20y.png"],
    ["with dots in it", "a/../b/./1.jpg", "b/1.jpg"],
    ["in another case, where that is the only one", "A/1.JPG", "a/1.jpg"],
    ["in another Unicode form", "b/Gro\u0308ße 3.JPG", "b/Größe 3.JPG"],
  ])("%s", async (_, path, file) => {
    const found = await scanned([path]);
    expect(used(found)).toEqual([file]);
    expect(found.notes).toEqual([]);
  });

  test.each([
    ["without its folder", "2.jpg", "a/2.jpg"],
    ["without its extension", "a/2", "a/2.jpg"],
    ["without both", "2", "a/2.jpg"],
  ])("%s, where it is the only one, which is said", async (_, path, file) => {
    const found = await scanned([path]);
    expect(used(found)).toEqual([file]);
    expect(found.notes).toEqual([{ code: "paths-found", data: { table: "l.csv", byName: 1 } }]);
  });

  test("not where several files have its name: these are said", async () => {
    const { images, skipped } = await scanned(["1.jpg", "1"]);
    expect(images).toEqual([]);
    expect(skipped.filter(({ path }) => path.startsWith("1")).map(({ reason }) => reason)).toEqual([
      "row 3 of l.csv: several files have that name: a/1.jpg, b/1.jpg",
      "row 2 of l.csv: several files have that name: a/1.jpg, b/1.jpg",
    ]);
  });

  test("not where it is another file of the same name, or outside of the data", async () => {
    const { images, skipped } = await scanned(["a/1.jpg", "z/2.jpg", "../a/2.jpg", "/etc/passwd.jpg"]);
    expect(images).toHaveLength(1);
    expect(skipped.filter(({ reason }) => reason.startsWith("row")).map(({ reason }) => reason)).toEqual([
      "row 4 of l.csv: outside of the data",
      "row 5 of l.csv: outside of the data",
      "row 3 of l.csv: no such file",
    ]);
  });
});

describe("paths of another place", () => {
  test.each([
    ["/home/me/set/", ["/home/me/set/a/1.jpg", "/home/me/set/b/1.jpg", "/home/me/set/gone.jpg"]],
    ["C:/Data/set/", ["C:\\Data\\set\\a\\1.jpg", "C:\\Data\\set\\b\\1.jpg", "C:\\Data\\other\\1.jpg"]],
    ["images/", ["images/a/1.jpg", "images/b/1.jpg", "pages/a/2.jpg"]],
    ["/mnt/", ["file:///mnt/a/1.jpg", "file:///mnt/b/1.jpg", "file:///opt/a/2.jpg"]],
  ])(
    "are read below the data where one folder in front of them is the difference: %s",
    async (folder, paths) => {
      const found = await scanned(paths);
      expect(used(found)).toEqual(["a/1.jpg", "b/1.jpg"]);
      expect(found.notes[0]).toMatchObject({ code: "paths-found", data: { moved: { folder, rows: 2 } } });
    },
  );

  test("never make a relative path that leads nowhere another file, where others lead somewhere", async () => {
    expect(used(await scanned(["a/1.jpg", "old/a/2.jpg"]))).toEqual(["a/1.jpg"]);
  });
});

describe("rows that name one file twice", () => {
  const twice = (csv: string): Promise<Collection> =>
    scan(treeOf({ "1.jpg": "x", "2.jpg": "x", "3.jpg": "x", "l.csv": csv }));

  test("under two labels are a conflict: neither is used, and both are named", async () => {
    const found = await twice("path,label\n1.jpg,cat\n2.jpg,cat\n3.jpg,dog\n./1.jpg,dog\n");
    expect(used(found)).toEqual(["2.jpg", "3.jpg"]);
    expect(found.skipped).toEqual([
      { path: "1.jpg", reason: "row 2 and row 5 of l.csv contradict each other: label cat and dog" },
    ]);
    expect(found.notes).toEqual([
      {
        code: "conflicting-rows",
        data: {
          paths: ["1.jpg"],
          example: {
            path: "1.jpg",
            rows: [
              { table: "l.csv", row: 2 },
              { table: "l.csv", row: 5 },
            ],
            column: "label",
            values: ["cat", "dog"],
          },
        },
      },
    ]);
  });

  test("in two parts are one as well, or the test set would be trained on", async () => {
    const found = await twice("path,label,split\n1.jpg,a,train\n2.jpg,b,train\n3.jpg,a,test\n1.jpg,a,test\n");
    expect(used(found)).toEqual(["2.jpg", "3.jpg"]);
    expect(found.notes[0]).toMatchObject({
      data: { example: { column: "split", values: ["train", "test"] } },
    });
  });
});

describe("tables", () => {
  const both = { "i/1.jpg": "x", "i/2.jpg": "x", "i/3.jpg": "x" };

  test("one for each part are read together, and an image in two of them is in none", async () => {
    const found = await scan(
      treeOf({
        ...both,
        "train.csv": "path,label\ni/1.jpg,a\ni/2.jpg,b\n",
        "test.csv": "path,label\ni/3.jpg,a\ni/2.jpg,b\n",
      }),
      { minClasses: 1 },
    );
    expect(found.images.map(({ path, part }) => [path, part])).toEqual([
      ["i/1.jpg", "train"],
      ["i/3.jpg", "test"],
    ]);
    expect(found.skipped.map(({ reason }) => reason)).toEqual([
      "row 3 of test.csv and row 3 of train.csv contradict each other: split test and train",
    ]);
  });

  test("in the folders of parts are of these parts", async () => {
    const found = await scan(
      treeOf({
        "train/1.jpg": "x",
        "train/2.jpg": "x",
        "test/1.jpg": "x",
        "train/metadata.csv": "file_name,label\n1.jpg,a\n2.jpg,b\n",
        "test/metadata.csv": "file_name,label\n1.jpg,b\n",
      }),
    );
    expect(found.images.map(({ path, label, part }) => `${path} ${label} ${part}`)).toEqual([
      "test/1.jpg b test",
      "train/1.jpg a train",
      "train/2.jpg b train",
    ]);
  });

  test("in a folder without images may name paths from there or from the data", async () => {
    const csv = "path,label\n../i/1.jpg,a\ni/2.jpg,b\n";
    expect((await scan(treeOf({ ...both, "meta/labels.csv": csv }))).classNames).toEqual(["a", "b"]);
  });

  test("given as the data stand for it: others in the folder do not count", async () => {
    const tree = treeOf({
      ...both,
      "train.csv": "path,label\ni/1.jpg,a\ni/2.jpg,b\n",
      "notes.csv": "path,label\n",
    });
    const found = await scan({ ...tree, table: "train.csv" });
    expect(used(found)).toEqual(["i/1.jpg", "i/2.jpg"]);
    expect(found.skipped).toEqual([{ path: "i/3.jpg", reason: "not named in train.csv" }]);
  });

  test("given as the data and without the columns are refused, whatever the folders hold", async () => {
    const tree = treeOf({ "cat/1.jpg": "x", "dog/1.jpg": "x", "l.csv": "a,b\n1,2\n" });
    await expect(scan({ ...tree, table: "l.csv" })).rejects.toThrow(
      /expected the columns path and label, received the columns a and b/,
    );
  });

  test("of other column names that find none of their files leave class folders in force", async () => {
    const tree = treeOf({ "cat/1.jpg": "x", "dog/1.jpg": "x", "l.csv": "name,type\nRex,dog\n" });
    expect((await scan(tree)).classNames).toEqual(["cat", "dog"]);
  });
});
