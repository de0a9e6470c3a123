import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type Backend,
  type Value,
  argmax,
  conv2d,
  differentiate,
  exp,
  log,
  maxPool2dWithPositions,
  maximum,
  minimum,
  multiply,
  parameter,
  reduceMax,
  reduceSum,
  relu,
  softmax,
  softmaxCrossEntropy,
} from "../../src/engine/index.ts";
import { backends, runOnce } from "./backends.ts";
import { unaryOps } from "./cases/unaryOps.ts";

// What PyTorch 2.13 does, where it says one thing: a NaN comes through whatever takes the greatest.

describe.each(backends)("%s", (_, open) => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await open();
  });
  afterAll(() => backend.close());

  /** y of one input x, in a vector of 4 and alone. */
  async function y(data: readonly number[], make: (x: Value) => Value): Promise<number[]> {
    const found = await runOnce(backend, { x: { shape: [data.length], data } }, ({ x }) => ({ y: make(x!) }));
    return [...found["y"]!];
  }

  test.each(Object.entries(unaryOps))("%s of NaN is NaN", async (_name, op) => {
    const found = await y([1, NaN, 2, 0.5, NaN], op);
    expect(found.map(Number.isNaN)).toEqual([false, true, false, false, true]);
  });

  test("maximum and minimum are NaN where either is", async () => {
    const given = {
      a: { shape: [5], data: [NaN, 1, NaN, 2, -0] },
      b: { shape: [5], data: [1, NaN, NaN, 3, 0] },
    };
    const found = await runOnce(backend, given, ({ a, b }) => ({
      most: maximum(a!, b!),
      least: minimum(a!, b!),
    }));
    expect([...found["most"]!].map(Math.abs)).toEqual([NaN, NaN, NaN, 3, 0]);
    expect([...found["least"]!].map(Math.abs)).toEqual([NaN, NaN, NaN, 2, 0]);
  });

  test("the greatest of numbers and NaNs is NaN, and stands where the first one does", async () => {
    const data = [1, NaN, 3, 0, NaN, 2, NaN, 5, 4, 5, NaN, NaN, 1, 7, 7, -Infinity];
    const given = { x: { shape: [4, 4], data } };
    const found = await runOnce(backend, given, ({ x }) => ({
      rows: reduceMax(x!, { axes: [1] }),
      columns: reduceMax(x!, { axes: [0] }),
      all: reduceMax(x!),
      at: argmax(x!),
      down: argmax(x!, 0),
      probabilities: softmax(x!),
    }));
    expect([...found["rows"]!]).toEqual([NaN, NaN, NaN, 7]);
    expect([...found["columns"]!]).toEqual([NaN, NaN, NaN, NaN]);
    expect([...found["all"]!]).toEqual([NaN]);
    expect([...found["at"]!]).toEqual([1, 0, 2, 1]);
    expect([...found["down"]!]).toEqual([1, 0, 1, 2]);
    expect([...found["probabilities"]!].slice(0, 12)).toEqual(Array(12).fill(NaN));
  });

  test("a window with a NaN has it for its maximum, and its gradient goes there", async () => {
    const [nan, more] = [NaN, 9];
    // Windows of [[1, more], [nan, 2]], [[nan, 1], [1, 1]], [[1, 2], [3, nan]] and [[1, 2], [3, 4]].
    const data = [1, more, nan, 1, nan, 2, 1, 1, 1, 2, 1, 2, 3, nan, 3, 4];
    const found = await runOnce(backend, { x: { shape: [1, 4, 4, 1], data } }, ({ x }) => {
      const [y, positions] = maxPool2dWithPositions(x!);
      const [dx] = differentiate(reduceSum(multiply(y, y)), [x!]);
      return { y, positions, dx: dx! };
    });
    expect([...found["y"]!]).toEqual([NaN, NaN, NaN, 4]);
    expect([...found["positions"]!]).toEqual([2, 0, 3, 3]);
    expect([...found["dx"]!].flatMap((x, i) => (Number.isNaN(x) ? [i] : []))).toEqual([2, 4, 13]);
  });

  test.each([
    ["side by side", 3, 8],
    ["of many channels", 16, 16],
  ])("a convolution with one NaN, pooled and rectified, is NaN where it reaches: %s", async (_name, c, k) => {
    const size = 8 * 8 * c;
    const data = Array.from({ length: size }, (_value, i) => (i === (3 * 8 + 3) * c ? NaN : 1));
    const found = await runOnce(backend, { x: { shape: [1, 8, 8, c], data } }, ({ x }) => {
      const w = parameter(x!.graph, "w", [3, 3, c, k]);
      const [y] = maxPool2dWithPositions(relu(conv2d(x!, w, { padding: "same" })));
      return { y };
    });
    const reached = [...found["y"]!].flatMap((value, i) =>
      Number.isNaN(value) && i % k === 0 ? [i / k] : [],
    );
    // Rows and columns 2 to 4 of the map are rows and columns 1 and 2 of the pooled one; Winograd's tiles are NaN as a whole.
    expect(reached).toEqual(expect.arrayContaining([5, 6, 9, 10]));
    expect(reached.length).toBeLessThan(16);
  });

  test("exp and log are right below the normal numbers and beyond the largest", async () => {
    const exps = await y([-Infinity, -104, -100, -88, 88.5, 89, Infinity], exp);
    const expected = [0, 0, Math.exp(-100), Math.exp(-88), Math.exp(88.5), Infinity, Infinity];
    for (const [i, value] of expected.entries())
      expect(exps[i]).toSatisfy((x: number) => x === value || Math.abs(x - value) < 2e-45 + 1e-6 * value);
    const logs = await y([2 ** -149, 2 ** -140, 2 ** -127, 2 ** -126, 0], log);
    for (const [i, power] of [-149, -140, -127, -126].entries())
      expect(logs[i]).toBeCloseTo(power * Math.LN2, 4);
    expect(logs[4]).toBe(-Infinity);
  });

  test("a class that is masked by -Infinity, and an example without label, add nothing to loss and gradient", async () => {
    const given = {
      logits: { shape: [3, 3], data: [0, Math.log(3), -Infinity, NaN, 1, 2, 1, -Infinity, 1] },
      labels: { shape: [3], data: [1, -1, 0] },
      rows: { shape: [3, 3], data: [0, 1, 0, 0, 0, 0, 1, 0, 0] },
    };
    const found = await runOnce(backend, given, ({ logits, labels, rows }) => {
      const [byIndex, byRow] = [labels!, rows!].map((given) => softmaxCrossEntropy(logits!, given));
      return {
        byIndex: byIndex!,
        byRow: byRow!,
        dIndex: differentiate(reduceSum(byIndex!), [logits!])[0]!,
        dRow: differentiate(reduceSum(byRow!), [logits!])[0]!,
      };
    });
    const loss = [-Math.log(0.75), 0, Math.LN2];
    const gradient = [0.25, -0.25, 0, 0, 0, 0, -0.5, 0, 0.5];
    for (const name of ["byIndex", "byRow"])
      for (const [i, x] of loss.entries()) expect(found[name]![i]).toBeCloseTo(x, 6);
    for (const name of ["dIndex", "dRow"])
      for (const [i, x] of gradient.entries()) expect(found[name]![i]).toBeCloseTo(x, 6);
  });
});
