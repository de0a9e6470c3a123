import { readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { expect, test } from "vitest";
import { type LabelsResult, labels, resultOf } from "../../../src/app/index.ts";
import { nodeServices } from "../../../src/cli/services.ts";
import { filesIn, images, temporaryFolder, tinyModel } from "../../cli/support.ts";

const flips = [
  ["red/3.png", "blue/r3.png"],
  ["red/11.png", "green/r11.png"],
  ["green/5.png", "red/g5.png"],
  ["blue/0.png", "green/b0.png"],
] as const;

async function reviewed(folder: string): Promise<LabelsResult> {
  const model = await tinyModel(folder);
  const recipe = { model, size: 12, epochs: 6, batch: 4, learningRate: 0.1, threads: 1 };
  const request = { ...recipe, data: join(folder, "data"), out: join(folder, "run") };
  return resultOf(labels(request, nodeServices(), new AbortController().signal));
}

test("images in wrong classes come first, with the class that they belong to; nothing is changed", async () => {
  const folder = await temporaryFolder();
  const data = await images(folder, { count: 20 });
  for (const [from, to] of flips) await rename(join(data, from), join(data, to));
  const before = await filesIn(data);
  const result = await reviewed(folder);
  const truths = new Map(flips.map(([from, to]) => [to as string, from.split("/")[0]]));
  const first = result.labels.slice(0, 4);
  expect(first.map(({ path }) => path).sort()).toEqual([...truths.keys()].sort());
  for (const { path, suggested, label, suspect } of first) {
    expect(suggested).toBe(truths.get(path));
    expect(label).toBe(path.split("/")[0]);
    expect(suspect).toBe(true);
  }
  expect(result).toMatchObject({ count: 60, folds: 5, suspects: 4, outcome: { code: "suspect-labels" } });
  expect(result.expectedWrong).toBeGreaterThan(3);
  expect(await filesIn(data)).toEqual(before);

  expect(await filesIn(join(folder, "run"))).toEqual([
    "config.json",
    "labels-to-review.csv",
    "metrics.json",
    "split.csv",
  ]);
  const rows: readonly Record<string, string>[] = parse(await readFile(result.review, "utf8"), {
    columns: true,
  });
  expect(Object.keys(rows[0] ?? {})).toEqual([
    "path",
    "label",
    "suggested",
    "confidence",
    "score",
    "rank",
    "suspect",
    "group",
  ]);
  expect(rows.map(({ path, rank }) => [path, rank])).toEqual(
    result.labels.map(({ path, rank }) => [path, String(rank)]),
  );
  const scores = rows.map(({ score }) => Number(score));
  expect(scores).toEqual(scores.toSorted((a, b) => a - b));
});
