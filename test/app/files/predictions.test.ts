import { parse } from "csv-parse/sync";
import { describe, expect, test } from "vitest";
import { predictionsCsv } from "../../../src/app/files/tables.ts";
import type { PreparedImages } from "../../../src/data/index.ts";
import { collectionOf, preparedOf } from "../fakeData.ts";
import { colourImages } from "../fakeServices.ts";

const prepared = await preparedOf(await collectionOf(colourImages(10)));

/** Predictions for some of the images, each with the same row of probabilities. */
const predicted = (
  indices: readonly number[],
  row: readonly number[],
): {
  readonly indices: Int32Array;
  readonly probabilities: Float32Array;
  readonly predicted: Int32Array;
} => ({
  indices: Int32Array.from(indices),
  probabilities: Float32Array.from(indices.flatMap(() => row)),
  predicted: Int32Array.from(indices, () => row.indexOf(Math.max(...row))),
});

const classNames = ["blue", "green", "red"];
const rowsOf = (text: string): readonly Record<string, string>[] => parse(text, { columns: true });

describe("predictions.csv", () => {
  test("has the validation set and then the test set, each image with its digest", () => {
    const table = rowsOf(
      predictionsCsv(prepared, {
        classNames,
        parts: [
          { ...predicted([4, 2], [0.5, 0.3, 0.2]), part: () => "validation" },
          { ...predicted([0], [0.1, 0.2, 0.7]), part: (index) => `test ${index}` },
        ],
      }),
    );
    expect(table.map(({ path, part, predicted: answer }) => [path, part, answer])).toEqual([
      [prepared.paths[4], "validation", "blue"],
      [prepared.paths[2], "validation", "blue"],
      [prepared.paths[0], "test 0", "red"],
    ]);
    expect(table.map(({ sha256 }) => sha256)).toEqual([4, 2, 0].map((i) => prepared.sha256[i]));
  });

  test("has the probability of the predicted class and of every class, in six digits", () => {
    const own = predicted([0], [1 / 3, 2 / 3 - 1e-9, 1e-9]);
    const [row] = rowsOf(predictionsCsv(prepared, { classNames, parts: [{ ...own, part: () => "test" }] }));
    expect(row).toMatchObject({
      probability: "0.666667",
      "p(blue)": "0.333333",
      "p(green)": "0.666667",
    });
    expect(Number(row?.["p(red)"])).toBeCloseTo(1e-9, 14);
  });

  test("names the scene of an image that has one, and else its group", () => {
    const images = prepared.images.map((image, i) => ({
      ...image,
      group: `g${i}`,
      ...(i === 1 && { scene: "s" }),
    }));
    const grouped: PreparedImages = { ...prepared, images };
    const own = predicted([0, 1], [1, 0, 0]);
    const table = rowsOf(predictionsCsv(grouped, { classNames, parts: [{ ...own, part: () => "test" }] }));
    expect(table.map(({ group }) => group)).toEqual(["g0", "s"]);
  });

  test.each([
    [100, 107],
    [101, 7],
  ])("of %i classes has %i columns: more than a hundred get none of their own", (count, columns) => {
    const names = Array.from({ length: count }, (_, i) => `c${i}`);
    const own = predicted(
      [0],
      names.map((_, i) => (i === 3 ? 0.9 : 0.1 / count)),
    );
    const [row = {}] = rowsOf(
      predictionsCsv(prepared, { classNames: names, parts: [{ ...own, part: () => "test" }] }),
    );
    expect(Object.keys(row)).toHaveLength(columns);
    expect(row).toMatchObject({ predicted: "c3", probability: "0.9" });
  });
});
