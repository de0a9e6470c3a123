import { describe, expect, test } from "vitest";
import { auditOf, codesOf, findingOf, many, pair } from "./support.ts";

/** Twelve unremarkable images of each of two classes. */
const plain = [...many("cat", 12), ...many("dog", 12)];

test("nothing is said of an unremarkable collection", () => {
  const result = auditOf(plain);
  expect(result.findings).toEqual([]);
  expect(result.images[3]).toEqual({ path: "cat/3.jpg", label: "cat", group: "cat/3.jpg", findings: [] });
  expect(result).toMatchObject({
    groups: 24,
    largestGroup: 1,
    counts: { images: 24, readable: 24, grouped: 0, ungrouped: 0 },
    classes: [
      { name: "cat", images: 12, groups: 12, unreadable: 0 },
      { name: "dog", images: 12, groups: 12, unreadable: 0 },
    ],
    sizes: [{ name: "320 x 240", images: 24 }],
    formats: [{ name: "jpeg", images: 24 }],
    colours: [{ name: "colour", images: 24 }],
    parts: [],
    duplicates: [],
  });
});

describe("files that cannot be read", () => {
  test("are told from images that are cut off, with what is left of these", () => {
    const result = auditOf([
      ...plain,
      { path: "cat/text.jpg", reason: "expected an image, received a text file" },
      { path: "dog/cut.jpg", reason: "expected a whole image", recoverable: 0.62 },
      { path: "dog/gone.jpg", reason: "expected a whole image", recoverable: 0 },
      { path: "dog/odd.jpg", reason: "expected a whole image", recoverable: 1 },
    ]);
    expect(findingOf(result, "unreadable")).toMatchObject({
      severity: "error",
      images: ["cat/text.jpg"],
      examples: [
        {
          code: "unreadable-file",
          data: { reason: "expected an image, received a text file" },
          paths: ["cat/text.jpg"],
        },
      ],
    });
    const truncated = findingOf(result, "truncated");
    expect(truncated?.data).toEqual({ images: 3, recoverable: 2 });
    expect(truncated?.examples.map(({ data }) => data)).toEqual([
      { recoverable: 1 },
      { recoverable: 0.62 },
      { recoverable: 0 },
    ]);
    expect(result.counts).toMatchObject({ images: 28, readable: 24 });
    expect(result.classes[1]).toMatchObject({ name: "dog", images: 15, unreadable: 3 });
    expect(result.images.find(({ path }) => path === "dog/cut.jpg")?.findings).toEqual(["truncated"]);
  });

  test("may be all there are", () => {
    const result = auditOf([{ path: "cat/1.jpg", reason: "received an empty file" }]);
    expect(codesOf(result)).toEqual(["unreadable", "few-groups"]);
  });
});

describe("exact duplicates", () => {
  test("are counted once for each duplicate too many, the same file or the same pixels", () => {
    const result = auditOf([
      ...plain,
      { path: "cat/a.jpg", sha256: "x", facts: { pixelDigest: "p" }, sourceImage: 1 },
      { path: "cat/b.jpg", sha256: "x", facts: { pixelDigest: "p" }, sourceImage: 1 },
      { path: "cat/c.png", sha256: "y", facts: { pixelDigest: "p" }, sourceImage: 1 },
      // The same bytes in another shape are another image.
      { path: "cat/d.png", sha256: "z", facts: { pixelDigest: "p", width: 240, height: 320 } },
    ]);
    const duplicates = findingOf(result, "duplicates");
    expect(duplicates?.data).toEqual({ surplus: 2, sameFile: 1 });
    expect(duplicates?.images).toEqual(["cat/a.jpg", "cat/b.jpg", "cat/c.png"]);
    expect(codesOf(result)).not.toContain("label-conflict");
    expect(codesOf(result)).not.toContain("near-duplicates");
  });

  test("in two classes contradict each other", () => {
    const result = auditOf([
      ...plain,
      { path: "cat/a.jpg", sha256: "x", facts: { pixelDigest: "p" }, sourceImage: 1 },
      { path: "dog/a.jpg", sha256: "x", facts: { pixelDigest: "p" }, sourceImage: 1 },
    ]);
    expect(findingOf(result, "label-conflict")).toMatchObject({
      severity: "error",
      images: ["cat/a.jpg", "dog/a.jpg"],
      data: { images: 2, distinct: 1 },
      examples: [{ paths: ["cat/a.jpg", "dog/a.jpg"], data: { classes: ["cat", "dog"] } }],
    });
    expect(result.findings[0]?.code).toBe("label-conflict");
  });
});

describe("near-duplicates", () => {
  const three = [
    { path: "cat/a.jpg", sourceImage: 1 },
    { path: "cat/b.jpg", sourceImage: 1 },
    { path: "cat/c.jpg", sourceImage: 1 },
  ];
  const pairs = [
    pair(24, 25, { rotation: 90.4, mirrored: true, overlap: 0.8 }),
    pair(25, 26, { scale: 0.5 }),
  ];

  test("are counted by source image, with what became of them", () => {
    const result = auditOf([...plain, ...three], { pairs });
    expect(findingOf(result, "near-duplicates")?.data).toEqual({
      images: 3,
      total: 27,
      sourceImages: 1,
      largest: 3,
      changes: [
        { kind: "mirrored", share: 0.5 },
        { kind: "rotated", share: 0.5 },
        { kind: "resized", share: 0.5 },
      ],
    });
    expect(result.duplicates).toEqual([
      {
        a: "cat/a.jpg",
        b: "cat/b.jpg",
        kind: "near-duplicate",
        changes: [{ kind: "mirrored" }, { kind: "rotated", degrees: 90.4 }],
      },
      {
        a: "cat/b.jpg",
        b: "cat/c.jpg",
        kind: "near-duplicate",
        changes: [{ kind: "resized", scale: 0.5 }],
      },
    ]);
  });

  test("say what else can have become of an image", () => {
    const changes = [{ overlap: 0.7 }, { scale: 1.3 }, { rotation: -45 }, {}];
    const result = auditOf(
      plain.map((spec) => ({ ...spec, sourceImage: 1 })),
      { pairs: changes.map((change, i) => pair(i, i + 1, change)) },
    );
    expect(result.duplicates.flatMap(({ changes: found }) => found)).toEqual([
      { kind: "cropped", overlap: 0.7 },
      { kind: "resized", scale: 1.3 },
      { kind: "rotated", degrees: -45 },
      { kind: "re-encoded" },
    ]);
  });

  test("across classes are an error", () => {
    const specs = [...plain, { path: "cat/a.jpg", sourceImage: 1 }, { path: "dog/a.jpg", sourceImage: 1 }];
    const result = auditOf(specs, { pairs: [pair(24, 25, { mirrored: true })] });
    expect(findingOf(result, "near-duplicate-conflict")).toMatchObject({
      severity: "error",
      examples: [
        {
          paths: ["cat/a.jpg", "dog/a.jpg"],
          data: { classes: ["cat", "dog"], changes: [{ kind: "mirrored" }] },
        },
      ],
    });
  });

  test("two source images of one scene are told, as a warning where their classes differ", () => {
    const shots = [
      { path: "cat/a.jpg", sourceImage: 1, scene: "street" },
      { path: "cat/b.jpg", sourceImage: 1, scene: "street" },
      { path: "cat/c.jpg", sourceImage: 2, scene: "street" },
    ];
    const result = auditOf([...plain, ...shots]);
    expect(findingOf(result, "same-scene")).toMatchObject({
      severity: "note",
      data: { sourceImages: 2, scenes: 1, mixedScenes: 0 },
      images: ["cat/a.jpg", "cat/b.jpg", "cat/c.jpg"],
      examples: [{ paths: ["cat/a.jpg", "cat/c.jpg"] }],
    });
    expect(result.images.at(-1)?.scene).toBe("cat/a.jpg");
    const mixed = auditOf([...plain, ...shots, { path: "dog/d.jpg", sourceImage: 3, scene: "street" }]);
    expect(findingOf(mixed, "same-scene")).toMatchObject({ severity: "warning", data: { mixedScenes: 1 } });
    expect(codesOf(auditOf(plain))).not.toContain("same-scene");
  });

  test("in other groups than the data's own are told", () => {
    const specs = [
      ...plain,
      { path: "cat/a.jpg", sourceImage: 1, group: "g" },
      { path: "cat/b.jpg", sourceImage: 1, group: "h" },
    ];
    const found = auditOf(specs, { pairs: [pair(24, 25)], groupSource: "column" });
    expect(findingOf(found, "near-duplicates-across-groups")?.images).toEqual(["cat/a.jpg", "cat/b.jpg"]);
    expect(found.groups).toBe(26);
    const same = specs.map((spec) => ("group" in spec ? { ...spec, group: "g" } : spec));
    expect(codesOf(auditOf(same, { pairs: [pair(24, 25)], groupSource: "column" }))).not.toContain(
      "near-duplicates-across-groups",
    );
  });
});

describe("near-duplicates across the data's own parts", () => {
  const divided = [
    ...many("cat", 20, (i) => ({ part: i < 14 ? "train" : "test" })),
    ...many("dog", 20, (i) => ({ part: i < 14 ? "train" : "test" })),
  ] as const;

  test("are an error with the share that leaks, near and exact, and by the data's own groups", () => {
    const specs = [
      ...divided,
      { path: "cat/a.jpg", part: "test", sourceImage: 1 },
      { path: "cat/b.jpg", part: "train", sourceImage: 1 },
      { path: "dog/a.jpg", part: "test", group: "g" },
      { path: "dog/b.jpg", part: "train", group: "g" },
      { path: "dog/c.jpg", part: "test", sourceImage: 2, scene: "street" },
      { path: "dog/d.jpg", part: "train", sourceImage: 3, scene: "street" },
    ] as const;
    const result = auditOf(specs, { pairs: [pair(40, 41)] });
    const finding = findingOf(result, "near-duplicates-across-parts");
    expect(finding?.data).toEqual({ parts: [{ part: "test", leaking: 3, images: 15 }] });
    expect(finding).toMatchObject({ severity: "error", images: ["cat/a.jpg", "dog/a.jpg", "dog/c.jpg"] });
    expect(result.parts).toEqual([
      { part: "train", images: 31 },
      { part: "test", images: 15 },
    ]);
  });

  test("are not where near-duplicates stay together", () => {
    const specs = [
      ...divided,
      { path: "cat/a.jpg", part: "test", sourceImage: 1 },
      { path: "cat/b.jpg", part: "test", sourceImage: 1 },
    ] as const;
    expect(codesOf(auditOf(specs, { pairs: [pair(40, 41)] }))).toEqual(["near-duplicates"]);
  });
});

describe("classes", () => {
  test("of unequal size are told, the worse the more severe", () => {
    const severity = (cats: number): string | undefined =>
      findingOf(auditOf([...many("cat", cats), ...many("dog", 12)]), "class-balance")?.severity;
    expect([severity(20), severity(36), severity(72)]).toEqual([undefined, "note", "warning"]);
  });

  test("with few groups are too few to evaluate, however many images show them", () => {
    const copies = many("dog", 30, (i) => ({ sourceImage: i % 4, group: `g${i % 4}` }));
    const result = auditOf([...many("cat", 30), ...copies]);
    expect(findingOf(result, "few-groups")?.data).toEqual({
      minGroups: 10,
      classes: [{ name: "dog", images: 30, groups: 4 }],
    });
  });
});

test("sizes and shapes off the rest are told", () => {
  const result = auditOf([
    ...plain,
    { path: "cat/small.jpg", facts: { width: 80, height: 60 } },
    { path: "cat/wide.jpg", facts: { width: 960, height: 240 } },
    { path: "cat/tall.jpg", facts: { width: 240, height: 320 } },
  ]);
  expect(findingOf(result, "sizes")).toMatchObject({ severity: "warning", images: ["cat/small.jpg"] });
  expect(findingOf(result, "aspect-ratios")).toMatchObject({
    severity: "note",
    images: ["cat/wide.jpg", "cat/tall.jpg"],
  });
  expect(findingOf(result, "aspect-ratios")?.data).toEqual({ factor: 1.5, wider: 1, taller: 1 });
});

test("grey images among coloured ones, and the reverse, and odd storage", () => {
  const grey = { colourfulness: 1, colourShare: 0 };
  const result = auditOf([
    ...plain,
    { path: "cat/grey.jpg", facts: grey },
    { path: "cat/dim.jpg", facts: { ...grey, brightness: { mean: 112, deviation: 5, range: [100, 120] } } },
    { path: "cat/print.jpg", facts: { space: "cmyk" } },
    { path: "cat/deep.png", facts: { depth: 16, alpha: true } },
    { path: "cat/glass.png", facts: { alpha: true } },
  ]);
  expect(findingOf(result, "colour-mix")?.images).toEqual(["cat/grey.jpg"]);
  expect(findingOf(result, "storage")?.data).toEqual({
    kinds: [
      { storage: { kind: "cmyk" }, images: 1 },
      { storage: { kind: "depth", bits: 16 }, images: 1 },
      { storage: { kind: "alpha" }, images: 1 },
    ],
  });
  const reverse = auditOf([...many("cat", 12, () => ({ facts: grey })), { path: "cat/red.jpg" }]);
  expect(findingOf(reverse, "colour-mix")).toMatchObject({
    data: { greyscale: 12, coloured: 1 },
    images: ["cat/red.jpg"],
  });
});

describe("light", () => {
  const dark = { brightness: { mean: 8, deviation: 6, range: [0, 60] } } as const;
  const bright = { brightness: { mean: 250, deviation: 6, range: [200, 255] } } as const;
  const empty = { brightness: { mean: 120, deviation: 1, range: [118, 122] }, sharpness: 0.01 } as const;

  test("very dark, bright, blurred and empty images are told, each for one reason", () => {
    const result = auditOf([
      ...plain,
      { path: "cat/dark.jpg", facts: dark },
      { path: "cat/bright.jpg", facts: bright },
      { path: "cat/empty.jpg", facts: empty },
      { path: "cat/soft.jpg", facts: { sharpness: 0.05 } },
    ]);
    expect(findingOf(result, "dark")?.images).toEqual(["cat/dark.jpg"]);
    expect(findingOf(result, "bright")?.images).toEqual(["cat/bright.jpg"]);
    expect(findingOf(result, "empty")?.images).toEqual(["cat/empty.jpg"]);
    expect(findingOf(result, "blurred")?.images).toEqual(["cat/soft.jpg"]);
  });

  test("12 bits in 16 are told, and 16 that are used or 8 that are dark are not", () => {
    const at = (depth: number, brightest: number) =>
      auditOf(
        many("cat", 12, (i) => ({
          facts: { depth, brightness: { mean: 4, deviation: 3, range: [0, i === 3 ? brightest : 9] } },
        })),
      );
    const found = findingOf(at(16, 15), "unused-bits");
    expect(found?.data).toEqual({ images: 12, bits: 16, usedBits: 12, brightest: 15 });
    // Not also told that nothing is to be done about them.
    expect(findingOf(at(16, 15), "storage")).toBeUndefined();
    expect(findingOf(at(16, 200), "storage")?.images).toHaveLength(12);
    expect(findingOf(at(16, 200), "unused-bits")).toBeUndefined();
    expect(findingOf(at(8, 15), "unused-bits")).toBeUndefined();
  });

  test("what is usual in the collection is no mistake", () => {
    for (const facts of [dark, bright, empty, { sharpness: 0.05 }]) {
      const result = auditOf([...many("cat", 12, () => ({ facts })), ...many("dog", 12, () => ({ facts }))]);
      expect(result.findings).toEqual([]);
    }
  });
});

test("what cameras wrote is told", () => {
  const exif = { gps: false, thumbnail: false };
  const result = auditOf([
    ...plain,
    { path: "cat/a.jpg", facts: { exif: { ...exif, gps: true } } },
    { path: "cat/b.jpg", facts: { exif: { ...exif, orientation: 6 } } },
    { path: "cat/c.jpg", facts: { exif: { ...exif, thumbnail: true, camera: "Nikon D1" } } },
    { path: "cat/d.jpg", facts: { exif } },
  ]);
  expect(findingOf(result, "exif-place")).toMatchObject({ severity: "warning", images: ["cat/a.jpg"] });
  expect(findingOf(result, "exif-orientation")?.images).toEqual(["cat/b.jpg"]);
  expect(findingOf(result, "exif-thumbnail")?.examples).toEqual([
    { code: "embedded-preview", data: { camera: "Nikon D1" }, paths: ["cat/c.jpg"] },
  ]);
});
