import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { seeded } from "../../../src/base/index.ts";
import {
  type Image,
  checkDigests,
  foldFacts,
  foldsByTable,
  foldsOf,
  groupNumbers,
  matchTable,
  parseSplitTable,
  split,
  splitByTable,
  splitFacts,
} from "../../../src/data/index.ts";

// Whole collections are drawn: a few dozen are quick and find what breaks.
fc.configureGlobal({ ...fc.readConfigureGlobal(), numRuns: 40 });

/** Collections of 2 or 3 classes, each with 3 to 8 groups of 1 to 6 images. */
const collections = fc
  .array(fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 3, maxLength: 8 }), {
    minLength: 2,
    maxLength: 3,
  })
  .map((classes) =>
    classes.flatMap((groups, c) =>
      groups.flatMap((size, g) =>
        Array.from({ length: size }, (_, i): Image => ({
          path: `class${c}/group${g}-${i}.png`,
          label: `class${c}`,
          group: `class${c}-group${g}`,
        })),
      ),
    ),
  );

const seeds = fc.integer({ min: 0, max: 1e6 });
const namesOf = (images: readonly Image[]): readonly string[] => [
  ...new Set(images.map(({ label }) => label)),
];
const groupsOf = (images: readonly Image[]): ReadonlySet<string> =>
  new Set(images.map(({ group }) => group ?? ""));

describe("a grouped split", () => {
  test("has no group on both sides, every class on both, and every image once", () => {
    fc.assert(
      fc.property(collections, seeds, (images, seed) => {
        const { train, validation, test: rest } = split(images, { random: seeded(seed) });
        expect(rest).toEqual([]);
        expect([...groupsOf(train)].filter((group) => groupsOf(validation).has(group))).toEqual([]);
        expect(namesOf(train).toSorted()).toEqual(namesOf(images).toSorted());
        expect(namesOf(validation).toSorted()).toEqual(namesOf(images).toSorted());
        expect([...train, ...validation].map(({ path }) => path).toSorted()).toEqual(
          images.map(({ path }) => path).toSorted(),
        );
      }),
    );
  });

  test("misses the fraction by at most the largest group where groups are many", () => {
    fc.assert(
      fc.property(
        collections,
        seeds,
        fc.double({ min: 0.2, max: 0.6, noNaN: true }),
        (images, seed, wanted) => {
          const { validation } = split(images, { random: seeded(seed), validation: wanted });
          // In each class by one group: a class goes to both sides whatever its groups weigh.
          const slack = namesOf(images).length * 6;
          expect(Math.abs(validation.length - wanted * images.length)).toBeLessThanOrEqual(slack);
        },
      ),
    );
  });

  test("depends on the seed and the paths alone, not on the order of the images", () => {
    fc.assert(
      fc.property(collections, seeds, (images, seed) => {
        const paths = (list: readonly Image[]): readonly string[] =>
          split(list, { random: seeded(seed) })
            .validation.map(({ path }) => path)
            .toSorted();
        expect(paths(images.toReversed())).toEqual(paths(images));
        expect(paths(seeded(seed + 1).shuffle(images))).toEqual(paths(images));
      }),
    );
  });

  test("keeps the order in which the images came", () => {
    fc.assert(
      fc.property(collections, seeds, (images, seed) => {
        const place = new Map(images.map(({ path }, i) => [path, i]));
        const { train, validation } = split(images, { random: seeded(seed) });
        for (const part of [train, validation]) {
          const places = part.map(({ path }) => place.get(path)!);
          expect(places).toEqual(places.toSorted((a, b) => a - b));
        }
      }),
    );
  });
});

describe("a random split", () => {
  test("of equal classes comes within one image of the fraction in each", () => {
    fc.assert(
      fc.property(fc.integer({ min: 4, max: 40 }), seeds, (size, seed) => {
        const images = ["a", "b"].flatMap((label) =>
          Array.from({ length: size }, (_, i): Image => ({ path: `${label}/${i}`, label, group: "one" })),
        );
        const { validation } = split(images, { method: "random", validation: 0.25, random: seeded(seed) });
        for (const name of ["a", "b"]) {
          const count = validation.filter(({ label }) => label === name).length;
          expect(Math.abs(count - size / 4)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  test.each([0, 1, -0.1, 1.5, Number.NaN])("refuses the fraction %d", (validation) => {
    expect(() => split([], { validation, random: seeded(0) })).toThrow("--validation: expected a fraction");
  });
});

describe("splitFacts", () => {
  const image = (path: string, label: string, group?: string): Image => ({
    path,
    label,
    ...(group !== undefined && { group }),
  });

  test("counts groups, leakage and mixed groups, by hand", () => {
    const train = [image("1", "a", "g1"), image("2", "a", "g1"), image("3", "b", "g2"), image("4", "b")];
    const validation = [image("5", "a", "g1"), image("6", "b", "g3")];
    const rest = [image("7", "a", "g2"), image("8", "a")];
    expect(splitFacts({ train, validation, test: rest }, ["a", "b", "c"])).toEqual({
      validationFraction: 2 / 6,
      groups: { train: 3, validation: 2, test: 2 },
      leakShare: 2 / 4,
      leaking: { validation: 1, test: 1 },
      groupsPerClass: [
        { name: "a", groups: 1 },
        { name: "b", groups: 1 },
        { name: "c", groups: 0 },
      ],
      mixedGroups: 1,
    });
  });

  test("of a grouped split never leak", () => {
    fc.assert(
      fc.property(collections, seeds, (images, seed) => {
        const facts = splitFacts(split(images, { random: seeded(seed) }), namesOf(images));
        expect(facts.leakShare).toBe(0);
        expect(facts.mixedGroups).toBe(0);
        expect(facts.groups.train + facts.groups.validation).toBe(groupsOf(images).size);
      }),
    );
  });

  test("without held-out images have no leakage and no fraction", () => {
    const facts = splitFacts({ train: [image("1", "a")], validation: [], test: [] }, ["a"]);
    expect(facts.leakShare).toBe(0);
    expect(facts.validationFraction).toBe(0);
  });
});

describe("folds", () => {
  test("hold every group in one fold, and every class outside of each", () => {
    fc.assert(
      fc.property(collections, seeds, fc.constantFrom(2, 3), (images, seed, folds) => {
        const classNames = namesOf(images);
        const foldOf = foldsOf(images, { folds, random: seeded(seed), classNames });
        const numbers = groupNumbers(images);
        const foldOfGroup = new Map<number, number>();
        foldOf.forEach((fold, i) => {
          expect(fold).toBeLessThan(folds);
          expect(foldOfGroup.get(numbers[i]!) ?? fold).toBe(fold);
          foldOfGroup.set(numbers[i]!, fold);
        });
        for (let fold = 0; fold < folds; fold++) {
          const outside = images.filter((_, i) => foldOf[i] !== fold);
          expect(namesOf(outside).toSorted()).toEqual(classNames.toSorted());
        }
        expect(foldFacts(images, foldOf, classNames)).toMatchObject({
          validationFraction: 1 / folds,
          leakShare: 0,
        });
      }),
    );
  });

  test("that tear a group apart count all its images as leaking", () => {
    const images = ["1", "2", "3", "4"].map((path): Image => ({
      path,
      label: "a",
      ...(path < "3" && { group: "g" }),
    }));
    expect(foldFacts(images, Int32Array.of(0, 1, 0, 1), ["a"])).toEqual({
      validationFraction: 1 / 2,
      groups: { train: 3, validation: 3, test: 0 },
      leakShare: 2 / 4,
      leaking: { validation: 2, test: 0 },
      groupsPerClass: [{ name: "a", groups: 3 }],
      mixedGroups: 0,
    });
  });

  test("without groups differ in size by one image at most", () => {
    const images = Array.from({ length: 23 }, (_, i): Image => ({ path: `${i}`, label: "a" }));
    const foldOf = foldsOf(images, { folds: 5, random: seeded(1), classNames: ["a"] });
    const sizes = [0, 1, 2, 3, 4].map((fold) => foldOf.filter((one) => one === fold).length);
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
  });

  test("more of them than groups are refused, naming the empty one", () => {
    const images = ["a", "b", "c"].map((path): Image => ({ path, label: "x" }));
    expect(() => foldsOf(images, { folds: 4, random: seeded(0), classNames: ["x"] })).toThrow(
      /--folds: expected groups for 4 folds, received none for fold \d; take fewer folds/,
    );
  });
});

describe("a split file", () => {
  const csv = (text: string): Uint8Array => new TextEncoder().encode(text);
  const images: readonly Image[] = [
    { path: "a/1.png", label: "a" },
    { path: "a/2.png", label: "a" },
    { path: "b/1.png", label: "b" },
  ];

  test("gives back its parts, groups and digests", () => {
    const table = parseSplitTable(
      csv(
        "path,part,label,group,sha256\na/1.png,train,a,g,11\n./a\\2.png,val,a,g,22\nb/1.png,training,b,,33\n",
      ),
      "split.csv",
    );
    expect(table).toMatchObject({ name: "split.csv", folds: 0, grouped: true });
    expect([...table.rows]).toEqual([
      ["a/1.png", { part: "train", label: "a", group: "g", sha256: "11" }],
      ["./a\\2.png", { part: "validation", label: "a", group: "g", sha256: "22" }],
      ["b/1.png", { part: "train", label: "b", sha256: "33" }],
    ]);
    const matched = matchTable(images, table);
    expect(matched.images.map(({ group }) => group)).toEqual(["g", "g", undefined]);
    expect(
      splitByTable(matched.images, matched.table, ["a", "b"]).validation.map(({ path }) => path),
    ).toEqual(["a/2.png"]);
  });

  test.each([
    // The very name comes first: on Linux a backslash, a space and either form of é are letters as any other.
    [["a\\b.png", "a/b.png"], "a\\b.png", "a\\b.png"],
    [["a/b.png"], "a\\b.png", "a/b.png"],
    [["a/b.png", " a/b.png"], '" a/b.png"', " a/b.png"],
    [["a/b.png", " a/b.png"], " a/b.png", " a/b.png"],
    [["a/b.png"], " a/b.png ", "a/b.png"],
    [["\u00E9.png", "e\u0301.png"], "e\u0301.png", "e\u0301.png"],
    [["\u00E9.png"], "e\u0301.png", "\u00E9.png"],
    [["in/\u00E9.png"], "old\\e\u0301.png", "in/\u00E9.png"],
  ])("for the files %j means by %j the file %j", (paths, cell, expected) => {
    const files = paths.map((path) => ({ path, label: "a" }));
    const table = parseSplitTable(csv(`path,part\n${cell},train\n`), "s.csv");
    expect([...matchTable(files, table).table.rows.keys()]).toEqual([expected]);
  });

  test("that names an image in two spellings is refused", () => {
    const table = parseSplitTable(csv("path,part\na/1.png,train\n./a\\1.png,test\n"), "s.csv");
    expect(() => matchTable(images, table)).toThrow("s.csv: expected each image once, received a/1.png");
  });

  test("of data in another folder is read as if it lay in this one", () => {
    const table = parseSplitTable(
      csv("path,part\nold/data/a/1.png,train\nold/data/a/2.png,validation\nold/data/b/1.png,train\n"),
      "split.csv",
    );
    expect([...matchTable(images, table).table.rows.keys()]).toEqual(["a/1.png", "a/2.png", "b/1.png"]);
  });

  test("of folds names the fold of each image from 1", () => {
    const table = parseSplitTable(csv("path,fold\na/1.png,1\na/2.png,2\nb/1.png,2\n"), "split.csv");
    expect(table).toMatchObject({ folds: 2, grouped: false });
    expect(Array.from(foldsByTable(images.slice(0, 2), table, ["a"]))).toEqual([0, 1]);
    expect(() => foldsByTable(images, table, ["a", "b"])).toThrow(
      'class "b": expected images in more than one',
    );
  });

  test.each([
    ["another file", "name,side\n", "expected a CSV file with the columns path and part"],
    ["no rows", "path,part\n", "expected rows that name images"],
    ["an image twice", "path,part\na,train\na,test\n", "row 3 of split.csv: expected each image once"],
    [
      "an unknown part",
      "path,part\na,later\n",
      "row 2 of split.csv: part: expected train, validation or test",
    ],
    ["no part", "path,part\na,\n", "received nothing"],
    ["fold 0", "path,fold\na,0\n", "row 2 of split.csv: fold: expected a whole number"],
    ["half a fold", "path,fold\na,1.5\n", "received 1.5"],
  ])("with %s is refused", (_, text, message) => {
    expect(() => parseSplitTable(csv(text), "split.csv")).toThrow(message);
  });

  test("that lists missing images, other labels or other bytes is refused by name", () => {
    const table = parseSplitTable(
      csv("path,part,label,sha256\na/1.png,train,a,11\na/9.png,validation,a,22\n"),
      "s.csv",
    );
    expect(() => matchTable(images, table)).toThrow("1 that are not, for example a/9.png");
    const relabelled = parseSplitTable(csv("path,part,label\na/1.png,train,b\n"), "s.csv");
    expect(() => matchTable(images, relabelled)).toThrow("s.csv: a/1.png: expected the label b, received a");
    const read = { paths: ["a/1.png", "a/9.png"], sha256: ["11", "99"] };
    expect(() => checkDigests(read, table)).toThrow("s.csv: a/9.png: expected the image as it was");
    expect(() => checkDigests({ paths: ["a/1.png"], sha256: ["11"] }, table)).toThrow("cannot be read");
    expect(() => checkDigests({ paths: ["x"], sha256: ["1"] }, table)).toThrow("none for 1, for example x");
    expect(() => checkDigests({ ...read, sha256: ["11", "22"] }, table)).not.toThrow();
  });

  test("without validation, or without training images of a class, is refused", () => {
    const training = parseSplitTable(csv("path,part\na/1.png,train\n"), "s.csv");
    expect(() => splitByTable(images, training, ["a"])).toThrow("expected images in the part validation");
    const lopsided = parseSplitTable(csv("path,part\na/1.png,train\nb/1.png,validation\n"), "s.csv");
    expect(() => splitByTable(images, lopsided, ["a", "b"])).toThrow('class "b"');
  });
});
