import {
  type ArrayInput,
  type NdArray,
  type Numbers,
  at,
  checkIsOptions,
  checkOptions,
  fault,
  isObject,
  ndarray,
  seeded,
  showValue,
  sizeOf,
  toNdArray,
  groupBy,
} from "../base/index.ts";
import { assignGroups } from "./split/index.ts";
import type { Part } from "./types.ts";

/**
 * How `trainTestSplit` divides the rows; names as in scikit-learn's train_test_split.
 * @example
 * const options: TrainTestSplitOptions = { testSize: 0.2, randomState: 4 };
 */
export interface TrainTestSplitOptions {
  /** Fraction of the rows in (0, 1), or their number. @default 0.25 */
  readonly testSize?: number;
  /** Seed of the draw. @default 0 */
  readonly randomState?: number;
  /** Class of each row; the test set then has each class in proportion. */
  readonly stratify?: ArrayInput;
  /**
   * Group of each row (patient, source image): rows of one group stay together, the sizes as near as that allows. false: every
   * row by itself. @default those of the folder, where x comes from `imageFolder`
   */
  readonly groups?: ArrayInput | false;
  /**
   * Part of each row as the data's own folders or column say; its test part (else its validation part) is then the test set, and
   * testSize is left out. false: draw from all rows. @default those of the folder, where x comes from `imageFolder`
   */
  readonly parts?: readonly Part[] | false;
  /** Weight of each row, [n]; they are divided as the rows are. @default those of the folder */
  readonly sampleWeight?: ArrayInput;
}

/**
 * Rows with labels and groups, as `imageFolder` gives them.
 * @example
 * const rows: GroupedRows<Float32Array, Int32Array> = { x, y, groups: ndarray(Int32Array.of(0, 0, 1, 1, 2, 2), [6]) };
 */
export interface GroupedRows<X extends Numbers, Y extends Numbers> {
  /** [n, …] */
  readonly x: NdArray<X>;
  /** [n, …] */
  readonly y: NdArray<Y>;
  /** Group number of each row, [n]. */
  readonly groups: NdArray;
  /** Part of each row, where the data brings its own split. */
  readonly parts?: readonly Part[];
  /** Weight of each row, [n], where the data has some. */
  readonly sampleWeight?: NdArray;
}

/**
 * Rows of x and of y, apart.
 * @example
 * const { xTrain, xTest, yTrain, yTest }: TrainTestSplit<Float32Array, Int32Array> = trainTestSplit(x, y, {
 *   testSize: 2,
 * });
 * xTest.shape; // → [2, 8, 8, 3]
 */
export interface TrainTestSplit<X extends Numbers, Y extends Numbers> {
  /** Rows of x to train on. */
  readonly xTrain: NdArray<X>;
  /** Rows of x held out. */
  readonly xTest: NdArray<X>;
  /** Labels of `xTrain`, row by row. */
  readonly yTrain: NdArray<Y>;
  /** Labels of `xTest`, row by row. */
  readonly yTest: NdArray<Y>;
  /** Weights of `xTrain`, row by row, where weights were given. */
  readonly sampleWeightTrain?: NdArray;
  /** Weights of `xTest`, row by row, where weights were given. */
  readonly sampleWeightTest?: NdArray;
}

/** What is known of the rows of an array. */
type KnownRows = Pick<GroupedRows<Numbers, Numbers>, "groups" | "parts">;

/** Of arrays that came with groups: a split that is not told of them would put near-duplicates on both sides. */
const knownRows = new WeakMap<object, KnownRows>();

/** The same array, whose rows `trainTestSplit` divides by these groups and parts unless it is told otherwise. */
export function withGroups<T extends Numbers>(
  x: NdArray<T>,
  groups: NdArray,
  parts?: readonly Part[],
): NdArray<T> {
  knownRows.set(x, { groups, ...(parts && { parts }) });
  return x;
}

/**
 * Divides the rows of a folder that `imageFolder` read: shuffled, whole groups, so that no near-duplicate is on both sides.
 * @example
 * const groups = ndarray(Int32Array.of(0, 0, 1, 1, 2, 2), [6]); // rows of one group stay together
 * const { xTrain, xTest, yTrain, yTest } = trainTestSplit({ x, y, groups }, { testSize: 1 / 3, randomState: 4 });
 * xTest.shape; // → [2, 8, 8, 3]
 */
export function trainTestSplit<X extends Numbers, Y extends Numbers>(
  folder: GroupedRows<X, Y>,
  options?: TrainTestSplitOptions,
): TrainTestSplit<X, Y>;
/**
 * Shuffles the rows of x [n, …] and y [n, …] together and divides them (names of scikit-learn's train_test_split). Where x comes
 * from `imageFolder` its groups stay whole.
 */
export function trainTestSplit<X extends Numbers, Y extends Numbers>(
  x: NdArray<X>,
  y: NdArray<Y>,
  options?: TrainTestSplitOptions,
): TrainTestSplit<X, Y>;
/** The same of lists of numbers, which become float32. */
export function trainTestSplit(
  x: ArrayInput,
  y: ArrayInput,
  options?: TrainTestSplitOptions,
): TrainTestSplit<Numbers, Numbers>;
export function trainTestSplit(
  first: ArrayInput | GroupedRows<Numbers, Numbers>,
  second?: ArrayInput | TrainTestSplitOptions,
  third?: TrainTestSplitOptions,
): TrainTestSplit<Numbers, Numbers> {
  if (isFolder(first)) {
    const { x, y, groups, parts, sampleWeight } = first;
    const known = { groups, ...(parts && { parts }), ...(sampleWeight && { sampleWeight }) };
    return splitRows(x, y, { ...known, ...optionsIn(second) });
  }
  const [x, y] = [toNdArray("trainTestSplit: x", first), toNdArray("trainTestSplit: y", second)];
  return splitRows(x, y, { ...(isObject(first) && knownRows.get(first)), ...third });
}

const isFolder = (value: unknown): value is GroupedRows<Numbers, Numbers> =>
  isObject(value) && "x" in value && "y" in value;

/** What follows a folder. @throws when that is labels or the like */
function optionsIn(value: object | undefined): TrainTestSplitOptions {
  checkIsOptions("trainTestSplit: options", value ?? {}, "testSize");
  return { ...value };
}

function splitRows(x: NdArray, y: NdArray, options: TrainTestSplitOptions): TrainTestSplit<Numbers, Numbers> {
  checkOptions(
    "trainTestSplit",
    options,
    { testSize: true, randomState: true, stratify: true, groups: true, parts: true, sampleWeight: true },
    { shuffle: "rows are always shuffled, as randomState decides", trainSize: "use testSize: 1 - trainSize" },
  );
  const { testSize = 0.25, randomState = 0 } = options;
  const isOwnTest = ownTest(options);
  const stratify = options.stratify && toNdArray("trainTestSplit: stratify", options.stratify);
  const groups = options.groups ? toNdArray("trainTestSplit: groups", options.groups) : undefined;
  const weights = options.sampleWeight && toNdArray("trainTestSplit: sampleWeight", options.sampleWeight);
  const n = x.shape[0] ?? 0;
  for (const [name, array] of Object.entries({ y, stratify, groups, sampleWeight: weights }))
    if (array && array.shape[0] !== n) throw rowsDiffer(name, n, array);
  const order = seeded(randomState).shuffle(Array.from({ length: n }, (_, i) => i));
  const test = isOwnTest
    ? order.filter(isOwnTest)
    : groups
      ? wholeGroups(order, { groups, stratify, fraction: testFraction(testSize, n), seed: randomState })
      : stratify
        ? stratified(order, stratify.data, testFraction(testSize, n))
        : order.slice(0, testRows(testSize, n));
  const inTest = new Set(test);
  const train = order.filter((row) => !inTest.has(row));
  // Another split of a part keeps the groups whole too.
  const part = (rows: readonly number[]): NdArray =>
    groups ? withGroups(takeRows(x, rows), takeRows(groups, rows)) : takeRows(x, rows);
  return {
    xTrain: part(train),
    xTest: part(test),
    yTrain: takeRows(y, train),
    yTest: takeRows(y, test),
    ...(weights && {
      sampleWeightTrain: takeRows(weights, train),
      sampleWeightTest: takeRows(weights, test),
    }),
  };
}

/** Which rows the data itself holds out; nothing where it does not. @throws where a size is asked for as well */
function ownTest({ parts, testSize }: TrainTestSplitOptions): ((row: number) => boolean) | undefined {
  const heldOut = parts && (["test", "validation"] as const).find((part) => parts.includes(part));
  if (!parts || heldOut === undefined || parts.every((part) => part === heldOut)) return undefined;
  if (testSize === undefined) return (row) => parts[row] === heldOut;
  throw fault("trainTestSplit: testSize", {
    expected: `none, since the data brings its own ${heldOut} part`,
    received: showValue(testSize),
    fix: "leave it out, or give parts: false to draw from all rows",
    exitCode: 2,
  });
}

/**
 * One row [0 … 1 … 0] for each label: [n, classCount]. @default classCount the largest label + 1
 * @example
 * const rows = toCategorical([0, 2, 1], 3); // [3, 3]
 * rows.data; // → [1, 0, 0, 0, 0, 1, 0, 1, 0]
 */
export function toCategorical(
  labels: ArrayLike<number> | NdArray,
  classCount?: number,
): NdArray<Float32Array> {
  const values = "data" in labels ? labels.data : labels;
  const classes =
    classCount ?? Array.from(values).reduce((largest, label) => Math.max(largest, label), -1) + 1;
  if (classCount !== undefined && !(Number.isSafeInteger(classCount) && classCount >= 1)) {
    throw fault("toCategorical: classCount", {
      expected: "a whole number from 1",
      received: showValue(classCount),
      exitCode: 2,
    });
  }
  const rows = new Float32Array(values.length * classes);
  for (let i = 0; i < values.length; i++) {
    const label = at(values, i);
    if (!Number.isInteger(label) || label < 0 || label >= classes) {
      throw fault(`toCategorical: labels[${i}]`, {
        expected: `a whole number from 0 to ${classes - 1}`,
        received: `${label}`,
        exitCode: 2,
      });
    }
    rows[i * classes + label] = 1;
  }
  return ndarray(rows, [values.length, classes]);
}

const rowsDiffer = (name: string, n: number, array: NdArray): Error =>
  fault(`trainTestSplit: ${name}`, {
    expected: `${n} rows, as x has`,
    received: `${array.shape[0] ?? 0}`,
    exitCode: 2,
  });

function testRows(testSize: number, n: number): number {
  const rows = testSize < 1 ? Math.ceil(testSize * n) : testSize;
  if (testSize > 0 && Number.isInteger(rows) && rows < n) return rows;
  throw fault("trainTestSplit: testSize", {
    expected: `a fraction above 0 and below 1, or a number of rows below ${n}`,
    received:
      testSize > 0 && testSize < 1
        ? `${testSize} of ${n} rows, which leaves none to train on`
        : `${testSize}`,
    exitCode: 2,
  });
}

const testFraction = (testSize: number, n: number): number => testRows(testSize, n) / n;

interface GroupedDraw {
  readonly groups: NdArray;
  readonly stratify: NdArray | undefined;
  readonly fraction: number;
  readonly seed: number;
}

function wholeGroups(
  order: readonly number[],
  { groups, stratify, fraction, seed }: GroupedDraw,
): readonly number[] {
  const rows = Array.from(groups.data, (group, row) => ({
    path: String(row),
    label: String(stratify?.data[row] ?? ""),
    group: String(group),
  }));
  if (new Set(groups.data).size < 2)
    throw fault("trainTestSplit: groups", {
      expected: "2 or more",
      received: "1",
      fix: "every row has a near-duplicate in the other set then; groups: false splits by rows all the same",
      exitCode: 2,
    });
  const bins = assignGroups(rows, { shares: [1 - fraction, fraction], random: seeded(seed) });
  return order.filter((row) => bins[row] === 1);
}

function stratified(order: readonly number[], classes: Numbers, fraction: number): number[] {
  const byClass = groupBy(order, (row) => classes[row]);
  const chosen = new Set<number>();
  for (const [label, rows] of byClass) {
    if (rows.length < 2) {
      throw fault("trainTestSplit: stratify", {
        expected: "2 rows or more of each class",
        received: `1 of class ${label}`,
        exitCode: 2,
      });
    }
    const count = Math.min(Math.max(Math.round(rows.length * fraction), 1), rows.length - 1);
    for (const row of rows.slice(0, count)) chosen.add(row);
  }
  return order.filter((row) => chosen.has(row));
}

function takeRows<T extends Numbers>({ shape, data }: NdArray<T>, rows: readonly number[]): NdArray<T> {
  const inner = shape.slice(1);
  const size = sizeOf(inner);
  // An array of the same kind, without naming the kinds one by one.
  const taken = new (data.constructor as new (length: number) => T)(rows.length * size);
  for (const [i, row] of rows.entries()) taken.set(data.subarray(row * size, (row + 1) * size), i * size);
  return ndarray(taken, [rows.length, ...inner]);
}
