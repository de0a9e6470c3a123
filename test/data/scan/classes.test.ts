import { describe, expect, test } from "vitest";
import { type Collection, scan } from "../../../src/data/index.ts";
import { alikeKey } from "../../../src/data/scan/alike.ts";
import { treeOf, treeOfPaths } from "../trees.ts";

describe("classes that are hard to tell apart", () => {
  test.each([
    ["case", "Cat", "cat"],
    ["a space at the end", "cat ", "cat"],
    ["a space that is not broken", "ice\u00A0cream", "ice cream"],
    ["separators", "ice_cream", "ice cream"],
    ["hyphens", "ice-cream", "ice\u2013cream"],
    ["Unicode forms", "cafe\u0301", "caf\u00e9"],
    ["wide letters", "\uFF23\uFF21\uFF34", "cat"],
    ["letters of another alphabet", "c\u0430t", "cat"],
    ["Greek letters", "\u03BFx", "ox"],
    ["letters without a width", "ca\u200Bt", "cat"],
    ["a soft hyphen", "ca\u00ADt", "cat"],
    ["apostrophes", "baker\u2019s", "baker's"],
    ["a dotted capital", "\u0130stanbul", "istanbul"],
  ])("are alike: %s", (_, a, b) => {
    expect(alikeKey(a)).toBe(alikeKey(b));
    expect(a).not.toBe(b);
  });

  test.each([
    ["cat", "cats"],
    ["Bär", "Bar"],
    ["A-", "A"],
    ["-1", "1"],
    ["1.5", "15"],
    ["12", "1 2"],
    ["猫", "犬"],
  ])("are not: %s and %s", (a, b) => {
    expect(alikeKey(a)).not.toBe(alikeKey(b));
  });

  const paths = ["Cat/1.jpg", "cat/1.jpg", "cat/2.jpg", "cat/3.jpg", "dog/1.jpg", "CAT/1.jpg", "CAT/2.jpg"];

  test("stay apart and are told with their counts, the largest first", async () => {
    const { classNames, notes } = await scan(treeOfPaths(...paths));
    expect(classNames).toEqual(["CAT", "Cat", "cat", "dog"]);
    expect(notes).toEqual([
      {
        code: "alike-classes",
        data: {
          sets: [
            [
              { name: "cat", images: 3 },
              { name: "CAT", images: 2 },
              { name: "Cat", images: 1 },
            ],
          ],
        },
      },
    ]);
  });

  test("become one of the most frequent name where that is asked for", async () => {
    const { classNames, images, notes } = await scan(treeOfPaths(...paths), { mergeClasses: true });
    expect(classNames).toEqual(["cat", "dog"]);
    expect(images.filter(({ label }) => label === "cat")).toHaveLength(6);
    expect(notes).toMatchObject([{ code: "merged-classes", data: { sets: [{ into: "cat" }] } }]);
  });

  test("take the name that a model knows", async () => {
    const options = { mergeClasses: true, knownClasses: ["Cat", "DOG"] };
    expect((await scan(treeOfPaths(...paths), options)).classNames).toEqual(["Cat", "DOG"]);
  });

  test("are found among the labels of a table too", async () => {
    const tree = treeOf({ "1.jpg": "x", "2.jpg": "x", "l.csv": "path,label\n1.jpg,Cat\n2.jpg,cat\n" });
    expect((await scan(tree)).notes.map(({ code }) => code)).toEqual(["alike-classes"]);
  });
});

describe("classes without an image that is used are named", () => {
  const absent = ({ notes }: Collection): unknown =>
    notes.flatMap((note) => (note.code === "classes-without-images" ? note.data.classes : []));

  test("where the folder is empty, and where all its files are left out", async () => {
    const tree = treeOfPaths("cat/1.jpg", "dog/1.jpg", "bird/notes.txt", "bird/more/x.svg", "@eaDir/1.jpg");
    const emptyFolders = ["fish", "cat/more", ".hidden"];
    const found = await scan({ ...tree, unlisted: async () => ({ skipped: [], emptyFolders }) });
    expect(absent(found)).toEqual([
      { name: "bird", files: 2, reason: "not an image: .svg" },
      { name: "fish", files: 0 },
    ]);
  });

  test("in parts", async () => {
    const tree = treeOfPaths("train/cat/1.jpg", "train/dog/1.jpg", "test/cat/1.jpg", "test/owl/1.txt");
    expect(absent(await scan(tree))).toEqual([{ name: "owl", files: 1, reason: "not an image: .txt" }]);
  });

  test("in a table, where the files of all its rows are missing", async () => {
    const csv = "path,label\n1.jpg,a\n2.jpg,b\n8.jpg,c\n9.jpg,c\n";
    const found = await scan(treeOf({ "1.jpg": "x", "2.jpg": "x", "l.csv": csv }));
    expect(absent(found)).toEqual([{ name: "c", files: 2, reason: "row 4 of l.csv: no such file" }]);
  });

  test("nothing is said where every class has images", async () => {
    expect((await scan(treeOfPaths("cat/1.jpg", "dog/1.jpg", "readme.txt"))).notes).toEqual([]);
  });
});

test("an archive that holds only archives is refused as such", async () => {
  await expect(scan(treeOfPaths("set/images.zip", "set/readme.txt"))).rejects.toThrow(
    /received no images, but the archive set\/images\.zip; unpack/,
  );
});
