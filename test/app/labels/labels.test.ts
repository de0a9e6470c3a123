import { parse } from "csv-parse/sync";
import { beforeAll, describe, expect, test } from "vitest";
import { type LabelsRequest, type LabelsResult, labels } from "../../../src/app/index.ts";
import {
  type FakeServices,
  colourImages,
  fakeServices,
  filesBelow,
  never,
  recorded,
  request,
} from "../fakeServices.ts";

const { model = "", size = 6 } = request;
const recipe: LabelsRequest = {
  data: "cells",
  out: "run",
  model,
  size,
  epochs: 6,
  batch: 4,
  learningRate: 0.1,
  detect: false,
};

const reviewed = async (
  services: FakeServices,
  changes: Partial<LabelsRequest> = {},
): Promise<LabelsResult> => (await recorded(labels({ ...recipe, ...changes }, services, never))).result;

/** Where images went that were put into another class, and what they show. */
const moved: Readonly<Record<string, string>> = {
  "blue/r3.png": "red/3.png",
  "green/r9.png": "red/9.png",
  "red/g5.png": "green/5.png",
  "green/b0.png": "blue/0.png",
};

/** Twenty images of each colour, four of them in wrong classes. */
function mislabelled(): Record<string, string> {
  const images = colourImages(20);
  for (const [to, from] of Object.entries(moved)) {
    images[to] = images[from] ?? "";
    delete images[from];
  }
  return images;
}

describe("a review of labels", () => {
  const services = fakeServices(mislabelled());
  let result: LabelsResult | undefined;
  beforeAll(async () => {
    result = await reviewed(services);
  });

  test("lists the images in wrong classes first, with the class that they belong to", () => {
    const first = result?.labels.slice(0, 4) ?? [];
    expect(new Map(first.map(({ path, suggested }) => [path, suggested]))).toEqual(
      new Map(Object.entries(moved).map(([to, from]) => [to, from.split("/")[0]])),
    );
    for (const { path, label, suspect } of first)
      expect([label, suspect]).toEqual([path.split("/")[0], true]);
    expect(result).toMatchObject({
      count: 60,
      folds: 5,
      suspects: 4,
      outcome: { code: "suspect-labels", data: { suspects: 4 } },
    });
    expect(Math.abs((result?.expectedWrong ?? 0) - 4)).toBeLessThan(1);
  });

  test("writes them in that order, the most doubtful first, and leaves the data alone", () => {
    const rows: readonly Record<string, string>[] = parse(services.files.text("run/labels-to-review.csv"), {
      columns: true,
    });
    expect(result?.review).toBe("run/labels-to-review.csv");
    expect(rows.map(({ path, suggested, rank }) => [path, suggested, rank])).toEqual(
      result?.labels.map(({ path, suggested }, i) => [path, suggested, `${i + 1}`]),
    );
    const scores = rows.map(({ score }) => Number(score));
    expect(scores).toEqual(scores.toSorted((a, b) => a - b));
    expect(filesBelow(services, "run")).toEqual([
      "config.json",
      "labels-to-review.csv",
      "metrics.json",
      "split.csv",
    ]);
    expect(services.files.written.every((path) => path.startsWith("run/"))).toBe(true);
  });

  test("sums up in metrics.json what its document says, without the list", () => {
    const { labels: _, ...summary } = result ?? {};
    expect(JSON.parse(services.files.text("run/metrics.json"))).toEqual({
      schema: 1,
      ...JSON.parse(JSON.stringify(summary)),
    });
  });
});

test("labels drawn by lot are not reviewable: none is suspect, and the number of wrong ones is not told", async () => {
  // All show one colour, so that nothing tells the classes apart.
  const images = Object.fromEntries(
    Object.keys(colourImages(8)).map((path, i) => [path, `100 100 100 ${i + 1}`]),
  );
  const result = await reviewed(fakeServices(images), { folds: 2, epochs: 1 });
  expect(result).toMatchObject({
    outcome: { code: "labels-not-reviewable" },
    suspects: 0,
    expectedWrong: null,
  });
  expect(result.labels.every(({ suspect }) => !suspect)).toBe(true);
});

test("a review names what it skipped, and counts groups by the pattern", async () => {
  const images = { ...colourImages(6, (i) => `p${i >> 1}-${i % 2}.png`), "red/x-0.png": "no image" };
  const result = await reviewed(fakeServices(images), { groupPattern: "p\\d", folds: 3, epochs: 1 });
  expect(result.skipped.map(({ path }) => path)).toEqual(["red/x-0.png"]);
  expect(result).toMatchObject({ count: 18, folds: 3, splitReport: { source: "pattern", leakShare: 0 } });
});

test("a review is refused for a split that is not in folds, and for more folds than groups", async () => {
  const services = fakeServices(colourImages(3));
  await services.files.write("split.csv", "path,part\nred/0.png,train\n");
  await expect(reviewed(services, { split: "folders" })).rejects.toMatchObject({ exitCode: 2 });
  await expect(reviewed(services, { split: "split.csv" })).rejects.toMatchObject({ exitCode: 2 });
  await expect(reviewed(services, { folds: 10 })).rejects.toThrow(/^--folds: /);
  expect(filesBelow(services, "run")).toEqual([]);
});
