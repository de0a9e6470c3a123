import { describe, expect, test } from "vitest";
import { type Collection, scan } from "../../../src/data/index.ts";
import { treeOf } from "../trees.ts";

const images = { "1.jpg": "x", "2.jpg": "x", "3.jpg": "x", "4.jpg": "x" };
const scanned = (csv: string | Uint8Array, name = "l.csv"): Promise<Collection> =>
  scan(treeOf({ ...images, [name]: csv }));
const rowsOf = ({ images: all }: Collection): readonly string[] =>
  all.map(({ path, label, part, group }) => [path, label, part, group].filter(Boolean).join(" "));
const noteOf = ({ notes }: Collection, code: string): unknown =>
  notes.find((note) => note.code === code)?.data;

describe("columns", () => {
  test.each([
    ["filename,class", "filename", "class"],
    ["File Name,Category", "File Name", "Category"],
    ["IMAGE_PATH,Target", "IMAGE_PATH", "Target"],
    ["image-id,class name", "image-id", "class name"],
    ["id,breed", "id", "breed"],
    ["file,labels", "file", "labels"],
  ])("are found under other names, which is said: %s", async (header, path, label) => {
    const found = await scanned(`${header}\n1.jpg,a\n2.jpg,b\n`);
    expect(rowsOf(found)).toEqual(["1.jpg a", "2.jpg b"]);
    expect(noteOf(found, "columns-read")).toEqual({
      table: "l.csv",
      columns: [
        { column: path, meaning: "path" },
        { column: label, meaning: "label" },
      ],
      unused: [],
    });
  });

  test("of Fovea's own names say nothing, in any case", async () => {
    expect((await scanned("Path,LABEL,split\n1.jpg,a,train\n2.jpg,b,test\n")).notes).toEqual([]);
  });

  test("of Fovea's own name are taken before others of that meaning, which is said", async () => {
    const found = await scanned("label,class,path,file\na,x,1.jpg,7\nb,y,2.jpg,8\n");
    expect(rowsOf(found)).toEqual(["1.jpg a", "2.jpg b"]);
    expect(noteOf(found, "columns-read")).toMatchObject({ unused: ["file", "class"] });
  });

  test("of a rarer name are passed over where a usual one is there", async () => {
    const found = await scanned("id,class_id,filename,class\n9,0,1.jpg,a\n8,1,2.jpg,b\n");
    expect(rowsOf(found)).toEqual(["1.jpg a", "2.jpg b"]);
  });

  test.each([
    [
      "filename,class,category\n1.jpg,a,x\n2.jpg,b,y\n",
      /one column for the label, received class and category/,
    ],
    ["file,image,label\n1.jpg,2.jpg,a\n2.jpg,1.jpg,b\n", /one column for the path, received file and image/],
    ["path,label,label\n1.jpg,a,b\n2.jpg,b,a\n", /one column for the label, received label and label/],
  ])("of one meaning that differ are refused by name: %j", async (csv, message) => {
    await expect(scanned(csv)).rejects.toThrow(message);
  });

  test("of one meaning may be there twice where they say the same", async () => {
    expect(rowsOf(await scanned("path,label,label\n1.jpg,a,a\n2.jpg,b,b\n"))).toEqual(["1.jpg a", "2.jpg b"]);
  });

  test.each([
    ["set", "training", "Test set"],
    ["Subset", "TRAIN", "hold-out"],
    ["data split", "train2", "test"],
    ["is_test", "False", "True"],
    ["is_train", "1", "0"],
  ])("of parts are found under other names: %s", async (column, train, test_) => {
    const found = await scanned(
      `path,label,${column}\n1.jpg,a,${train}\n2.jpg,b,${train}\n3.jpg,a,${test_}\n`,
    );
    expect(rowsOf(found)).toEqual(["1.jpg a train", "2.jpg b train", "3.jpg a test"]);
  });

  test("is_valid tells validation from training images", async () => {
    const found = await scanned("path,label,is_valid\n1.jpg,a,0\n2.jpg,b,\n3.jpg,a,1\n4.jpg,b,true\n");
    expect(rowsOf(found)).toEqual([
      "1.jpg a train",
      "2.jpg b train",
      "3.jpg a validation",
      "4.jpg b validation",
    ]);
    await expect(scanned("path,label,is_valid\n1.jpg,a,maybe\n2.jpg,b,1\n")).rejects.toThrow(
      "row 2 of l.csv: is_valid: expected true or false, received maybe",
    );
  });

  test("called set that name no part have nothing to do with the split", async () => {
    expect(rowsOf(await scanned("path,label,set\n1.jpg,a,7\n2.jpg,b,8\n"))).toEqual(["1.jpg a", "2.jpg b"]);
  });

  test("an evaluation set is a test set, beside a test set a validation set", async () => {
    const csv = (last: string): string => `path,label,split\n1.jpg,a,train\n2.jpg,b,eval\n3.jpg,a,${last}\n`;
    expect(rowsOf(await scanned(csv("train")))[1]).toBe("2.jpg b test");
    expect(rowsOf(await scanned(csv("test")))[1]).toBe("2.jpg b validation");
  });

  test("group_id names groups", async () => {
    const found = await scanned("path,label,Group ID\n1.jpg,a,p1\n2.jpg,b,p2\n");
    expect(rowsOf(found)).toEqual(["1.jpg a p1", "2.jpg b p2"]);
  });
});

describe("a column of weights", () => {
  const weightsOf = ({ images: all }: Collection): readonly unknown[] => all.map(({ weight }) => weight);

  test.each(["weight", "Sample Weight"])("is read, 1 where a cell is empty, and said: %s", async (column) => {
    const found = await scanned(`path,label,${column}\n1.jpg,a,2.5\n2.jpg,b,0\n3.jpg,a,\n`);
    expect(weightsOf(found)).toEqual([2.5, 0, 1]);
    expect(noteOf(found, "columns-read")).toMatchObject({ columns: [{ column, meaning: "weight" }] });
  });

  test("stays where all images are in one part", async () => {
    const found = await scanned("path,label,split,weight\n1.jpg,a,train,2\n2.jpg,b,train,3\n");
    expect(found.images).toEqual([
      { path: "1.jpg", label: "a", weight: 2 },
      { path: "2.jpg", label: "b", weight: 3 },
    ]);
  });

  test.each(["-1", "inf", "70 kg", "1e999"])("holds numbers from 0, and not %s", async (cell) => {
    await expect(scanned(`path,label,weight\n1.jpg,a,1\n2.jpg,b,${cell}\n`)).rejects.toThrow(
      `row 3 of l.csv: weight: expected a finite number from 0, or nothing for 1: what the image's loss counts in training, received ${cell}; rename`,
    );
  });

  test("contradicts itself where rows of one image differ in it", async () => {
    const found = await scanned("path,label,weight\n1.jpg,a,1\n1.jpg,a,2\n2.jpg,b,1\n3.jpg,a,1\n");
    expect(noteOf(found, "conflicting-rows")).toMatchObject({
      example: { column: "weight", values: ["1", "2"] },
    });
  });
});

describe("a table that does not give each image one label is refused by what it is:", () => {
  test.each([
    [
      "a column for each class",
      "path,cat,dog\n1.jpg,1,0\n2.jpg,0,1\n",
      /\(cat and dog\) with 1 in one of them \(one-hot\)/,
    ],
    ["one-hot as numbers", "file,id2,a,b,c\n1.jpg,7,1.0,0.0,0\n2.jpg,8,0,0,1\n", /\(a and c\) with 1 in one/],
    [
      "several labels in columns",
      "path,cat,dog\n1.jpg,1,1\n2.jpg,0,1\n",
      /several labels for an image \(row 2\)/,
    ],
    [
      "lists of labels",
      "path,label\n1.jpg,a\n2.jpg,b\n3.jpg,a|b\n",
      /several in 1 of 3 rows \(row 4: a\|b\)/,
    ],
    ["lists of a label and what never stands alone", "path,label\n1.jpg,a\n2.jpg,a|b\n", /\(row 3: a\|b\)/],
    ["lists that share a label", "path,label\n1.jpg,a|b\n2.jpg,c\n3.jpg,b|d\n", /several in 2 of 3 rows/],
    [
      "rows that give every image two labels",
      "path,label\n1.jpg,a\n1.jpg,b\n2.jpg,b\n2.jpg,a\n",
      /contradict each other for each \(rows 2 and 3: label a and b\); give each image one class/,
    ],
    ["lists with commas", 'path,label\n1.jpg,a\n2.jpg,b\n3.jpg,"b, a"\n', /row 4: b, a/],
    ["lists in brackets", "path,label\n1.jpg,['a'; 'b']\n2.jpg,\"['a', 'b']\"\n", /row 3: \['a', 'b'\]/],
    [
      "other columns",
      "colour,size\n1.jpg,4\n",
      /expected the columns path and label, received the columns colour and size/,
    ],
  ])("%s", async (_, csv, message) => {
    await expect(scanned(csv)).rejects.toThrow(message);
  });

  test("a sign that joins words is no list", async () => {
    expect((await scanned("path,label\n1.jpg,a;b\n2.jpg,c\n")).classNames).toEqual(["a;b", "c"]);
  });
});

describe("the encoding of a table", () => {
  const text = "path,label\n1.jpg,Bär\n2.jpg,Bör\n";
  const utf16 = (bytesOf: (code: number) => readonly number[]): Uint8Array =>
    Uint8Array.from(Array.from(`\uFEFF${text}`, (letter) => bytesOf(letter.charCodeAt(0))).flat());

  test.each([
    ["UTF-8", new TextEncoder().encode(text)],
    ["UTF-16, low byte first", utf16((code) => [code & 255, code >> 8])],
    ["UTF-16, high byte first", utf16((code) => [code >> 8, code & 255])],
  ])("%s is taken as it is", async (_, bytes) => {
    const found = await scanned(bytes);
    expect(found.classNames).toEqual(["Bär", "Bör"]);
    expect(found.notes).toEqual([]);
  });

  test("of Excel's CSV keeps classes apart and is said", async () => {
    const found = await scanned(Uint8Array.from(text, (letter) => letter.charCodeAt(0)));
    expect(found.classNames).toEqual(["Bär", "Bör"]);
    expect(noteOf(found, "encoding-assumed")).toEqual({
      table: "l.csv",
      encoding: "Windows-1252",
      example: "Bär",
    });
  });

  test.each([
    [
      "two encodings",
      [...new TextEncoder().encode("path,label\n1.jpg,Bär\n2.jpg,B"), 0xf6, 0x72],
      /other bytes in line 3/,
    ],
    ["a workbook's", [0x50, 0x4b, 3, 4, 0, 0, 0], /expected a text file/],
    ["half a UTF-16", [0xff, 0xfe, 0x70], /UTF-16LE, as its first bytes say/],
  ])("of %s is refused", async (_, bytes, message) => {
    await expect(scanned(Uint8Array.from(bytes))).rejects.toThrow(message);
  });
});

describe("delimiters", () => {
  test.each([
    ["l.tsv", "path\tlabel\n1.jpg\ta, b\n2.jpg\tc\n"],
    ["l.csv", "path\tlabel\n1.jpg\ta, b\n2.jpg\tc\n"],
    ["l.csv", 'sep=;\r\npath;label\r\n1.jpg;"a, b"\r\n2.jpg;c\r\n'],
    ["l.csv", '"note, long";path;label\nx;1.jpg;a, b\ny;2.jpg;c\n'],
  ])("may be tabs, semicolons, or what Excel's first line says: %s %j", async (name, csv) => {
    expect(rowsOf(await scanned(csv, name))).toEqual(["1.jpg a, b", "2.jpg c"]);
  });

  test("a row is counted as an editor counts it, empty lines too", async () => {
    const { skipped } = await scanned("\npath,label\n\n1.jpg,a\n2.jpg,b\n\n9.jpg,a\n");
    expect(skipped.find(({ path }) => path === "9.jpg")?.reason).toBe("row 7 of l.csv: no such file");
  });
});
