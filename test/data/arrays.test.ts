import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ndarray } from "../../src/base/index.ts";
import { toCategorical, trainTestSplit } from "../../src/data/index.ts";

const rowsOf = (count: number) =>
  ndarray(
    Float32Array.from({ length: count * 2 }, (_, i) => i),
    [count, 2],
  );
const listed = (values: readonly number[]) => ndarray(Int32Array.from(values), [values.length]);
/** Numbers of the rows of x, which holds twice its row's number first. */
const numbersOf = (data: Float32Array): readonly number[] =>
  [...data].filter((_, i) => i % 2 === 0).map((x) => x / 2);

const groupings = fc
  .array(fc.nat({ max: 6 }), { minLength: 8, maxLength: 40 })
  .filter((list) => new Set(list).size > 2);

describe("trainTestSplit by groups", () => {
  test("keeps rows of one group together, and every row once", () => {
    fc.assert(
      fc.property(
        groupings,
        fc.double({ min: 0.1, max: 0.6, noNaN: true }),
        fc.nat({ max: 999 }),
        (list, testSize, randomState) => {
          const { xTrain, xTest, yTrain, yTest } = trainTestSplit(rowsOf(list.length), listed(list), {
            testSize,
            randomState,
            groups: listed(list),
          });
          expect([...yTrain.data].filter((group) => yTest.data.includes(group))).toEqual([]);
          const rows = [...numbersOf(xTrain.data), ...numbersOf(xTest.data)];
          expect(rows.toSorted((a, b) => a - b)).toEqual(list.map((_, i) => i));
          expect(rows.map((row) => list[row])).toEqual([...yTrain.data, ...yTest.data]);
          expect(yTest.data.length).toBeGreaterThan(0);
          expect(yTrain.data.length).toBeGreaterThan(0);
        },
      ),
    );
  });

  test("has each class in proportion too, as near as the groups allow", () => {
    // 20 groups of 3 rows, every other one of class 1.
    const groups = Array.from({ length: 60 }, (_, i) => Math.floor(i / 3));
    const classes = listed(groups.map((group) => group % 2));
    for (let randomState = 0; randomState < 10; randomState++) {
      const { yTest } = trainTestSplit(rowsOf(60), classes, {
        testSize: 0.2,
        randomState,
        groups: listed(groups),
        stratify: classes,
      });
      expect([0, 1].map((label) => yTest.data.filter((one) => one === label).length)).toEqual([6, 6]);
    }
  });

  test("comes in the shuffled order of the seed", () => {
    const groups = Array.from({ length: 12 }, (_, i) => i);
    const order = (randomState: number) =>
      numbersOf(
        trainTestSplit(rowsOf(12), listed(groups), { randomState, groups: listed(groups) }).xTrain.data,
      );
    expect(order(1)).toEqual(order(1));
    expect(order(1)).not.toEqual(order(1).toSorted((a, b) => a - b));
  });

  test("refuses a single group, and a list of another length", () => {
    const x = rowsOf(6);
    const y = listed([0, 0, 0, 1, 1, 1]);
    expect(() => trainTestSplit(x, y, { groups: listed([4, 4, 4, 4, 4, 4]) })).toThrow(
      "trainTestSplit: groups: expected 2 or more",
    );
    expect(() => trainTestSplit(x, y, { groups: listed([1, 2]) })).toThrow(
      "trainTestSplit: groups: expected 6 rows, as x has, received 2",
    );
    expect(() => trainTestSplit(x, y, { stratify: listed([1]) })).toThrow(
      "trainTestSplit: stratify: expected 6 rows",
    );
  });
});

describe("trainTestSplit by class", () => {
  test("has of each class its share, at least one row on either side", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 30 }),
        fc.integer({ min: 2, max: 30 }),
        fc.constantFrom(0.1, 0.25, 0.5, 0.75),
        (few, many, testSize) => {
          const classes = listed([...Array<number>(few).fill(0), ...Array<number>(many).fill(1)]);
          const { yTest } = trainTestSplit(rowsOf(few + many), classes, { testSize, stratify: classes });
          for (const [label, total] of [
            [0, few],
            [1, many],
          ] as const) {
            const count = yTest.data.filter((one) => one === label).length;
            // The share of the rows is rounded up first, and then that of the class to the nearest.
            expect(Math.abs(count - testSize * total)).toBeLessThanOrEqual(1.5);
            expect(count).toBeGreaterThanOrEqual(1);
            expect(count).toBeLessThan(total);
          }
        },
      ),
    );
  });

  test("refuses a class of one row, which cannot be on both sides", () => {
    const classes = listed([0, 0, 0, 1]);
    expect(() => trainTestSplit(rowsOf(4), classes, { testSize: 0.5, stratify: classes })).toThrow(
      "trainTestSplit: stratify: expected 2 rows or more of each class, received 1 of class 1",
    );
  });

  test.each([0, -1, 1.5, 4, 5, Number.NaN])("refuses the test size %d of four rows", (testSize) => {
    expect(() => trainTestSplit(rowsOf(4), listed([0, 0, 1, 1]), { testSize })).toThrow(
      "trainTestSplit: testSize",
    );
  });
});

test("a fraction that leaves nothing to train on is refused by saying so", () => {
  expect(() => trainTestSplit(rowsOf(4), listed([0, 0, 1, 1]), { testSize: 0.9 })).toThrow(
    "received 0.9 of 4 rows, which leaves none to train on",
  );
});

test("rows of higher rank and other numbers stay whole", () => {
  const x = ndarray(
    Uint8Array.from({ length: 24 }, (_, i) => i),
    [4, 3, 2],
  );
  const { xTrain, xTest, yTest } = trainTestSplit(x, ndarray(Float64Array.of(0.5, 1.5, 2.5, 3.5), [4]), {
    testSize: 1,
  });
  expect([xTrain.shape, xTest.shape]).toEqual([
    [3, 3, 2],
    [1, 3, 2],
  ]);
  expect(xTest.data).toBeInstanceOf(Uint8Array);
  expect(yTest.data).toBeInstanceOf(Float64Array);
  const row = Math.floor(yTest.data[0]!);
  expect([...xTest.data]).toEqual(Array.from({ length: 6 }, (_, i) => row * 6 + i));
});

describe("trainTestSplit with weights", () => {
  // The weight of row i is i + 0.5, so that it tells whose it is.
  const [x, y, weights] = [
    rowsOf(8),
    listed([0, 0, 0, 0, 1, 1, 1, 1]),
    Array.from({ length: 8 }, (_, i) => i + 0.5),
  ];
  const sampleWeight = ndarray(Float32Array.from(weights), [8]);
  const groups = listed([0, 0, 1, 1, 2, 2, 3, 3]);

  test.each([
    ["of an option", () => trainTestSplit(x, y, { sampleWeight: weights })],
    ["of a folder, in whole groups", () => trainTestSplit({ x, y, groups, sampleWeight })],
    [
      "of an option beside a folder's",
      () =>
        trainTestSplit({ x, y, groups, sampleWeight: ndarray(new Float32Array(8), [8]) }, { sampleWeight }),
    ],
  ])("gives each row its own: %s", (_, split) => {
    const { xTrain, xTest, sampleWeightTrain, sampleWeightTest } = split();
    expect(sampleWeightTrain).toEqual({
      shape: [xTrain.shape[0]],
      data: Float32Array.from(numbersOf(xTrain.data), (row) => row + 0.5),
    });
    expect(sampleWeightTest).toEqual({
      shape: [xTest.shape[0]],
      data: Float32Array.from(numbersOf(xTest.data), (row) => row + 0.5),
    });
  });

  test("gives none where there are none, and refuses another number of them", () => {
    expect(trainTestSplit(x, y)).not.toHaveProperty("sampleWeightTrain");
    expect(() => trainTestSplit(x, y, { sampleWeight: [1, 2] })).toThrow(
      /^trainTestSplit: sampleWeight: expected 8 rows, as x has, received 2/,
    );
  });
});

test("one row for each label has one 1, where the label says", () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 9 }), { minLength: 1, maxLength: 20 }), (labels) => {
      const { shape, data } = toCategorical(labels, 10);
      expect(shape).toEqual([labels.length, 10]);
      labels.forEach((label, i) => {
        const row = [...data.subarray(i * 10, i * 10 + 10)];
        expect([row.indexOf(1), row.reduce((a, b) => a + b)]).toEqual([label, 1]);
      });
    }),
  );
  expect(toCategorical([])).toEqual({ shape: [0, 0], data: new Float32Array(0) });
});
