import { describe, expect, test } from "vitest";
import { seeded } from "../../src/base/index.ts";
import type { Finding } from "../../src/audit/index.ts";
import { type Spec, auditOf, many } from "./support.ts";

const shortcuts = (specs: readonly Spec[]): readonly Finding[] =>
  auditOf(specs).findings.filter(({ code }) => code === "shortcut");

/** Thirty images of each of two classes; names tell nothing. */
const classes = (specOf: (label: string, i: number) => Partial<Spec>): readonly Spec[] =>
  ["cat", "dog"].flatMap((label) => many(label, 30, (i) => specOf(label, i)));

describe("a property that gives the class away is told with its rule", () => {
  test.each<[string, (label: string, i: number) => Partial<Spec>, RegExp]>([
    [
      "width",
      (label) => ({ facts: label === "cat" ? { width: 64, bytes: 4000 } : { width: 320 } }),
      /^The size or shape gives the class away: from it alone 100\.0% .*guessing: 50\.0%.*width 64 pixels: 100\.0% cat/,
    ],
    [
      "JPEG quality",
      (label, i) => ({ facts: { jpegQuality: (label === "cat" ? 70 : 90) + (i % 5) } }),
      /JPEG quality up to 74: 100\.0% cat/,
    ],
    [
      "mean colour",
      (label, i) => ({ facts: { meanColour: [(label === "cat" ? 60 : 140) + i, 110, 100] } }),
      /mean red up to 8\d: 100\.0% cat/,
    ],
    [
      "the camera",
      (label) => ({
        facts: { exif: { gps: false, thumbnail: false, camera: label === "cat" ? "Nikon" : "Canon" } },
      }),
      /camera (Nikon: 100\.0% cat|Canon: 100\.0% dog)/,
    ],
    [
      "how files are named",
      (label, i) => ({ path: label === "cat" ? `cat/IMG_${i + 10}.jpg` : `dog/scan-${i + 10}.jpg` }),
      /names like (IMG_#: 100\.0% cat|scan-#: 100\.0% dog)/,
    ],
  ])("%s", (_, specOf, sentence) => {
    const found = shortcuts(classes(specOf));
    expect(found.map(({ severity }) => severity)).toEqual(["warning"]);
    expect(found[0]?.sentence).toMatch(sentence);
    expect(found[0]?.examples[0]?.paths.length).toBeGreaterThan(1);
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

test("what only tells photographs apart is not told, however many images show them", () => {
  const random = seeded(7);
  // Twelve photographs of each class, ten images of each, alike in colour among themselves alone.
  const specs = ["cat", "dog"].flatMap((label, c) =>
    Array.from({ length: 12 }, () => random.integer(200)).flatMap((red, p) =>
      Array.from({ length: 10 }, (_, k) => ({
        path: `${label}/${p * 10 + k}.jpg`,
        photograph: c * 100 + p,
        facts: { meanColour: [red + k / 10, 100, 100] as const },
      })),
    ),
  );
  expect(shortcuts(specs)).toEqual([]);
  const alone = specs.map(({ path, facts }) => ({ path, facts }));
  expect(shortcuts(alone).map(({ sentence }) => sentence)).toEqual([
    expect.stringContaining("colour or brightness"),
  ]);
});

test("too few photographs tell nothing", () => {
  const few = [...many("cat", 3, () => ({ facts: { width: 64 } })), ...many("dog", 3)];
  expect(shortcuts(few)).toEqual([]);
});

test("one of many classes that stands out is told", () => {
  const specs = ["a", "b", "c", "d", "e", "f"].flatMap((label, c) =>
    many(label, 20, (i) => ({ facts: { width: 100 + 20 * c + (i % 10) } })),
  );
  expect(shortcuts(specs)[0]?.sentence).toMatch(/from it alone (8|9|10)\d.*guessing: 16\.7%/);
});
