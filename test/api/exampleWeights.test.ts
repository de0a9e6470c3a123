import { describe, expect, test } from "vitest";
import type { Model, ModelFitOptions } from "../../src/api/index.ts";
import { toCategorical } from "../../src/data/index.ts";
import { dense, sgd } from "../../src/nn/index.ts";
import { toyPlatform } from "./platform.ts";

/** Six points on a line; those above 0 are of class 1, which is rare. */
const x = [[-3], [-2], [-1], [-0.5], [1], [3]];
const y = [0, 0, 0, 0, 1, 1];
const quiet = { verbose: false, batchSize: 6, epochs: 1 } as const;

function line(units: 1 | 2 = 2): Model {
  const model = toyPlatform().api.sequential([
    dense({ units, activation: units === 1 ? "sigmoid" : "softmax" }),
  ]);
  const loss = units === 1 ? "binaryCrossentropy" : "sparseCategoricalCrossentropy";
  model.compile({ optimizer: sgd({ learningRate: 0.1 }), loss });
  return model;
}

const numbersOf = (model: Model): readonly number[] =>
  Object.values(model.getWeights()).flatMap(({ data }) => [...data]);

/** The parameters after a step. */
async function trained(options: ModelFitOptions, units: 1 | 2 = 2): Promise<readonly number[]> {
  const model = line(units);
  await model.fit(x, y, { ...quiet, ...options });
  return numbersOf(model);
}

const refuses = (options: object, message: RegExp): Promise<void> =>
  expect(line().fit(x, y, { ...quiet, ...options })).rejects.toThrow(message);

describe("classWeight", () => {
  test("is the weight of every example of the class", async () => {
    const byExample = await trained({ sampleWeight: [1, 1, 1, 1, 4, 4] });
    expect(await trained({ classWeight: { 1: 4 } })).toEqual(byExample);
    expect(await trained({ classWeight: { ill: 4 }, classNames: ["healthy", "ill"] })).toEqual(byExample);
    expect(byExample).not.toEqual(await trained({}));
  });

  test("balanced: every class counts as much as any other", async () => {
    const byExample = await trained({ sampleWeight: [0.75, 0.75, 0.75, 0.75, 1.5, 1.5] });
    expect(await trained({ classWeight: "balanced" })).toEqual(byExample);
  });

  test("is multiplied with the weights of examples", async () => {
    const weights = { sampleWeight: [1, 2, 3, 4, 5, 6], classWeight: { 0: 2, 1: 0.5 } };
    expect(await trained(weights)).toEqual(await trained({ sampleWeight: [2, 4, 6, 8, 2.5, 3] }));
  });

  test("tells two classes apart by one sigmoid unit", async () => {
    const byExample = await trained({ sampleWeight: [1, 1, 1, 1, 4, 4] }, 1);
    expect(await trained({ classWeight: { 1: 4 } }, 1)).toEqual(byExample);
  });

  test.each<[object, RegExp]>([
    [{ classWeight: { 2: 1 } }, /^model\.fit: classWeight: 2: expected a class index from 0 to 1/],
    [{ classWeight: { sick: 1 }, classNames: ["well", "sic"] }, /; use sic$/],
    [{ classWeight: { 0: 0 } }, /^model\.fit: classWeight: 0: expected a number above 0/],
    [
      { classWeight: "balanced", sampling: "balanced" },
      /^model\.fit: classWeight: .*leave one of the two out/,
    ],
    [{ classWeight: 3 }, /^model\.fit: classWeight: expected balanced, or weights by class/],
  ])("%j is refused", (options, message) => refuses(options, message));

  test("balanced, is refused where a class has no example", async () => {
    await expect(line().fit(x, [0, 0, 0, 0, 0, 0], { ...quiet, classWeight: "balanced" })).rejects.toThrow(
      /^model\.fit: classWeight: expected training examples of every class, received none of class 1/,
    );
  });
});

describe("sampleWeight", () => {
  test("of 0 is as if the example were not there, but for the divisor", async () => {
    const model = line();
    await model.fit(x, y, { ...quiet, sampleWeight: [0, 0, 0, 1, 1, 0] });
    const other = line();
    other.compile({ optimizer: sgd({ learningRate: 0.1 / 3 }) });
    await other.fit([[-0.5], [1]], [0, 1], quiet);
    for (const [i, value] of numbersOf(model).entries()) expect(value).toBeCloseTo(numbersOf(other)[i]!, 6);
  });

  test("as third member of validationData: weighs the validation loss and not its accuracy", async () => {
    const measured = async (weights?: number[]) => {
      const validationData = weights ? ([x, y, weights] as const) : ([x, y] as const);
      const history = await line().fit(x, y, { ...quiet, validationData });
      return history.epochs[0]!.validation!;
    };
    const [plain, double] = [await measured(), await measured([2, 2, 2, 2, 2, 2])];
    expect(double.loss).toBeCloseTo(2 * plain.loss, 6);
    expect(double.accuracy).toBe(plain.accuracy);
    expect((await measured([0, 0, 0, 0, 0, 6])).loss).not.toBeCloseTo(plain.loss, 3);
  });

  test("of a stream stands beside its rows, and of a folder in it", async () => {
    const weights = [1, 2, 3, 4, 5, 6];
    const wanted = line();
    // A stream is not shuffled; in one batch the order counts for nothing but rounding.
    await wanted.fit(x, y, { ...quiet, sampleWeight: weights });
    const [ofStream, ofFolder] = [line(), line()];
    await ofStream.fit(() => [[x, y, weights] as const], { ...quiet, stepsPerEpoch: 1 });
    await ofFolder.fit({ x, y, sampleWeight: weights }, quiet);
    expect(numbersOf(ofFolder)).toEqual(numbersOf(wanted));
    for (const [i, value] of numbersOf(ofStream).entries())
      expect(value).toBeCloseTo(numbersOf(wanted)[i]!, 6);
  });

  test("multiplies with the classes of one-hot rows", async () => {
    const rows = line();
    rows.compile({ optimizer: sgd({ learningRate: 0.1 }), loss: "categoricalCrossentropy" });
    await rows.fit(x, toCategorical(y), { ...quiet, classWeight: { 1: 4 } });
    const wanted = await trained({ classWeight: { 1: 4 } });
    for (const [i, value] of numbersOf(rows).entries()) expect(value).toBeCloseTo(wanted[i]!, 6);
  });

  test.each<[object, RegExp]>([
    [{ sampleWeight: [1, 2] }, /^model\.fit: sampleWeight: expected shape \[6\].*received \[2\]$/],
    [{ sampleWeight: [1, 1, -1, 1, 1, 1] }, /^model\.fit: sampleWeight\[2\]: .*received -1$/],
    [{ sampleWeight: [1, 1, 1, Infinity, 1, 1] }, /^model\.fit: sampleWeight\[3\]: .*Infinity$/],
    [{ sampleWeight: [0, 0, 0, 0, 0, 0] }, /^model\.fit: sampleWeight: expected a weight above 0 somewhere/],
    [{ validationData: [x, y, [1]] }, /^model\.fit: validationData: sampleWeight: expected shape \[6\]/],
  ])("%j is refused", (options, message) => refuses(options, message));

  test("is refused beside a stream, and where only some of its rows have it", async () => {
    const stream = () => [[x, y, [1, 1, 1, 1, 1, 1]] as const, [x, y] as const];
    const options = { ...quiet, stepsPerEpoch: 2 };
    await expect(line().fit(stream, options)).rejects.toThrow(
      /^model\.fit: stream: expected \[x, y, weights\], as its first rows, received \[x, y\]/,
    );
    await expect(line().fit(stream, { ...options, sampleWeight: [1] })).rejects.toThrow(
      /^model\.fit: sampleWeight: .*; let the stream give \[x, y, weights\]$/,
    );
    await expect(line().fit(stream, { ...options, classWeight: "balanced" })).rejects.toThrow(
      /received balanced; give a weight for each class$/,
    );
  });
});

test("a folder's column of weights reaches the training", async () => {
  const toy = toyPlatform();
  for (const [i, channel] of [0, 0, 1, 1].entries())
    toy.files.set(`pets/${i}.png`, Uint8Array.of(i, channel));
  const csv = "path,label,weight\n0.png,red,1\n1.png,red,0.5\n2.png,green,2\n3.png,green,\n";
  toy.files.set("pets/labels.csv", new TextEncoder().encode(csv));
  const folder = await toy.api.imageFolder("pets", { size: 2, detect: false });
  expect([...folder.sampleWeight!.data]).toEqual([1, 0.5, 2, 1]);
});
