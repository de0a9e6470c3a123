import { mkdir, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { describe, expect, test } from "vitest";
import {
  type TrainEvent,
  type TrainRequest,
  type TrainResult,
  resultOf,
  train,
} from "../../../src/app/index.ts";
import { nodeServices } from "../../../src/cli/services.ts";
import { syntheticCollection } from "../../../src/data/index.ts";
import { encodePng } from "../../../src/platform/node/index.ts";
import { filesIn, image, images, put, temporaryFolder, tinyModel } from "../../cli/support.ts";

const rowsOf = async (path: string): Promise<readonly Record<string, string>[]> =>
  parse(await readFile(path, "utf8"), { columns: true });

interface Told {
  readonly result: TrainResult;
  readonly events: readonly TrainEvent[];
}

/** Trains the smallest net there is on `data` below the folder. */
async function trained(folder: string, request: Partial<TrainRequest> = {}): Promise<Told> {
  const model = request.model ?? (await tinyModel(folder));
  const recipe = { data: join(folder, "data"), out: join(folder, "run"), model, size: 12, epochs: 1 };
  const signal = new AbortController().signal;
  const running = train({ ...recipe, batch: 8, threads: 1, ...request }, nodeServices(), signal);
  const events: TrainEvent[] = [];
  const result = await resultOf(running, (event) => events.push(event));
  return { result, events };
}

/** Data of three colours in photographs of three views each: `red/photo-1-view-2.png`. */
async function views(folder: string, photographs = 6): Promise<void> {
  const flat = await images(folder, { count: photographs * 3 });
  for (const name of ["blue", "green", "red"]) {
    for (let i = 0; i < photographs * 3; i++) {
      const to = `photo-${Math.floor(i / 3)}-view-${i % 3}.png`;
      await rename(join(flat, name, `${i}.png`), join(flat, name, to));
    }
  }
}

const groupPattern = "[a-z]+/photo-\\d+";

describe("the default split", () => {
  test("keeps the groups of a pattern whole, says so, and writes them down", async () => {
    const folder = await temporaryFolder();
    await views(folder);
    await put(join(folder, "data", "red", "other.png"), await image([190, 20, 30], 99));
    const { result, events } = await trained(folder, { groupPattern });
    expect(events.find(({ type }) => type === "groups")).toEqual({
      type: "groups",
      source: "pattern",
      groups: 19,
      images: 55,
      ungrouped: 1,
    });
    expect(result).toMatchObject({ split: "grouped", groupSource: "pattern" });
    expect(result.splitReport).toMatchObject({
      requestedFraction: 0.2,
      source: "pattern",
      leakShare: 0,
      ungrouped: 1,
    });
    expect(result.splitReport.groups.train + result.splitReport.groups.validation).toBe(19);
    expect(result.groups).toBe(result.splitReport.groups.validation);
    const few = result.splitReport.warnings.find(({ code }) => code === "few-validation-groups");
    expect(few?.data).toMatchObject({
      minGroups: 5,
      classes: expect.arrayContaining([{ name: "blue", groups: 1 }]),
    });
    const rows = await rowsOf(join(folder, "run", "split.csv"));
    const partsOf = new Map<string, Set<string | undefined>>();
    for (const { group = "", part } of rows.filter((row) => row["group"]))
      partsOf.set(group, (partsOf.get(group) ?? new Set()).add(part));
    expect(partsOf.size).toBe(18);
    expect([...partsOf.values()].every((parts) => parts.size === 1)).toBe(true);
  });

  test("a random split of known groups says which share leaks", async () => {
    const folder = await temporaryFolder();
    await views(folder);
    const { result } = await trained(folder, { groupPattern, split: "random" });
    expect(result.splitReport.leakShare).toBeGreaterThan(0.8);
    const { leakShare } = result.splitReport;
    expect(result.splitReport.warnings[0]).toMatchObject({
      code: "leakage",
      data: { leakShare, source: "pattern" },
    });
  });

  test("finds copies of one photograph by what the images show, unless told not to look", async () => {
    const folder = await temporaryFolder();
    const size = { width: 96, height: 96 };
    for (const { path, raster } of syntheticCollection({
      photographsPerClass: 3,
      viewsPerPhotograph: 4,
      ...size,
    }))
      await put(join(folder, "data", path), await encodePng(raster));
    const model = await tinyModel(folder, 4);
    const { result, events } = await trained(folder, { model, split: "random" });
    const comparing = events.findLast(({ type }) => type === "comparing");
    expect(comparing).toEqual({ type: "comparing", done: 48, total: 48 });
    expect(result.splitReport).toMatchObject({ source: "content", ungrouped: 0 });
    expect(result.splitReport.leakShare).toBeGreaterThan(0.7);
    expect(result.splitReport.warnings[0]).toMatchObject({ code: "leakage", data: { source: "content" } });
    const rows = await rowsOf(join(folder, "run", "split.csv"));
    // A group's name is the path of its first image, so every image of a group is of that photograph.
    const joined = rows.filter(({ path = "", group = "" }) => path.slice(0, -5) === group.slice(0, -5));
    expect(joined).toHaveLength(48);

    const blind = await trained(folder, { model, detect: false, out: join(folder, "blind") });
    expect(blind.result.splitReport).toMatchObject({ source: "none", leakShare: 0 });
    expect(blind.events.some(({ type }) => type === "comparing")).toBe(false);
  });

  test("own folders are kept, and the groups that cross them are counted", async () => {
    const folder = await temporaryFolder();
    await views(folder, 2);
    for (const [part, photo] of [
      ["train", 0],
      ["val", 1],
    ] as const) {
      for (const name of ["blue", "green", "red"]) {
        await mkdir(join(folder, "parts", part, name), { recursive: true });
        for (const view of [0, 1, 2]) {
          const file = `photo-${photo}-view-${view}.png`;
          await rename(join(folder, "data", name, file), join(folder, "parts", part, name, file));
        }
      }
    }
    await rename(
      join(folder, "parts", "train", "red", "photo-0-view-0.png"),
      join(folder, "parts", "val", "red", "photo-0-view-0.png"),
    );
    const own = { data: join(folder, "parts"), split: "folders", groupPattern };
    const { result } = await trained(folder, own);
    expect(result.images).toEqual({ train: 8, validation: 10, test: 0 });
    expect(result.splitReport.leakShare).toBeCloseTo(0.1, 10);
    expect(result.splitReport).not.toHaveProperty("requestedFraction");
  });
});

describe("cross-validation", () => {
  test("keeps every image back once, by whole groups, and learns from all in the end", async () => {
    const folder = await temporaryFolder();
    await views(folder);
    const { result, events } = await trained(folder, { groupPattern, folds: 3, epochs: 2 });
    const folds = events.filter((event) => event.type === "fold");
    expect(folds.map(({ fold, trainCount, validationCount }) => [fold, trainCount, validationCount])).toEqual(
      [
        [1, 36, 18],
        [2, 36, 18],
        [3, 36, 18],
        [undefined, 54, 0],
      ],
    );
    expect(result).toMatchObject({
      count: 54,
      groups: 18,
      folds: { count: 3, accuracies: expect.any(Array) },
      epochs: 2,
      bestEpoch: 2,
      images: { train: 54, validation: 54, test: 0 },
      splitReport: { leakShare: 0 },
    });
    // Folds of one size: the pooled accuracy is their mean.
    expect(result.accuracy).toBeCloseTo(result.folds?.mean ?? Number.NaN, 10);
    const run = join(folder, "run");
    expect(await filesIn(run)).toEqual(
      expect.arrayContaining(["folds/1/history.csv", "folds/3/history.csv", "labels-to-review.csv"]),
    );
    const rows = await rowsOf(join(run, "split.csv"));
    const foldsOf = new Map<string, Set<string | undefined>>();
    for (const { group = "", fold } of rows) foldsOf.set(group, (foldsOf.get(group) ?? new Set()).add(fold));
    expect([...foldsOf.values()].every((found) => found.size === 1)).toBe(true);
    expect(rows.filter(({ fold, label }) => fold === "2" && label === "red")).toHaveLength(6);

    const again = { split: join(run, "split.csv"), out: join(folder, "again"), epochs: 2 };
    const { result: second } = await trained(folder, again);
    expect([second.accuracy, second.loss, second.split]).toEqual([result.accuracy, result.loss, "file"]);
    expect(await readFile(join(run, "model.safetensors"))).not.toHaveLength(0);
  });

  test("keeps nothing when it is interrupted", async () => {
    const folder = await temporaryFolder();
    await images(folder);
    const model = await tinyModel(folder);
    const controller = new AbortController();
    const request = { data: join(folder, "data"), out: join(folder, "run"), model, size: 12, folds: 2 };
    const running = train({ ...request, epochs: 500, threads: 1 }, nodeServices(), controller.signal);
    const toTheEnd = async (): Promise<void> => {
      for await (const event of running) if (event.type === "epoch") controller.abort();
    };
    await expect(toTheEnd()).rejects.toThrow(/abort/i);
    expect(await filesIn(join(folder, "run"))).toEqual([]);
  });

  test("is refused beside options that say otherwise what is kept back, and for more folds than groups", async () => {
    const folder = await temporaryFolder();
    await views(folder, 2);
    await expect(trained(folder, { folds: 3, validation: 0.1 })).rejects.toThrow(
      /^--validation: .*beside --folds/,
    );
    await expect(trained(folder, { folds: 3, split: "folders" })).rejects.toThrow(
      /^--split folders: .*--folds/,
    );
    await expect(trained(folder, { folds: 7, groupPattern })).rejects.toThrow(/^--folds: .*none for fold 7/);
    await put(join(folder, "split.csv"), "path,part\nred/photo-0-view-0.png,train\n");
    await expect(trained(folder, { folds: 3, split: join(folder, "split.csv") })).rejects.toThrow(
      /^--folds 3: .*one with a single split/,
    );
  });
});

describe("a split file", () => {
  test("gives the same parts again, with another seed and in another place", async () => {
    const folder = await temporaryFolder();
    await views(folder);
    const { result: first } = await trained(folder, { groupPattern });
    const split = join(folder, "run", "split.csv");
    await mkdir(join(folder, "moved"));
    await rename(join(folder, "data"), join(folder, "moved", "cells"));
    const again = { data: join(folder, "moved"), out: join(folder, "again"), seed: 5, split };
    const { result } = await trained(folder, again);
    expect(result).toMatchObject({ split: "file", groupSource: "file", groups: first.groups });
    const parts = (rows: readonly Record<string, string>[]): readonly (string | undefined)[][] =>
      rows.map(({ path, part, group }) => [path?.replace(/^cells\//, ""), part, group]);
    expect(parts(await rowsOf(join(folder, "again", "split.csv")))).toEqual(parts(await rowsOf(split)));
  });

  test("refuses images that changed, went, came, or have another label", async () => {
    const folder = await temporaryFolder();
    await images(folder);
    await trained(folder);
    const split = join(folder, "run", "split.csv");
    const again = { out: join(folder, "again"), split };
    const first = join(folder, "data", "red", "0.png");
    const bytes = await readFile(first);

    await put(first, await image([190, 20, 30], 77));
    await expect(trained(folder, again)).rejects.toThrow(/split\.csv: red\/0\.png: .*sha256 differs/);
    await rename(first, join(folder, "data", "red", "new.png"));
    await expect(trained(folder, again)).rejects.toThrow(/1 that are not, for example red\/0\.png/);
    await put(first, bytes);
    await expect(trained(folder, again)).rejects.toThrow(/none for 1, for example red\/new\.png/);
    await rename(join(folder, "data", "red", "new.png"), join(folder, "elsewhere.png"));
    const text = await readFile(split, "utf8");
    await put(split, text.replace("red/0.png,red", "red/0.png,blue"));
    await expect(trained(folder, again)).rejects.toThrow(
      /red\/0\.png: expected the label blue, received red/,
    );
    expect(await filesIn(join(folder, "again"))).toEqual([]);
  });

  test("is refused where it is none", async () => {
    const folder = await temporaryFolder();
    await images(folder, { count: 2 });
    await expect(trained(folder, { split: "gruoped" })).rejects.toThrow(
      /^--split: expected grouped, random, folders, or the split\.csv of a run, received "gruoped"/,
    );
    const file = join(folder, "split.csv");
    const refused = async (text: string, says: RegExp): Promise<void> => {
      await put(file, text);
      await expect(trained(folder, { split: file })).rejects.toThrow(says);
    };
    await refused("name,part\na,train\n", /the columns path and part/);
    await refused("path,part\n", /rows that name images/);
    await refused("path,part\nred/0.png,somewhere\n", /row 2 of .*part: .*received somewhere/);
    await refused("path,part\nred/0.png,train\nred/0.png,train\n", /red\/0\.png a second time/);
  });
});
