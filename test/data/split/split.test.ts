import { describe, expect, test } from "vitest";
import { ndarray, seeded } from "../../../src/base/index.ts";
import { type Part, type Image, split, toCategorical, trainTestSplit } from "../../../src/data/index.ts";

const images = (label: string, count: number, part?: Part): Image[] =>
  Array.from({ length: count }, (_, i) => ({
    path: `${part ?? ""}${label}/${i}`,
    label,
    ...(part ? { part } : {}),
  }));
const count = (part: readonly Image[], label: string): number => part.filter((p) => p.label === label).length;

describe("split", () => {
  const mixed = [...images("a", 50), ...images("b", 10), ...images("c", 2)];

  test("keeps every image once and each class in proportion", () => {
    const { train, validation, test: testPart } = split(mixed, { validation: 0.2, random: seeded(1) });
    expect([...train, ...validation].map(({ path }) => path).sort()).toEqual(
      mixed.map(({ path }) => path).sort(),
    );
    expect(["a", "b", "c"].map((label) => count(validation, label))).toEqual([10, 2, 1]);
    expect(testPart).toEqual([]);
  });

  test("follows the seed, whatever was drawn from it before", () => {
    const random = seeded(4);
    const first = split(mixed, { random });
    random.next();
    expect(split(mixed, { random })).toEqual(first);
    expect(split(mixed, { random: seeded(5) })).not.toEqual(first);
  });

  test("keeps the data's own parts", () => {
    const own = [...images("a", 3, "train"), ...images("a", 2, "validation"), ...images("a", 1, "test")];
    const parts = split(own, { method: "folders", random: seeded(1) });
    expect([parts.train.length, parts.validation.length, parts.test.length]).toEqual([3, 2, 1]);
  });

  test("carves validation out of train where the data brings none", () => {
    const own = [...images("a", 10, "train"), ...images("b", 10, "train"), ...images("a", 4, "test")];
    const parts = split(own, { method: "folders", random: seeded(1) });
    expect([parts.train.length, parts.validation.length, parts.test.length]).toEqual([16, 4, 4]);
    expect(parts.validation.every(({ part }) => part === "train")).toBe(true);
  });

  const own = [...images("a", 20, "train"), ...images("a", 9, "validation"), ...images("a", 12, "test")];
  const testOf = (list: readonly Image[]): number => list.filter(({ part }) => part === "test").length;

  test("keeps the data's own parts by default, and draws where there are none", () => {
    const parts = split(own, { random: seeded(1) });
    expect([parts.train.length, parts.validation.length, parts.test.length]).toEqual([20, 9, 12]);
    const without = images("a", 20);
    expect(split(without, { random: seeded(1) })).toEqual(
      split(without, { method: "grouped", random: seeded(1) }),
    );
  });

  test.each(["grouped", "random"] as const)(
    "%s draws training and validation set anew, never from the test part",
    (method) => {
      const parts = split(own, { method, random: seeded(1) });
      expect([parts.train, parts.validation, parts.test].map(testOf)).toEqual([0, 0, 12]);
      expect(parts.validation).toHaveLength(6);
      expect(new Set(parts.validation.map(({ part }) => part)).size).toBe(2);
    },
  );

  test("pooled alone draws from the test part too", () => {
    const parts = split(own, { method: "pooled", random: seeded(1) });
    expect([parts.train.length, parts.validation.length, parts.test.length]).toEqual([33, 8, 0]);
    expect(testOf(parts.train)).toBeGreaterThan(0);
  });

  test.each(["auto", "grouped", "random"] as const)(
    "%s names a class that only the test part has",
    (method) => {
      const only = [...images("a", 9, "train"), ...images("b", 7, "test")];
      expect(() => split(only, { method, random: seeded(1) })).toThrow(
        /^class "b": .* test part.*all 7 in it.*--split pooled/,
      );
    },
  );

  test.each([0, 1, -0.5, Number.NaN])("refuses the fraction %d as wrong use", (validation) => {
    expect(() => split(mixed, { validation, random: seeded(1) })).toThrow(
      /^--validation: expected a fraction/,
    );
  });

  test("names a class with one image", () => {
    const one = [...mixed, ...images("rare", 1)];
    expect(() => split(one, { random: seeded(1) })).toThrow(
      /^class "rare": expected 2 images or more.*rare\/0/,
    );
  });

  test("names a class that has lost all its images", () => {
    expect(() => split(mixed, { random: seeded(1), classNames: ["a", "gone"] })).toThrow(
      /^class "gone": .*none/,
    );
  });

  test("says that there is no training part, and what can be drawn from", () => {
    const own = [...images("a", 4, "validation"), ...images("b", 3, "test"), ...images("b", 2, "validation")];
    expect(() => split(own, { random: seeded(1) })).toThrow(
      /^the data's own parts: .*6 validation and 3 test images.*--split grouped.*--split pooled/,
    );
    expect(split(own, { method: "grouped", random: seeded(1) }).test).toHaveLength(3);
  });

  test("names a class that stands only in validation", () => {
    const own = [...images("a", 3, "train"), ...images("b", 3, "validation")];
    expect(() => split(own, { method: "folders", random: seeded(1) })).toThrow(
      /^class "b": expected images in the train part/,
    );
  });

  test("refuses folders where the data has no parts", () => {
    expect(() => split(mixed, { method: "folders", random: seeded(1) })).toThrow(
      /^--split folders: .*use --split grouped/,
    );
  });
});

describe("trainTestSplit", () => {
  const x = ndarray(
    Float32Array.from({ length: 20 }, (_, i) => i),
    [10, 2],
  );
  const y = ndarray(
    Int32Array.from({ length: 10 }, (_, i) => (i < 5 ? 0 : 1)),
    [10],
  );

  test("keeps rows of x and y together and divides them", () => {
    const { xTrain, xTest, yTrain, yTest } = trainTestSplit(x, y, { testSize: 0.2, randomState: 4 });
    expect([xTrain.shape, xTest.shape, yTrain.shape, yTest.shape]).toEqual([[8, 2], [2, 2], [8], [2]]);
    const rows = [...xTrain.data, ...xTest.data].filter((_, i) => i % 2 === 0);
    const labels = [...yTrain.data, ...yTest.data];
    expect(rows.map((value) => (value < 10 ? 0 : 1))).toEqual(labels);
    expect(rows.toSorted((a, b) => a - b)).toEqual([0, 2, 4, 6, 8, 10, 12, 14, 16, 18]);
    expect(xTest.data).toBeInstanceOf(Float32Array);
  });

  const draw = (randomState: number) => trainTestSplit(x, y, { randomState }).xTest.data;

  test("the seed decides", () => {
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
  });

  test("a test size of 1 or more counts rows, and stratify keeps the proportion", () => {
    const { yTest } = trainTestSplit(x, y, { testSize: 4, stratify: y });
    expect([...yTest.data].sort((a, b) => a - b)).toEqual([0, 0, 1, 1]);
  });

  test("says which argument is wrong", () => {
    expect(() => trainTestSplit(x, y, { testSize: 10 })).toThrow(/^trainTestSplit: testSize: .*received 10$/);
    expect(() => trainTestSplit(x, ndarray(new Int32Array(3), [3]))).toThrow(
      /^trainTestSplit: y: expected 10 rows/,
    );
  });
});

describe("toCategorical", () => {
  test("writes one row for each label", () => {
    expect(toCategorical([2, 0])).toEqual({ shape: [2, 3], data: Float32Array.of(0, 0, 1, 1, 0, 0) });
    expect(toCategorical(ndarray(Int32Array.of(1), [1]), 4).shape).toEqual([1, 4]);
  });

  test.each([
    [[3], 3],
    [[-1], 3],
    [[0.5], 3],
  ])("refuses the labels %j of %d classes", (labels, classes) => {
    expect(() => toCategorical(labels, classes)).toThrow(
      /^toCategorical: labels\[0\]: expected a whole number from 0 to 2/,
    );
  });
});
