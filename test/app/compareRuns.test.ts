import { describe, expect, test } from "vitest";
import { type CompareResult, compare, resultOf } from "../../src/app/index.ts";
import { memoryStore } from "./fakeServices.ts";

interface Row {
  readonly path: string;
  readonly label?: string;
  readonly group?: string;
  readonly part?: string;
  readonly sha256?: string;
  readonly predicted?: string;
}

/** Rows of images 0.jpg, 1.jpg … of class "cat", each in a group of its own, all correct but for what `of` says. */
const rowsOf = (count: number, of: (i: number) => Partial<Row> = () => ({})): readonly Row[] =>
  Array.from({ length: count }, (_, i) => ({ path: `${i}.jpg`, ...of(i) }));

const header = "path,label,group,part,sha256,predicted";
const tableOf = (rows: readonly Row[]): string =>
  [
    header,
    ...rows.map(
      ({ path, label = "cat", group = "", part = "validation", sha256 = path, predicted = "cat" }) =>
        [path, label, group, part, sha256, predicted].join(","),
    ),
  ].join("\n");

interface Run {
  readonly rows: readonly Row[];
  /** split.csv */
  readonly split?: string;
  readonly config?: object;
}

const filesOf = (name: string, { rows, split, config = {} }: Run): Record<string, string> => ({
  [`${name}/predictions.csv`]: tableOf(rows),
  [`${name}/config.json`]: JSON.stringify(config),
  ...(split !== undefined && { [`${name}/split.csv`]: split }),
});

const compared = (
  one: Run,
  two: Run,
  runs: readonly [string, string] = ["one", "two"],
): Promise<CompareResult> =>
  resultOf(compare({ runs }, { files: memoryStore({ ...filesOf(runs[0], one), ...filesOf(runs[1], two) }) }));

/** The folder of an evaluation: no settings, and parts as the model's own split has them. */
const evaluationOf = (name: string, rows: readonly Row[]): Record<string, string> => ({
  [`${name}/predictions.csv`]: tableOf(rows),
  [`${name}/metrics.json`]: "{}",
});

describe("evaluations are compared", () => {
  const parts = (i: number): Partial<Row> => ({ part: i < 4 ? "train" : "new" });
  const ofTwo = (one: Record<string, string>, two: Record<string, string>): Promise<CompareResult> =>
    resultOf(compare({ runs: ["one", "two"] }, { files: memoryStore({ ...one, ...two }) }));

  test("on all images of both, whatever parts these are in, and those trained on count as leaked", async () => {
    const wrong = rowsOf(20, (i) => (i < 15 ? { predicted: "dog", part: "" } : { part: "" }));
    const result = await ofTwo(evaluationOf("one", wrong), evaluationOf("two", rowsOf(20, parts)));
    expect(result).toMatchObject({ part: "data", images: 20, outcome: { code: "not-comparable" } });
    expect(result.runs.map(({ accuracy, leakShare }) => [accuracy, leakShare])).toEqual([
      [0.25, 0],
      [1, 0.2],
    ]);
  });

  test("with a run, on the images of its own set", async () => {
    const run = [...rowsOf(12, () => ({ part: "test" })), ...rowsOf(30, (i) => ({ path: `v${i}.jpg` }))];
    const result = await ofTwo(filesOf("one", { rows: run }), evaluationOf("two", rowsOf(50)));
    expect(result).toMatchObject({ part: "test", images: 12 });
  });

  test("and where they are of other images, the refusal says what to do", async () => {
    const others = rowsOf(20, (i) => ({ path: `other-${i}.jpg` }));
    await expect(ofTwo(evaluationOf("one", rowsOf(20)), evaluationOf("two", others))).rejects.toThrow(
      /evaluate both models on the same images/,
    );
  });
});

describe("two runs are compared on", () => {
  test("the images of both alone, told by path and bytes", async () => {
    const one = rowsOf(20);
    const two = rowsOf(20, (i) => (i < 5 ? { sha256: "other bytes" } : {}));
    const { images, runs } = await compared({ rows: one }, { rows: two });
    expect([images, ...runs.map(({ total }) => total)]).toEqual([15, 20, 20]);
  });

  test("those under one label: one that was relabelled meanwhile is left out", async () => {
    const two = rowsOf(20, (i) => (i === 3 ? { label: "dog" } : {}));
    expect((await compared({ rows: rowsOf(20) }, { rows: two })).images).toBe(19);
  });

  test("the test sets where both have one, else the validation sets", async () => {
    const both = [...rowsOf(12, () => ({ part: "test" })), ...rowsOf(30, (i) => ({ path: `v${i}.jpg` }))];
    expect(await compared({ rows: both }, { rows: both })).toMatchObject({ part: "test", images: 12 });
    const one = both.filter(({ part }) => part !== "test");
    expect(await compared({ rows: both }, { rows: one })).toMatchObject({ part: "validation", images: 30 });
  });

  test("the same bytes where the data lies in another folder now, unless several files have them", async () => {
    const one = rowsOf(20, (i) => ({ sha256: `${i}` }));
    const moved = rowsOf(20, (i) => ({ path: `new/${i}.jpg`, sha256: `${i === 3 ? 4 : i}` }));
    expect((await compared({ rows: one }, { rows: moved })).images).toBe(18);
  });

  test("labels in either Unicode form", async () => {
    const [one, two] = ["caf\u00E9", "cafe\u0301"].map((label) => rowsOf(12, () => ({ label })));
    expect((await compared({ rows: one ?? [] }, { rows: two ?? [] })).images).toBe(12);
  });

  test("groups of the second where the first knows none", async () => {
    const grouped = rowsOf(20, (i) => ({ group: `g${i % 5}` }));
    expect((await compared({ rows: rowsOf(20) }, { rows: grouped })).groups).toBe(5);
    expect((await compared({ rows: grouped }, { rows: rowsOf(20) })).groups).toBe(5);
    expect((await compared({ rows: rowsOf(20) }, { rows: rowsOf(20) })).groups).toBe(20);
  });
});

describe("the difference", () => {
  const wrong = (count: number): readonly Row[] =>
    rowsOf(100, (i) => (i < count ? { predicted: "dog" } : {}));

  test("is the second run less the first, and counts who alone is correct", async () => {
    const result = await compared({ rows: wrong(40) }, { rows: wrong(10) });
    expect(result.difference).toBeCloseTo(0.9 - 0.6, 12);
    expect(result).toMatchObject({ onlyFirst: 0, onlySecond: 30, outcome: { code: "second-better" } });
    // All 30 that differ agree: twice 2^-30.
    expect(result.mcnemar).toBeCloseTo(2 ** -29, 15);
  });

  test("of the runs in the other order has the other sign and the other winner", async () => {
    const there = await compared({ rows: wrong(40) }, { rows: wrong(10) });
    const back = await compared({ rows: wrong(10) }, { rows: wrong(40) });
    expect(back.difference).toBeCloseTo(-there.difference, 12);
    expect([there.outcome.code, back.outcome.code]).toEqual(["second-better", "first-better"]);
  });

  test("of a run with itself is 0 and decides nothing", async () => {
    const result = await compared({ rows: wrong(40) }, { rows: wrong(40) });
    expect(result).toMatchObject({ difference: 0, outcome: { code: "not-distinguishable" }, mcnemar: 1 });
  });

  test("names runs by their folders, or by their paths where two folders have one name", async () => {
    const names = async (runs: readonly [string, string]): Promise<readonly string[]> => {
      const { outcome } = await compared({ rows: wrong(40) }, { rows: wrong(10) }, runs);
      return [outcome.data.first.name, outcome.data.second.name];
    };
    expect(await names(["runs/a", "runs/b"])).toEqual(["a", "b"]);
    expect(await names(["x/run", "y/run"])).toEqual(["x/run", "y/run"]);
  });
});

describe("leakage", () => {
  const rows = rowsOf(20, (i) => ({ group: `g${i % 10}` }));
  const trainedOn = (...groups: readonly string[]): string =>
    ["path,part,group,scene", ...groups.map((group, i) => `t${i}.jpg,train,${group},`)].join("\n");

  test("into one of the runs makes them incomparable, with the share of the images", async () => {
    const leaking = { rows, split: trainedOn("g0", "g1", "elsewhere") };
    const { outcome, runs } = await compared({ rows, split: trainedOn("elsewhere") }, leaking);
    expect(runs.map(({ leakShare }) => leakShare)).toEqual([0, 0.2]);
    expect(outcome).toMatchObject({
      code: "not-comparable",
      data: { first: { leaked: 0 }, second: { leaked: 4 } },
    });
  });

  test("into both leaves them comparable", async () => {
    const leaking = { rows, split: trainedOn("g0") };
    expect((await compared(leaking, leaking)).outcome.code).toBe("not-distinguishable");
  });

  test("is told by the scene where a photograph is part of one", async () => {
    const split = "path,part,group,scene\nt.jpg,train,g5,g0";
    const { runs } = await compared({ rows, split }, { rows });
    expect(runs[0].leakShare).toBeCloseTo(0.1, 12);
  });

  test("is none in a cross-validation: no model predicts what it was trained on", async () => {
    const split = "path,part,group,fold\nt.jpg,train,g0,1\nu.jpg,train,g1,2";
    expect((await compared({ rows, split }, { rows })).runs[0].leakShare).toBe(0);
  });
});

describe("a comparison is refused", () => {
  const good = filesOf("one", { rows: rowsOf(20) });
  const refusal = (files: Record<string, string>): Promise<unknown> =>
    resultOf(compare({ runs: ["one", "two"] }, { files: memoryStore({ ...good, ...files }) })).catch(
      (error: unknown) => error,
    );

  test.each<[string, Record<string, string>]>([
    ["a folder that there is not", {}],
    ["a run without predictions", { "two/config.json": "{}" }],
    ["another folder", { "two/notes.txt": "words" }],
  ])("for %s, as wrong use", async (_, files) => {
    expect(await refusal(files)).toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(/^two: /) as string,
    });
  });

  test("for a table of other columns, naming it", async () => {
    const files = { "two/predictions.csv": "a,b\n1,2", "two/config.json": "{}" };
    expect(await refusal(files)).toMatchObject({
      message: expect.stringMatching(/^two\/predictions\.csv: /),
    });
  });

  test.each([
    [9, false],
    [10, true],
  ])("for fewer than ten images in common: with %i it is taken: %j", async (count, taken) => {
    const outcome = await refusal(filesOf("two", { rows: rowsOf(count) }));
    if (taken) expect(outcome).toMatchObject({ images: 10 });
    else expect(outcome).toMatchObject({ exitCode: 1, message: expect.stringContaining("one/split.csv") });
  });
});
