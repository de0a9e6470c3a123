import * as fc from "fast-check";
import type { ExampleStatement, ImageChange, UnusualStorage } from "../../../src/audit/index.ts";
import type { AuditFinding, AuditVerdict } from "../../../src/messages/audit.ts";
import { type AnyOf, anyCount, anyFraction, anyName, countFrom, upTo } from "./base.ts";

const ofImages = fc.record({ images: anyCount });
const side = fc.integer({ min: 1, max: 20_000 });
const size = fc.record({ width: side, height: side });

const change: fc.Arbitrary<ImageChange> = fc.oneof(
  fc.constant({ kind: "mirrored" } as const),
  fc.record({ kind: fc.constant("rotated" as const), degrees: fc.constantFrom(-90, 90, 180, 7.5) }),
  fc.record({
    kind: fc.constant("resized" as const),
    scale: fc.oneof(
      fc.double({ min: 0.1, max: 0.95, noNaN: true }),
      fc.double({ min: 1.05, max: 10, noNaN: true }),
    ),
  }),
  fc.record({ kind: fc.constant("cropped" as const), overlap: fc.double({ min: 0.3, max: 1, noNaN: true }) }),
  fc.constant({ kind: "re-encoded" } as const),
);
const changes = fc.array(change, { minLength: 1, maxLength: 3 });

const storage: fc.Arbitrary<UnusualStorage> = fc.oneof(
  fc.constant({ kind: "cmyk" } as const),
  fc.record({ kind: fc.constant("depth" as const), bits: fc.constantFrom(2, 4, 16) }),
  fc.constant({ kind: "alpha" } as const),
);

const rule = fc.record({
  conditions: fc.array(
    fc.oneof(
      fc
        .record({
          property: fc.constantFrom(
            "width",
            "jpeg-quality",
            "mean-red",
            "name-digits",
            "bytes-per-pixel" as const,
          ),
          one: fc.integer({ min: 0, max: 5000 }),
          other: fc.integer({ min: 0, max: 5000 }),
        })
        .map(({ property, one, other }) => ({
          property,
          min: Math.min(one, other),
          max: Math.max(one, other),
        })),
      fc.record({
        property: fc.constantFrom(
          "camera",
          "exif",
          "greyscale",
          "name-pattern",
          "software",
          "format" as const,
        ),
        value: anyName,
        holds: fc.boolean(),
      }),
    ),
    { minLength: 1, maxLength: 3 },
  ),
  className: anyName,
  share: anyFraction,
});

/** A total, and a part of it that is not empty. */
const partOfTotal = anyCount.chain((total) =>
  fc.integer({ min: 1, max: total }).map((part) => ({ part, total })),
);

export const anyAudit: AnyOf<AuditVerdict | AuditFinding> = {
  "audit-verdict": fc.record({ errors: upTo(4), warnings: upTo(4), notes: upTo(4) }),
  unreadable: fc.record({ files: anyCount }),
  truncated: partOfTotal.map(({ part, total }) => ({ images: total, recoverable: part })),
  "label-conflict": fc.record({ images: countFrom(2), distinct: anyCount }),
  "near-duplicate-conflict": ofImages,
  "near-duplicates-across-parts": fc
    .array(fc.tuple(fc.constantFrom("validation", "test" as const), partOfTotal), {
      minLength: 1,
      maxLength: 2,
    })
    .map((all) => ({ parts: all.map(([part, one]) => ({ part, images: one.total, leaking: one.part })) })),
  "near-duplicates-across-groups": fc.record({
    images: anyCount,
    source: fc.constantFrom("column", "pattern", "file" as const),
  }),
  duplicates: partOfTotal.map(({ part, total }) => ({ surplus: total, sameFile: part - 1 })),
  "near-duplicates": fc
    .tuple(countFrom(2), upTo(1000), anyCount, countFrom(2), fc.array(change, { maxLength: 2 }), anyFraction)
    .map(([images, others, sourceImages, largest, kinds, share]) => ({
      images,
      total: images + others,
      sourceImages,
      largest,
      changes: kinds.map(({ kind }) => ({ kind, share })),
    })),
  "same-scene": fc.tuple(anyCount, anyCount, upTo(3)).map(([scenes, more, mixed]) => ({
    sourceImages: scenes + more + 1,
    scenes,
    mixedScenes: Math.min(mixed, scenes),
  })),
  shortcut: fc
    .tuple(
      fc.constantFrom("size", "encoding", "colour", "camera", "file-name" as const),
      fc.double({ min: 0.6, max: 1, noNaN: true }),
      fc.constantFrom(0.5, 1 / 3, 0.25, 0.1),
      rule,
    )
    .map(([family, balancedAccuracy, chance, found]) => ({ family, balancedAccuracy, chance, rule: found })),
  "class-balance": fc
    .tuple(anyName, anyName, anyCount, fc.integer({ min: 2, max: 50 }))
    .map(([largest, smallest, images, factor]) => ({
      images: images * (factor + 1),
      largest: { name: largest, images: images * factor },
      smallest: { name: smallest, images },
    })),
  "few-groups": fc.record({
    minGroups: fc.constant(5),
    classes: fc.array(
      fc
        .tuple(anyName, fc.integer({ min: 1, max: 4 }), upTo(100))
        .map(([name, groups, more]) => ({ name, groups, images: groups + more })),
      { minLength: 1, maxLength: 9 },
    ),
  }),
  sizes: fc
    .tuple(partOfTotal, countFrom(2), size, size, size, upTo(20))
    .map(([{ part, total }, sizes, smallest, largest, usual, muchSmaller]) => ({
      images: total,
      sizes,
      smallest,
      largest,
      usual: { ...usual, images: part },
      muchSmaller,
    })),
  "aspect-ratios": fc
    .record({ factor: fc.constant(1.5), wider: upTo(9), taller: upTo(9) })
    .filter(({ wider, taller }) => wider + taller > 0),
  "colour-mix": fc.record({ greyscale: anyCount, coloured: anyCount }),
  storage: fc.record({
    kinds: fc.array(fc.record({ storage, images: anyCount }), { minLength: 1, maxLength: 3 }),
  }),
  "unused-bits": fc.record({
    images: anyCount,
    bits: fc.constant(16),
    usedBits: fc.integer({ min: 8, max: 14 }),
    brightest: upTo(63),
  }),
  empty: ofImages,
  dark: ofImages,
  bright: ofImages,
  blurred: ofImages,
  "exif-place": ofImages,
  "exif-orientation": ofImages,
  "exif-thumbnail": ofImages,
};

const nothing = fc.constant({});

export const anyExample: AnyOf<ExampleStatement> = {
  "unreadable-file": anyName.map((reason) => ({ reason: `expected an image, received ${reason}` })),
  "damaged-image": fc.record({ recoverable: anyFraction }),
  "equal-pixels": fc.record({ classes: fc.array(anyName, { maxLength: 3 }) }),
  "equal-images": fc.record({ images: countFrom(2), sameFile: fc.boolean() }),
  "changed-image": fc.record({ changes }),
  "source-image": fc.record({ images: countFrom(2), changes }),
  scene: fc.record({
    sourceImages: countFrom(2),
    classes: fc.array(anyName, { minLength: 1, maxLength: 3 }),
  }),
  "image-size": size,
  "colour-kind": fc.record({ kind: fc.constantFrom("greyscale", "coloured" as const) }),
  "stored-as": fc.record({ storage }),
  brightness: fc.record({ mean: fc.double({ min: 0, max: 255, noNaN: true }) }),
  sharpness: fc.record({ sharpness: fc.double({ min: 0, max: 1e4, noNaN: true }) }),
  "even-tone": nothing,
  "gps-position": nothing,
  "orientation-tag": fc.record({ orientation: fc.integer({ min: 1, max: 8 }) }),
  "embedded-preview": fc.record({ camera: anyName }),
  "shortcut-rule": rule,
};
