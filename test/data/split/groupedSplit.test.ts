import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { seeded } from "../../../src/base/index.ts";
import {
  type Image,
  groupNumbers,
  groupedByContent,
  groupsByPattern,
  matchTable,
  parseGroupPattern,
  parseSplitTable,
  split,
} from "../../../src/data/index.ts";

/** Images of photographs: of each class one photograph for each number, with so many images. */
const photographs = (sizes: Readonly<Record<string, readonly number[]>>): Image[] =>
  Object.entries(sizes).flatMap(([label, counts]) =>
    counts.flatMap((count, photo) =>
      Array.from({ length: count }, (_, i) => ({
        path: `${label}/${photo}-${i}.png`,
        label,
        group: `${label} ${photo}`,
      })),
    ),
  );

const named = (images: readonly Image[]): string[] => images.map(({ path }) => path).sort();
const sizeIn = (part: readonly Image[], label: string): number =>
  part.filter((image) => image.label === label).length;

const sizes = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 2, maxLength: 40 });
const collections = fc.record({ a: sizes, b: sizes, c: sizes }).map(photographs);
const seeds = fc.integer({ min: 0, max: 2 ** 31 });
const fractions = fc.double({ min: 0.05, max: 0.5, noNaN: true });

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

describe("photographs of one scene", () => {
  const copies = {
    groups: Int32Array.of(0, 0, 1, 1, 2, 3),
    scenes: Int32Array.of(0, 0, 0, 0, 1, 2),
  };
  const images = groupedByContent(
    ["a/0.png", "a/1.png", "a/2.png", "a/3.png", "a/4.png", "a/5.png"].map((path) => ({ path, label: "a" })),
    copies,
  );

  test("keep their own groups, and carry the scene's name where it has several", () => {
    expect(images.map(({ group }) => group)).toEqual([
      "a/0.png",
      "a/0.png",
      "a/2.png",
      "a/2.png",
      "a/4.png",
      "a/5.png",
    ]);
    expect(images.map(({ scene }) => scene)).toEqual([
      ...Array.from({ length: 4 }, () => "a/0.png"),
      undefined,
      undefined,
    ]);
    expect(Array.from(groupNumbers(images))).toEqual([0, 0, 0, 0, 1, 2]);
  });

  test("stay on one side of a split", () => {
    for (let seed = 0; seed < 20; seed++) {
      const { validation } = split(images, { validation: 0.3, random: seeded(seed) });
      expect([0, 4]).toContain(validation.filter(({ scene }) => scene !== undefined).length);
    }
  });

  test("are read back from a split file", () => {
    const rows = images.map(({ path, label, group, scene = "" }) =>
      [path, label, group, "train", "", scene].join(","),
    );
    const text = ["path,label,group,part,sha256,scene", ...rows].join("\n");
    const plain = images.map(({ path, label }) => ({ path, label }));
    expect(matchTable(plain, parseSplitTable(bytesOf(text), "split.csv")).images).toEqual(images);
  });
});

describe("the grouped split", () => {
  test("keeps every group whole and every class on both sides", () => {
    fc.assert(
      fc.property(collections, seeds, fractions, (images, seed, validation) => {
        const parts = split(images, { validation, random: seeded(seed) });
        const trained = new Set(parts.train.map(({ group }) => group));
        expect(parts.validation.filter(({ group }) => trained.has(group))).toEqual([]);
        expect(named([...parts.train, ...parts.validation])).toEqual(named(images));
        for (const label of ["a", "b", "c"]) {
          expect(sizeIn(parts.train, label)).toBeGreaterThan(0);
          expect(sizeIn(parts.validation, label)).toBeGreaterThan(0);
        }
      }),
    );
  });

  test("comes as near to the asked size in each class as half a group, where groups are many", () => {
    const many = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 15, maxLength: 40 });
    fc.assert(
      fc.property(fc.record({ a: many, b: many }).map(photographs), seeds, (images, seed) => {
        const { validation } = split(images, { validation: 0.3, random: seeded(seed) });
        for (const label of ["a", "b"])
          expect(Math.abs(sizeIn(validation, label) - 0.3 * sizeIn(images, label))).toBeLessThanOrEqual(6);
      }),
    );
  });

  test("depends on the seed and not on the order of the images", () => {
    fc.assert(
      fc.property(collections, seeds, (images, seed) => {
        const { validation } = split(images, { random: seeded(seed) });
        const turned = split(images.toReversed(), { random: seeded(seed) });
        expect(named(turned.validation)).toEqual(named(validation));
      }),
    );
    const images = photographs({ a: Array.from({ length: 30 }, () => 3), b: [4, 4, 4, 4] });
    const drawn = [1, 2, 3].map((seed) => named(split(images, { random: seeded(seed) }).validation).join());
    expect(new Set(drawn).size).toBe(3);
  });

  test("keeps each group back as often as it should, large ones too", () => {
    const images = photographs({ a: [8, 8, 8, 4, 4, 4, 4, 2, 2, 2, 2, 2], b: [1, 1, 1, 1, 1] });
    const times = new Map<string, number>();
    for (let seed = 0; seed < 600; seed++) {
      const { validation } = split(images, { validation: 0.2, random: seeded(seed) });
      for (const group of new Set(validation.map((image) => image.group ?? "")))
        times.set(group, (times.get(group) ?? 0) + 1);
    }
    // One of five would be 120 times.
    for (const group of new Set(images.map((image) => image.group ?? "")))
      expect(times.get(group), group).toBeGreaterThan(40);
  });

  test("without groups is a stratified draw in which every image has the same chance", () => {
    const images = ["a", "b"].flatMap((label) =>
      Array.from({ length: 25 }, (_, i) => ({ path: `${label}/${i}`, label })),
    );
    const times = new Map<string, number>();
    for (let seed = 0; seed < 1000; seed++) {
      const { validation } = split(images, { random: seeded(seed) });
      expect([sizeIn(validation, "a"), sizeIn(validation, "b")]).toEqual([5, 5]);
      for (const { path } of validation) times.set(path, (times.get(path) ?? 0) + 1);
    }
    // 200 times each, give or take 12.6; five of those leave one set of seeds in 30,000 out.
    for (const { path } of images) expect(Math.abs((times.get(path) ?? 0) - 200)).toBeLessThan(63);
  });

  test("holds groups of several classes together", () => {
    const images = Array.from({ length: 60 }, (_, i) => ({
      path: `${i}`,
      label: i % 3 === 0 ? "a" : "b",
      group: `patient ${Math.floor(i / 4)}`,
    }));
    const { train, validation } = split(images, { random: seeded(3) });
    const trained = new Set(train.map(({ group }) => group));
    expect(validation.some(({ group }) => trained.has(group))).toBe(false);
    expect(validation).toHaveLength(12);
    expect(sizeIn(validation, "a")).toBe(4);
  });

  test("names a class whose images are all of one group, which random may divide", () => {
    const images = photographs({ a: [3, 3], b: [6] });
    expect(() => split(images, { random: seeded(1) })).toThrow(
      /^class "b": expected images of 2 groups.*6 images of one group \(b 0\)/,
    );
    expect(sizeIn(split(images, { method: "random", random: seeded(1) }).validation, "b")).toBe(1);
  });

  test("says so where groups tie classes together", () => {
    const images = ["a", "b"].flatMap((label) =>
      [1, 2].map((photo) => ({ path: `${label}/${photo}`, label, group: `${photo}` })),
    );
    expect(split(images, { random: seeded(1) }).validation).toHaveLength(2);
    const tied = [
      { path: "1", label: "a", group: "x" },
      { path: "2", label: "b", group: "x" },
      { path: "3", label: "b", group: "y" },
      { path: "4", label: "c", group: "y" },
      { path: "5", label: "c", group: "z" },
      { path: "6", label: "a", group: "z" },
    ];
    expect(() => split(tied, { random: seeded(1) })).toThrow(/groups that hold several classes at once/);
  });
});

describe("groups from paths", () => {
  const images: readonly Image[] = ["a/photo-1-x.png", "a/photo-1-y.png", "b/photo-2.png", "b/other.png"].map(
    (path) => ({
      path,
      label: path.slice(0, 1),
    }),
  );

  test("are what the first parentheses catch, else the whole match; the others stay alone", () => {
    const caught = groupsByPattern(images, parseGroupPattern("photo-(\\d+)"));
    expect(caught.images.map(({ group }) => group)).toEqual(["1", "1", "2", undefined]);
    expect(caught.unmatched).toBe(1);
    const whole = groupsByPattern(images, parseGroupPattern("photo-\\d+"));
    expect(whole.images.map(({ group }) => group)).toEqual(["photo-1", "photo-1", "photo-2", undefined]);
    expect([...groupNumbers(whole.images)]).toEqual([0, 0, 1, 2]);
  });

  test("do not replace groups that the data brings", () => {
    const own = [{ path: "a/photo-1", label: "a", group: "mine" }, ...images];
    expect(groupsByPattern(own, /photo-(\d+)/).images[0]?.group).toBe("mine");
  });

  test("are refused where no path matches, or the pattern is none", () => {
    expect(() => groupsByPattern(images, /cell-\d+/)).toThrow(
      /^--group-pattern cell-\\d\+: .*not in a\/photo-1-x\.png/,
    );
    expect(() => parseGroupPattern("(")).toThrow(/^--group-pattern: expected a regular expression/);
  });
});
