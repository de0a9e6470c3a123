import { join } from "node:path";
import { expect, test } from "vitest";
import { fovea } from "./built.ts";
import { ranIn } from "./inProcess.ts";
import { put, temporaryFolder } from "./support.ts";

interface Said {
  readonly path: string;
  readonly group: string;
  readonly label: string;
  readonly predicted: string;
  readonly part?: string;
}

/** A finished run as far as compare looks at it. */
async function run(folder: string, name: string, rows: readonly Said[]): Promise<void> {
  const lines = rows.map(
    ({ path, label, group, part = "validation", predicted }) =>
      `${path},${label},${group},${part},${path}0,${predicted},0.9`,
  );
  await put(
    join(folder, name, "config.json"),
    JSON.stringify({ format: "fovea-run", groupSource: "content" }),
  );
  await put(
    join(folder, name, "predictions.csv"),
    ["path,label,group,part,sha256,predicted,probability", ...lines, ""].join("\n"),
  );
}

/** 40 photographs of 5 images; wrong where `wrong` says so. */
const said = (wrong: (photograph: number, view: number) => boolean): readonly Said[] =>
  Array.from({ length: 200 }, (_, i) => {
    const photograph = i % 40;
    const label = photograph % 2 === 0 ? "cat" : "dog";
    const other = label === "cat" ? "dog" : "cat";
    return {
      path: `${i}.jpg`,
      group: `photo ${photograph}`,
      label,
      predicted: wrong(photograph, Math.floor(i / 40)) ? other : label,
    };
  });

const strong = said((photograph, view) => photograph % 10 === 0 && view < 4);
const weak = said((photograph, view) => photograph % 10 === 0 || (photograph % 2 === 0 && view < 3));

test("compare says in one sentence which run is better, and as JSON", async () => {
  const folder = await temporaryFolder();
  await run(folder, "weak", weak);
  await run(folder, "strong", strong);
  const words = await fovea(["compare", "weak", "strong"], folder);
  expect(words.code, words.err).toBe(0);
  expect(words.out).toMatch(/^strong is significantly better than weak.*92\.0%.*66\.0%/);
  expect(words.out).toContain("same 200 images");
  const json: unknown = JSON.parse((await ranIn(folder, ["compare", "strong", "weak", "--json"])).out);
  expect(json).toMatchObject({
    outcome: { code: "first-better", data: { first: { name: "strong" }, second: { name: "weak" } } },
    images: 200,
    groups: 40,
    onlyFirst: 52,
    onlySecond: 0,
  });
});

test("a run trained on groups of the images it is evaluated on is not compared with one that was not", async () => {
  const folder = await temporaryFolder();
  await run(folder, "honest", weak);
  await run(folder, "leaking", strong);
  const kept = strong.map(({ path, group }) => `${path},validation,${group}`);
  await put(
    join(folder, "honest", "split.csv"),
    ["path,part,group", ...kept, "x.jpg,train,other"].join("\n"),
  );
  const copies = ["x.jpg,train,photo 0", "y.jpg,train,photo 1"];
  await put(join(folder, "leaking", "split.csv"), ["path,part,group", ...kept, ...copies].join("\n"));
  const json: unknown = JSON.parse((await ranIn(folder, ["compare", "honest", "leaking", "--json"])).out);
  expect(json).toMatchObject({
    outcome: {
      code: "not-comparable",
      data: { reason: "leakage", first: { leaked: 0 }, second: { leaked: 10 } },
    },
    runs: [{ leakShare: 0 }, { leakShare: 0.05 }],
  });
});

test("runs that hardly differ cannot be told apart, and only the images of both count", async () => {
  const folder = await temporaryFolder();
  await run(folder, "one", strong);
  const almost = said((photograph, view) => photograph % 10 === 0 && view < 3);
  await run(folder, "two", almost.slice(0, 160));
  const { code, out } = await ranIn(folder, ["compare", "one", "two"]);
  expect(code).toBe(0);
  expect(out).toMatch(/^No significant difference/);
  expect(out).toContain("160 images in common, of 200 and 160.");
});

test("what cannot be compared is refused with what to do", async () => {
  const folder = await temporaryFolder();
  await run(folder, "one", strong);
  await run(
    folder,
    "other",
    strong.map((row) => ({ ...row, path: `x${row.path}` })),
  );
  const apart = await ranIn(folder, ["compare", "one", "other"]);
  expect(apart.code).toBe(1);
  expect(apart.err).toContain(
    "one, other: expected 10 images or more that both were evaluated on, received 0 (of 200 and 200); " +
      "train the second run on the first one's split: --split one/split.csv",
  );
  const missing = await ranIn(folder, ["compare", "one", "nowhere"]);
  expect(missing.code).toBe(2);
  expect(missing.err).toContain("nowhere: expected the folder of a training or an evaluation");
});
