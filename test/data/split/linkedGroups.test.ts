import { describe, expect, test } from "vitest";
import { seeded } from "../../../src/base/index.ts";
import {
  type Image,
  acrossGroupsOf,
  foldFacts,
  foldsOf,
  linkedByContent,
  matchTable,
  parseSplitTable,
  split,
  splitFacts,
} from "../../../src/data/index.ts";

/** 12 patients of two images a class; near-duplicates link the first image of each to that of the patient after. */
const patients = 12;
const named = ["a", "b"].flatMap((label) =>
  Array.from({ length: 2 * patients }, (_, i): Image => ({
    path: `${label}/${i}`,
    label,
    group: `${label}${i >> 1}`,
  })),
);
/** Image a/0 is a near-duplicate of a/2, a/4 of a/6, and so on: patients 0 and 1, 2 and 3, …; b has none. */
const clusters = Int32Array.from(named, ({ label }, i) => (label === "a" && i % 4 === 2 ? i - 2 : i));
const linked = linkedByContent(named, clusters);

describe("near-duplicates across named groups", () => {
  test("leave every image its group, and are counted in images and groups", () => {
    expect(linked.map(({ group }) => group)).toEqual(named.map(({ group }) => group));
    expect(acrossGroupsOf(linked)).toEqual({ images: 12, groups: 12, named: 24 });
    expect(linked[0]).toMatchObject({ scene: "a/0", nearDuplicates: "a/0" });
    expect(linked[3]).toEqual({ ...named[3], scene: "a/0" });
    expect(linked.at(-1)).toEqual(named.at(-1));
  });

  test("within one group say nothing", () => {
    const within = Int32Array.from(named, (_, i) => i >> 1);
    expect(linkedByContent(named, within)).toEqual(named);
    expect(acrossGroupsOf(named)).toBeUndefined();
  });

  test("link groups through others", () => {
    const chain = linkedByContent(
      ["p", "q", "q", "r"].map((group, i): Image => ({ path: `${i}`, label: "a", group })),
      Int32Array.of(0, 0, 1, 1),
    );
    expect(chain.map(({ scene }) => scene)).toEqual(["0", "0", "0", "0"]);
    expect(chain.map(({ nearDuplicates }) => nearDuplicates)).toEqual(["0", "0", "2", "2"]);
  });

  test("are on one side of a split and in one fold, with their groups", () => {
    for (let seed = 0; seed < 5; seed++) {
      const facts = splitFacts(split(linked, { random: seeded(seed) }), ["a", "b"]);
      expect(facts.leaking).toEqual({ validation: 0, test: 0 });
      expect(facts.validationFraction).toBeCloseTo(0.2, 1);
      const foldOf = foldsOf(linked, { folds: 3, random: seeded(seed), classNames: ["a", "b"] });
      expect(foldFacts(linked, foldOf, ["a", "b"]).leakShare).toBe(0);
    }
  });

  test("are divided where a class would else have one group alone, and counted then", () => {
    const two = linkedByContent(
      [0, 1, 2, 3].map((i): Image => ({ path: `${i}`, label: "a", group: `${i >> 1}` })),
      Int32Array.of(0, 1, 0, 2),
    );
    const parts = split(two, { random: seeded(0), validation: 0.5 });
    expect([parts.train.length, parts.validation.length]).toEqual([2, 2]);
    // Of the two validation images one is a near-duplicate of a training image.
    expect(splitFacts(parts, ["a"]).leaking).toEqual({ validation: 1, test: 0 });
  });

  test("across the author's parts are counted by image, not by all that their groups hold", () => {
    const inParts = linked.map((image, i): Image => ({ ...image, part: i % 4 < 2 ? "train" : "test" }));
    const facts = splitFacts(split(inParts, { random: seeded(0) }), ["a", "b"]);
    const train = facts.leaking.test;
    expect(train).toBeGreaterThan(0);
    // Of a test patient's two images only the first has a near-duplicate: one of every pair, 6 in all.
    expect(train + facts.leaking.validation).toBeLessThanOrEqual(6);
  });

  test("go through a split file", () => {
    const rows = linked.map(({ path, label, group = "", scene = "", nearDuplicates = "" }) =>
      [path, label, group, "train", scene, nearDuplicates].join(","),
    );
    const csv = ["path,label,group,part,scene,near_duplicates", ...rows].join("\n");
    const bare = named.map(({ path, label }) => ({ path, label }));
    const { images } = matchTable(bare, parseSplitTable(new TextEncoder().encode(csv), "split.csv"));
    expect(images).toEqual(linked);
  });
});
