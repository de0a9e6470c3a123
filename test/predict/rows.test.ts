import { describe, expect, test } from "vitest";
import { type Backend, type Session, referenceBackend } from "../../src/engine/index.ts";
import { dense, sequential } from "../../src/nn/index.ts";
import { openRows } from "../../src/predict/index.ts";

// y = 2 · x
const twice = {
  model: sequential([dense({ units: 1, useBias: false })]),
  inputShape: [1],
  weights: { "dense/kernel": Float32Array.of(2) },
};

/** The reference backend, which tells the programs that it runs; `change` stands for another rounding of some of them. */
function spied(change: (program: string, value: number) => number = (_, value) => value): {
  readonly backend: Backend;
  readonly runs: string[];
  readonly opened: string[][];
} {
  const plain = referenceBackend();
  const runs: string[] = [];
  const opened: string[][] = [];
  const open: Backend["open"] = async (programs) => {
    opened.push(Object.keys(programs));
    const session = await plain.open(programs);
    const run: Session["run"] = async (name, inputs) => {
      runs.push(name);
      const { predictions = new Float32Array() } = await session.run(name, inputs);
      return { predictions: predictions.map((value) => change(name, value)) };
    };
    return { ...session, run };
  };
  return { backend: { ...plain, open }, runs, opened };
}
const setTo = (value: number) => (target: Float32Array, offset: number) => void (target[offset] = value);

describe("rows of a model", () => {
  test("that are asked for together share a run; a few are run one by one", async () => {
    const { backend, runs, opened } = spied();
    const rows = await openRows(twice, { backend });
    expect(opened).toEqual([["predict 1", "predict 16"]]);
    const ask = async (count: number): Promise<readonly number[]> => {
      runs.length = 0;
      const found = await Promise.all(Array.from({ length: count }, (_, i) => rows.outputs(setTo(i))));
      expect(found.map(([value]) => value)).toEqual(found.map((_, i) => 2 * i));
      return runs.map((name) => Number(name.slice("predict ".length)));
    };
    expect(await ask(1)).toEqual([1]);
    expect(await ask(3)).toEqual([1, 1, 1]);
    expect(await ask(9)).toEqual([16]);
    expect(await ask(33)).toEqual([16, 16, 1]);
    rows.close();
  });

  test("get the same bits alone and among others: where a run of one rounds otherwise, it is not used", async () => {
    const ofOne = spied((name, value) =>
      name === "predict 1" ? Math.fround(value * (1 + 2 ** -23)) : value,
    );
    (await openRows(twice, ofOne)).close();
    expect(ofOne.opened).toEqual([
      ["predict 1", "predict 16"],
      ["predict 2", "predict 16"],
    ]);
    const ofMany = spied((name, value) => (name === "predict 16" ? -value : value));
    const rows = await openRows(twice, ofMany);
    expect(ofMany.opened.at(-1)).toEqual(["predict 16"]);
    ofMany.runs.length = 0;
    await rows.outputs(setTo(1));
    expect(ofMany.runs).toEqual(["predict 16"]);
    rows.close();
  });

  test("take a smaller batch where a large one would hold much memory", async () => {
    const { backend, opened } = spied();
    const measure: Backend["measure"] = (programs) => ({
      ...backend.measure(programs),
      total: 1e8 * Number(Object.keys(programs)[0]?.slice("predict ".length)),
    });
    (await openRows(twice, { backend: { ...backend, measure } })).close();
    expect(opened).toEqual([["predict 1", "predict 2"]]);
    (await openRows(twice, { backend: { ...backend, measure }, batchSize: 9 })).close();
    expect(opened.at(-1)).toEqual(["predict 9"]);
  });

  test("a failure reaches those that it concerns, and no others", async () => {
    const failing = spied((_, value) => {
      if (Number.isNaN(value)) throw new Error("thread lost");
      return value;
    });
    const rows = await openRows(twice, failing);
    const fails = (): never => {
      throw new Error("no pixels");
    };
    const [good, bad] = await Promise.allSettled([rows.outputs(setTo(4)), rows.outputs(fails)]);
    expect(good).toMatchObject({ value: Float32Array.of(8) });
    expect(bad).toMatchObject({ reason: new Error("no pixels") });
    await expect(rows.outputs(setTo(Number.NaN))).rejects.toThrow("thread lost");
    expect(await rows.outputs(setTo(1))).toEqual(Float32Array.of(2));
    rows.close();
    await expect(rows.outputs(setTo(1))).rejects.toThrow("predict: expected an open model");
  });

  test("follow the weights that are written", async () => {
    const rows = await openRows(twice, { backend: referenceBackend() });
    await rows.write({ "dense/kernel": Float32Array.of(-3) });
    expect(await rows.outputs(setTo(2))).toEqual(Float32Array.of(-6));
    rows.close();
  });
});
