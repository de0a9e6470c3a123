import { describe, expect, test } from "vitest";
import { type FileTree, scan } from "../../../src/data/index.ts";
import { treeOf, treeOfPaths } from "../trees.ts";

describe("scan: class folders", () => {
  test("each folder is a class, classes sorted by code unit", async () => {
    const found = await scan(treeOfPaths("b/1.jpg", "a/1.PNG", "C/x.webp"));
    expect(found.classNames).toEqual(["C", "a", "b"]);
    expect(found.images).toEqual([
      { path: "C/x.webp", label: "C" },
      { path: "a/1.PNG", label: "a" },
      { path: "b/1.jpg", label: "b" },
    ]);
    expect(found.skipped).toEqual([]);
  });

  test("folders below a class belong to it", async () => {
    const found = await scan(treeOfPaths("cat/indoors/1.jpg", "cat/2.jpg", "dog/1.jpg"));
    expect(found.images.map(({ label }) => label)).toEqual(["cat", "cat", "dog"]);
  });

  test("wrapping folders do not count, a lone train folder neither", async () => {
    const found = await scan(
      treeOfPaths("myset/TRAIN/cat/1.jpg", "myset/TRAIN/dog/1.jpg", "myset/readme.txt"),
    );
    expect(found.classNames).toEqual(["cat", "dog"]);
    expect(found.images.every(({ part }) => part === undefined)).toBe(true);
    expect(found.images[0]?.path).toBe("myset/TRAIN/cat/1.jpg");
  });

  test("hidden folders are left out once with a count, other strangers one by one", async () => {
    const found = await scan(
      treeOfPaths(
        "__MACOSX/cat/._1.jpg",
        "__MACOSX/dog/._1.jpg",
        ".git/x.png",
        "cat/1.jpg",
        "cat/.hidden.jpg",
        "cat/Thumbs.db",
        "cat/notes.txt",
        "cat/noextension",
        "dog/1.jpg",
        "loose.jpg",
        "other.csv",
      ),
    );
    expect(found.images.map(({ path }) => path)).toEqual(["cat/1.jpg", "dog/1.jpg"]);
    expect(found.skipped).toEqual([
      { path: ".git", reason: "left there by Git: a folder with 1 file" },
      { path: "__MACOSX", reason: "left there by macOS: a folder with 2 files", files: 2 },
      { path: "cat/.hidden.jpg", reason: "hidden file" },
      { path: "cat/Thumbs.db", reason: "left there by Windows" },
      { path: "cat/noextension", reason: "not an image: no extension" },
      { path: "cat/notes.txt", reason: "not an image: .txt" },
      { path: "loose.jpg", reason: "not in a class folder" },
      { path: "other.csv", reason: "not an image: .csv" },
    ]);
  });
});

describe("scan: parts", () => {
  test("train, valid and test folders in any case become parts", async () => {
    const found = await scan(
      treeOfPaths("d/Train/a/1.jpg", "d/Train/b/1.jpg", "d/VALID/a/2.jpg", "d/test/b/3.jpg"),
    );
    expect(found.images).toEqual([
      { path: "d/Train/a/1.jpg", label: "a", part: "train" },
      { path: "d/Train/b/1.jpg", label: "b", part: "train" },
      { path: "d/VALID/a/2.jpg", label: "a", part: "validation" },
      { path: "d/test/b/3.jpg", label: "b", part: "test" },
    ]);
  });

  test("test images without class folders are left out, and train alone is no part", async () => {
    const found = await scan(treeOfPaths("train/a/1.jpg", "train/b/1.jpg", "test/1.jpg"));
    expect(found.images).toEqual([
      { path: "train/a/1.jpg", label: "a" },
      { path: "train/b/1.jpg", label: "b" },
    ]);
    expect(found.skipped).toEqual([{ path: "test/1.jpg", reason: "not in a class folder" }]);
  });

  test("a class may be called test", async () => {
    expect((await scan(treeOfPaths("test/1.jpg", "control/1.jpg"))).classNames).toEqual(["control", "test"]);
  });
});

describe("scan: CSV", () => {
  test("rows name path, label, split and group", async () => {
    const csv = "\uFEFFPath,Label,split,group\r\nimages/1.jpg,cat,train,p1\r\n./images/2.jpg,dog,Val,\r\n";
    const found = await scan(treeOf({ "labels.csv": csv, "images/1.jpg": "x", "images/2.jpg": "x" }));
    expect(found.images).toEqual([
      { path: "images/1.jpg", label: "cat", part: "train", group: "p1" },
      { path: "images/2.jpg", label: "dog", part: "validation" },
    ]);
    expect(found.skipped).toEqual([]);
  });

  test("a wrapped CSV with semicolons is read, its paths relative to its folder", async () => {
    const found = await scan(
      treeOf({ "w/labels.csv": 'label;path\n"a;b";1.jpg\nc;2.jpg\n', "w/1.jpg": "x", "w/2.jpg": "x" }),
    );
    expect(found.images).toEqual([
      { path: "w/1.jpg", label: "a;b" },
      { path: "w/2.jpg", label: "c" },
    ]);
  });

  test("missing, doubled, unlabelled and unnamed images are left out with the row", async () => {
    const csv = "path,label\n1.jpg,a\n2.jpg,b\ngone.jpg,a\n1.jpg,a\n3.jpg,\nnotes.txt,a\n";
    const found = await scan(
      treeOf({ "l.csv": csv, "1.jpg": "x", "2.jpg": "x", "3.jpg": "x", "4.jpg": "x" }),
    );
    expect(found.images.map(({ path, label }) => [path, label])).toEqual([
      ["1.jpg", "a"],
      ["2.jpg", "b"],
    ]);
    expect(found.skipped).toEqual([
      { path: "1.jpg", reason: "row 5 of l.csv: named a second time" },
      { path: "3.jpg", reason: "row 6 of l.csv: no label" },
      { path: "4.jpg", reason: "not named in l.csv" },
      { path: "gone.jpg", reason: "row 4 of l.csv: no such file" },
      { path: "notes.txt", reason: "row 7 of l.csv: not an image" },
    ]);
  });
});

const csvOf = (text: string): FileTree => treeOf({ "l.csv": text, "1.jpg": "x", "2.jpg": "x" });

describe("scan: errors in one line that name the data", () => {
  test.each([
    ["an empty folder", treeOfPaths(), /^images: expected one folder .*received an empty folder$/],
    ["no images", treeOfPaths("a/notes.txt"), /^images: .*received no images \(a\/notes\.txt/],
    ["only loose images", treeOfPaths("1.jpg", "2.jpg"), /^images: .*2 images in no class folder$/],
    [
      "one class",
      treeOfPaths("a/1.jpg", "a/2.jpg"),
      /^images: expected 2 classes or more, received 1 \(a\); put/,
    ],
    [
      "CSV without the columns",
      csvOf("colour,size\n1.jpg,a\n"),
      /^images: l\.csv: expected the columns path and label/,
    ],
    [
      "CSV whose files are all missing",
      csvOf("path,label\n8.jpg,a\n9.jpg,b\n"),
      /2 rows and none of their files/,
    ],
    ["CSV without rows", csvOf("path,label\n"), /received no rows/],
    ["CSV with a broken quote", csvOf('path,label\n"1.jpg,a\n2.jpg,b\n'), /^l\.csv: expected a CSV file/],
    [
      "CSV with an unknown part",
      csvOf("path,label,split\n1.jpg,a,later\n"),
      /^row 2 of l\.csv: split: .*received later$/,
    ],
  ])("%s", async (_, tree, message) => {
    await expect(scan(tree)).rejects.toThrow(message);
    await expect(scan(tree)).rejects.toMatchObject({ name: "FoveaError", exitCode: 1 });
  });

  test("two CSV files with labels", async () => {
    const tree = treeOf({ "a.csv": "path,label\n", "b.csv": "path,label\n", "1.jpg": "x" });
    await expect(scan(tree)).rejects.toThrow(/received a\.csv and b\.csv/);
  });

  test("one class is enough where the caller says so", async () => {
    expect((await scan(treeOfPaths("a/1.jpg"), { minClasses: 1 })).classNames).toEqual(["a"]);
  });
});
