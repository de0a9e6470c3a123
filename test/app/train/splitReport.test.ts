import { describe, expect, test } from "vitest";
import { splitAs, splitRandom } from "../../../src/app/train/dataParts.ts";
import { type Grouping, namedGroups } from "../../../src/app/data/grouping.ts";
import { outcomeOf } from "../../../src/app/verdicts.ts";
import { divideFolds, planDivision } from "../../../src/app/train/division.ts";
import { type TrainSettings, resolveSettings } from "../../../src/app/train/settings.ts";
import { foldsReport, splitReport } from "../../../src/app/train/splitReport.ts";
import { collectionOf, preparedOf } from "../fakeData.ts";
import { colourImages, fakeServices, memoryStore, request } from "../fakeServices.ts";

const classNames = ["blue", "green", "red"];

const settingsWith = async (changes: Partial<TrainSettings> = {}): Promise<TrainSettings> => {
  const facts = { classNames, typicalSide: async () => 6, ownParts: new Set<never>() };
  return { ...(await resolveSettings(request, facts, fakeServices().files)), augment: "none", ...changes };
};

const grouping: Grouping = { source: "none", ungrouped: 30 };

describe("a split report", () => {
  test("gives the fraction that was asked for and the one that came out", async () => {
    const { images } = await collectionOf(colourImages(10));
    const settings = await settingsWith({ validation: 0.3 });
    const report = splitReport(splitAs(images, settings), { settings, grouping });
    expect(report).toMatchObject({ requestedFraction: 0.3, validationFraction: 0.3, leakShare: 0 });
    expect(report.warnings).toEqual([
      expect.objectContaining({
        code: "few-validation-groups",
        data: { minGroups: 5, source: "none", classes: classNames.map((name) => ({ name, groups: 3 })) },
      }),
    ]);
  });

  test("warns of nothing where every class has five groups and the size is met", async () => {
    const { images } = await collectionOf(colourImages(25));
    const settings = await settingsWith();
    expect(splitReport(splitAs(images, settings), { settings, grouping }).warnings).toEqual([]);
  });

  test("warns where the groups are too large for the fraction", async () => {
    const collection = await collectionOf(colourImages(12, (i) => `p${i % 2}-${i}.png`));
    const named = namedGroups(collection, "[a-z]+/p\\d");
    const settings = await settingsWith({ groupPattern: "[a-z]+/p\\d" });
    const divided = splitAs(named.collection.images, settings);
    const { warnings, validationFraction } = splitReport(divided, {
      settings,
      grouping: named.grouping ?? grouping,
    });
    const size = warnings.find(({ code }) => code === "validation-size");
    expect(size?.data).toEqual({ requestedFraction: 0.2, validationFraction, source: "pattern" });
  });

  test("warns of groups that hold several classes", async () => {
    const collection = await collectionOf(colourImages(10));
    const named = namedGroups(collection, "/(\\d)\\.png");
    const settings = await settingsWith({ groupPattern: "/(\\d)\\.png" });
    const divided = splitAs(named.collection.images, settings);
    const { warnings } = splitReport(divided, { settings, grouping: named.grouping ?? grouping });
    expect(warnings.find(({ code }) => code === "mixed-groups")?.data).toMatchObject({ groups: 10 });
  });

  test("has no requested fraction where a file says the split", async () => {
    const { images } = await collectionOf(colourImages(10));
    const drawn = splitAs(images, await settingsWith());
    const settings = await settingsWith({ split: "file" });
    expect(splitReport(drawn, { settings, grouping })).not.toHaveProperty("requestedFraction");
  });

  test("of folds counts the groups of all folds", async () => {
    const collection = await collectionOf(colourImages(10));
    const prepared = await preparedOf(collection);
    const settings = await settingsWith({ folds: 5 });
    const foldOf = divideFolds(prepared, { folds: 5 }, settings);
    const report = foldsReport(foldOf, { settings, grouping, prepared });
    expect(report).toMatchObject({ leakShare: 0, source: "none" });
    expect(new Set(foldOf)).toEqual(new Set([0, 1, 2, 3, 4]));
    for (const fold of [0, 1, 2, 3, 4]) expect(foldOf.filter((own) => own === fold)).toHaveLength(6);
  });
});

describe("the draw of a split", () => {
  test("depends on the seed alone", async () => {
    const { images } = await collectionOf(colourImages(10));
    const paths = async (seed: number): Promise<readonly string[]> =>
      splitAs(images, await settingsWith({ seed }))
        .validation.map(({ path }) => path)
        .sort();
    expect(await paths(1)).toEqual(await paths(1));
    expect(await paths(1)).not.toEqual(await paths(2));
    expect(splitRandom(3).next()).toBe(splitRandom(3).next());
  });

  test("is refused before reading where a class has too few images", async () => {
    const found = await collectionOf({ ...colourImages(10), "lone/0.png": "1 2 3 4" });
    const settings = await settingsWith({ classNames: found.classNames });
    await expect(planDivision(found, { settings }, memoryStore())).rejects.toThrow(/lone/);
  });

  test("counts the training set before an image is read", async () => {
    const found = await collectionOf(colourImages(10));
    const settings = await settingsWith({ folds: 5 });
    expect(await planDivision(found, { settings }, memoryStore())).toMatchObject({
      folds: 5,
      trainCount: 24,
    });
    const single = { settings: await settingsWith() };
    expect(await planDivision(found, single, memoryStore())).toMatchObject({ folds: 0, trainCount: 24 });
  });

  test("is refused where the split is neither a method nor a file", async () => {
    const found = await collectionOf(colourImages(10));
    const settings = await settingsWith({ split: "file", splitFile: "gruoped" });
    await expect(planDivision(found, { settings }, memoryStore())).rejects.toMatchObject({ exitCode: 2 });
  });

  test("is refused where file and option differ in their folds", async () => {
    const found = await collectionOf(colourImages(10));
    const files = memoryStore();
    const rows = found.images.map(({ path, label }, i) => `${path},${label},train,${(i % 2) + 1}`);
    await files.write("split.csv", ["path,label,part,fold", ...rows].join("\n"));
    const file = { split: "file", splitFile: "split.csv" } as const;
    const three = { settings: await settingsWith({ ...file, folds: 3 }) };
    await expect(planDivision(found, three, files)).rejects.toMatchObject({ exitCode: 2 });
    const two = { settings: await settingsWith({ ...file, folds: 2 }) };
    expect((await planDivision(found, two, files)).folds).toBe(2);
  });
});

describe("groups that are named", () => {
  test("come from the column where there is one", async () => {
    const { images, ...rest } = await collectionOf(colourImages(3));
    const inColumn = images.map((image, i) => (i === 0 ? image : { ...image, group: `g${i % 2}` }));
    const named = namedGroups({ ...rest, images: inColumn }, undefined);
    expect(named.grouping).toEqual({ source: "column", ungrouped: 1 });
  });

  test("are absent where neither a column nor a pattern names any", async () => {
    expect(namedGroups(await collectionOf(colourImages(3)), undefined).grouping).toBeUndefined();
  });

  test("count the images that the pattern does not match", async () => {
    const named = namedGroups(await collectionOf({ ...colourImages(4), "red/x.png": "1 2 3" }), "\\d");
    expect(named.grouping).toEqual({ source: "pattern", ungrouped: 1 });
  });
});

describe("the model against a baseline", () => {
  const against = (low: number, high: number): string =>
    outcomeOf({
      baseline: "colour",
      accuracy: 0.7,
      baselineAccuracy: 0.6,
      difference: (low + high) / 2,
      interval: [low, high],
    }).code;

  test.each([
    [0.02, 0.2, "better-than-baseline"],
    [-0.2, -0.02, "worse-than-baseline"],
    [-0.1, 0.1, "not-distinguishable-from-baseline"],
    [0, 0.1, "not-distinguishable-from-baseline"],
    // Printed as 0.0 points, so it is no difference that a reader could see.
    [0.0004, 0.2, "not-distinguishable-from-baseline"],
    [-0.2, -0.0004, "not-distinguishable-from-baseline"],
  ])("with an interval from %d to %d is %s", (low, high, code) => {
    expect(against(low, high)).toBe(code);
  });
});
