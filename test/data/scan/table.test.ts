import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { scan } from "../../../src/data/index.ts";
import { treeOf } from "../trees.ts";

const quoted = (cell: string): string => `"${cell.replaceAll('"', '""')}"`;
const csvOf = (rows: readonly (readonly string[])[], delimiter = ","): string =>
  rows.map((row) => row.map(quoted).join(delimiter)).join("\r\n");

/** A tree with the table and the images 1.jpg to 4.jpg. */
const withTable = (text: string, name = "labels.csv") =>
  treeOf({ [name]: text, "1.jpg": "x", "2.jpg": "x", "3.jpg": "x", "4.jpg": "x" });

const labelsOf = async (text: string): Promise<readonly (readonly string[])[]> =>
  (await scan(withTable(text), { minClasses: 1 })).images.map(({ path, label }) => [path, label]);

describe("a table of labels", () => {
  test("keeps any label that can be quoted, whatever the delimiter", async () => {
    const labels = fc
      .stringMatching(/^[a-z,;"'\n äß🐈]{1,8}$/u)
      .filter((label) => label.trim() === label && label !== "");
    await fc.assert(
      fc.asyncProperty(labels, labels, fc.constantFrom(",", ";"), async (first, second, delimiter) => {
        // Labels that share a name between signs are lists, and refused.
        const [names, others] = [first, second].map((label) =>
          label.split(/[,;]/).map((name) => name.trim()),
        );
        fc.pre(!names?.some((name) => others?.includes(name)));
        const rows = [
          ["path", "label"],
          ["1.jpg", first],
          ["2.jpg", second],
        ];
        expect(await labelsOf(csvOf(rows, delimiter))).toEqual([
          ["1.jpg", first],
          ["2.jpg", second],
        ]);
      }),
      { numRuns: 60 },
    );
  });

  test.each([
    ["columns in another order, with others between", "id,Label, PATH ,note\n7,a,1.jpg,x\n8,b,2.jpg,\n"],
    ["quoted headers and spaces around cells", '"path" , "label"\n 1.jpg , a\n"2.jpg", b \n'],
    ["lines that are empty, and no end of line at the end", "path,label\n\n1.jpg,a\n\n\n2.jpg,b"],
    ["line ends of old and new systems", "path,label\r\n1.jpg,a\r\n2.jpg,b\r\n"],
    ["paths from Windows and from here", "path,label\n.\\1.jpg,a\n././2.jpg,b\n"],
    ["a mark of its byte order", "\uFEFFpath,label\n1.jpg,a\n2.jpg,b\n"],
  ])("may have %s", async (_, text) => {
    expect(await labelsOf(text)).toEqual([
      ["1.jpg", "a"],
      ["2.jpg", "b"],
    ]);
  });

  test("may be called .CSV", async () => {
    const { classNames } = await scan(withTable("path,label\n1.jpg,a\n2.jpg,b\n", "LABELS.CSV"));
    expect(classNames).toEqual(["a", "b"]);
  });

  test("inside a class folder is no table of the data", async () => {
    const tree = treeOf({ "cat/1.jpg": "x", "cat/l.csv": "path,label\n1.jpg,dog\n", "dog/2.jpg": "x" });
    const { images, skipped } = await scan(tree);
    expect(images.map(({ label }) => label)).toEqual(["cat", "dog"]);
    expect(skipped).toEqual([{ path: "cat/l.csv", reason: "not an image: .csv" }]);
  });

  test("beside one without the columns is the one that is read", async () => {
    const tree = treeOf({
      "a.csv": "x,y\n1,2\n",
      "b.csv": "path,label\n1.jpg,a\n2.jpg,b\n",
      "1.jpg": "x",
      "2.jpg": "x",
    });
    const { classNames, skipped } = await scan(tree);
    expect(classNames).toEqual(["a", "b"]);
    expect(skipped).toEqual([{ path: "a.csv", reason: "not an image: .csv" }]);
  });
});

describe("a column of parts", () => {
  const text = (parts: readonly string[]): string =>
    `path,label,split,group\n${parts.map((part, i) => `${i + 1}.jpg,${i % 2 === 0 ? "a" : "b"},${part},g${i}`).join("\n")}\n`;

  test("of one name alone says nothing: the data is still to be split, groups stay", async () => {
    const { images } = await scan(withTable(text(["train", "Training", "TRAIN", "train"])));
    expect(images.map(({ part, group }) => [part, group])).toEqual([
      [undefined, "g0"],
      [undefined, "g1"],
      [undefined, "g2"],
      [undefined, "g3"],
    ]);
  });

  test("with empty cells leaves those images without a part", async () => {
    const { images } = await scan(withTable(text(["train", "", "test", ""])));
    expect(images.map(({ part }) => part)).toEqual(["train", undefined, "test", undefined]);
  });

  test("with another word is refused by its row", async () => {
    await expect(scan(withTable(text(["train", "later", "test", "test"])))).rejects.toThrow(
      "row 3 of labels.csv: split: expected train, validation or test, received later",
    );
  });
});
