import { describe, expect, test } from "vitest";
import { seeded } from "../../src/base/index.ts";
import type { Finding, ShortcutRule } from "../../src/audit/index.ts";
import { type Spec, auditOf, many } from "./support.ts";

type Shortcut = Extract<Finding, { readonly code: "shortcut" }>;

const shortcuts = (specs: readonly Spec[]): readonly Shortcut[] =>
  auditOf(specs).findings.filter((finding): finding is Shortcut => finding.code === "shortcut");

/** Thirty images of each of two classes; names tell nothing. */
const classes = (specOf: (label: string, i: number) => Partial<Spec>): readonly Spec[] =>
  ["cat", "dog"].flatMap((label) => many(label, 30, (i) => specOf(label, i)));

describe("a property that predicts the class is told with its rule", () => {
  test.each<
    [
      Shortcut["data"]["family"],
      (label: string, i: number) => Partial<Spec>,
      readonly Partial<ShortcutRule>[],
    ]
  >([
    [
      "size",
      (label) => ({ facts: label === "cat" ? { width: 64, bytes: 4000 } : { width: 320 } }),
      [{ className: "cat", conditions: [{ property: "width", min: 64, max: 64 }] }],
    ],
    [
      "encoding",
      (label, i) => ({ facts: { jpegQuality: (label === "cat" ? 70 : 90) + (i % 5) } }),
      [{ className: "cat", conditions: [{ property: "jpeg-quality", max: 74 }] }],
    ],
    [
      "colour",
      (label, i) => ({ facts: { meanColour: [(label === "cat" ? 60 : 140) + i, 110, 100] } }),
      [{ className: "cat", conditions: [{ property: "mean-red", max: 89 }] }],
    ],
    [
      "camera",
      (label) => ({
        facts: { exif: { gps: false, thumbnail: false, camera: label === "cat" ? "Nikon" : "Canon" } },
      }),
      [
        { className: "cat", conditions: [{ property: "camera", value: "Nikon", holds: true }] },
        { className: "dog", conditions: [{ property: "camera", value: "Canon", holds: true }] },
      ],
    ],
    [
      "file-name",
      (label, i) => ({ path: label === "cat" ? `cat/IMG_${i + 10}.jpg` : `dog/scan-${i + 10}.jpg` }),
      [
        { className: "cat", conditions: [{ property: "name-pattern", value: "IMG_#", holds: true }] },
        { className: "dog", conditions: [{ property: "name-pattern", value: "scan-#", holds: true }] },
      ],
    ],
  ])("%s", (family, specOf, rules) => {
    const [found, ...others] = shortcuts(classes(specOf));
    expect(others).toEqual([]);
    expect(found).toMatchObject({
      severity: "warning",
      data: { family, chance: 0.5, rule: { share: 1 } },
    });
    expect(found?.data.balancedAccuracy).toBeGreaterThanOrEqual(0.9);
    // One of several equally good rules.
    expect(rules).toContainEqual({ ...found?.data.rule, share: undefined });
    expect(found?.examples[0]?.paths.length).toBeGreaterThan(1);
  });
});

test("properties that differ by chance are not told", () => {
  for (let seed = 0; seed < 20; seed++) {
    const random = seeded(seed);
    const noisy = classes(() => ({
      facts: {
        width: 200 + random.integer(100),
        height: 200 + random.integer(100),
        bytes: 10_000 + random.integer(10_000),
        jpegQuality: 70 + random.integer(25),
        meanColour: [random.integer(256), random.integer(256), random.integer(256)],
        colourfulness: 20 + random.integer(30),
      },
    }));
    expect(shortcuts(noisy)).toEqual([]);
  }
});

test("what only tells source images apart is not told, however many images show them", () => {
  const random = seeded(7);
  // Twelve source images of each class, ten images of each, alike in colour among themselves alone.
  const specs = ["cat", "dog"].flatMap((label, c) =>
    Array.from({ length: 12 }, () => random.integer(200)).flatMap((red, p) =>
      Array.from({ length: 10 }, (_, k) => ({
        path: `${label}/${p * 10 + k}.jpg`,
        sourceImage: c * 100 + p,
        facts: { meanColour: [red + k / 10, 100, 100] as const },
      })),
    ),
  );
  expect(shortcuts(specs)).toEqual([]);
  const alone = specs.map(({ path, facts }) => ({ path, facts }));
  expect(shortcuts(alone).map(({ data }) => data.family)).toEqual(["colour"]);
});

test("too few groups tell nothing", () => {
  const few = [...many("cat", 3, () => ({ facts: { width: 64 } })), ...many("dog", 3)];
  expect(shortcuts(few)).toEqual([]);
});

test("one of many classes that stands out is told", () => {
  const specs = ["a", "b", "c", "d", "e", "f"].flatMap((label, c) =>
    many(label, 20, (i) => ({ facts: { width: 100 + 20 * c + (i % 10) } })),
  );
  const [found] = shortcuts(specs);
  expect(found?.data.chance).toBeCloseTo(1 / 6);
  expect(found?.data.balancedAccuracy).toBeGreaterThan(0.8);
});
