import { parse } from "csv-parse/sync";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { jsonLine, jsonText } from "../../../src/app/files/json.ts";
import { foldsCsv, historyCsv, labelsCsv, splitCsv } from "../../../src/app/files/tables.ts";
import { matchTable, parseSplitTable } from "../../../src/data/index.ts";
import { partIndices, splitAs } from "../../../src/app/train/dataParts.ts";
import { collectionOf, preparedOf } from "../fakeData.ts";
import { colourImages } from "../fakeServices.ts";

describe("tables", () => {
  const rows = (text: string): readonly Record<string, string>[] => parse(text, { columns: true });

  test("split.csv has one row for each image, with its part and the digest of its bytes", async () => {
    const collection = await collectionOf(colourImages(10));
    const prepared = await preparedOf(collection);
    const parts = partIndices(
      prepared,
      splitAs(prepared.images, {
        split: "grouped",
        validation: 0.2,
        seed: 0,
        classNames: collection.classNames,
      }),
    );
    const table = rows(splitCsv(prepared, parts));
    expect(table.map(({ path }) => path)).toEqual(prepared.paths);
    expect(table.map(({ sha256 }) => sha256)).toEqual(prepared.sha256);
    expect(table.filter(({ part }) => part === "validation")).toHaveLength(parts.validation.length);
  });

  const letter = fc.constantFrom(
    "a",
    " ",
    "\\",
    '"',
    ",",
    ";",
    "\t",
    "\n",
    "\r",
    ".",
    "\u00E9",
    "e\u0301",
    "\u00A0",
  );
  const name = fc.string({ unit: letter, minLength: 1, maxLength: 5 });
  const paths = fc.uniqueArray(
    fc.tuple(name, name).map(([folder, file]) => `${folder}/${file}`),
    { minLength: 2, maxLength: 8 },
  );

  test("split.csv gives every path and label back as it was, whatever is in them", () => {
    fc.assert(
      fc.property(paths, (given) => {
        const images = given.map((path) => ({ path, label: path.replace(/\/.*/s, "") }));
        const empty = new Int32Array(0);
        const train = Int32Array.from(given.keys());
        const text = splitCsv({ images, sha256: [] }, { train, validation: empty, test: empty });
        const table = parseSplitTable(new TextEncoder().encode(text), "split.csv");
        expect(matchTable(images, table).table.rows).toEqual(table.rows);
        expect([...table.rows].map(([path, { label }]) => [path, label])).toEqual(
          images.map(({ path, label }) => [path, label]),
        );
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  test("the split.csv of folds counts them from 1", async () => {
    const prepared = await preparedOf(await collectionOf(colourImages(10)));
    const foldOf = Int32Array.from({ length: 30 }, (_, i) => i % 3);
    expect(rows(foldsCsv(prepared, foldOf)).map(({ fold }) => Number(fold) - 1)).toEqual([...foldOf]);
  });

  test("history.csv leaves empty what an epoch without a validation set does not know", () => {
    const epoch = { epoch: 1, loss: 1.5, accuracy: 0.5, learningRate: 0.1, seconds: 2, deadLayers: [] };
    expect(rows(historyCsv([epoch]))).toEqual([
      {
        epoch: "1",
        loss: "1.5",
        accuracy: "0.5",
        validation_loss: "",
        validation_accuracy: "",
        learning_rate: "0.1",
        seconds: "2",
        stall_fraction: "",
      },
    ]);
  });

  test("labels-to-review.csv says yes for a suspect", () => {
    const doubt = { rank: 1, path: "a,b.png", label: "x", suggested: "y", confidence: 0.9, score: 0.05 };
    const table = rows(
      labelsCsv([
        { ...doubt, suspect: true },
        { ...doubt, suspect: false, group: "g" },
      ]),
    );
    expect(table.map(({ path, suspect, group }) => [path, suspect, group])).toEqual([
      ["a,b.png", "yes", ""],
      ["a,b.png", "no", "g"],
    ]);
  });

  test("a JSON document begins with its schema, and is the same on one line and on many", () => {
    const document = { name: "x", numbers: [1, -2.5, 1e-7], rows: [[1, 2], []] };
    expect(JSON.parse(jsonLine(document))).toEqual(JSON.parse(jsonText(document)));
    expect(jsonLine(document)).toMatch(/^\{"schema":1,/);
    expect(jsonText(document)).toContain('"numbers": [ 1, -2.5, 1e-7 ]');
  });
});
