import * as fc from "fast-check";
import type { ExplainStatement, ProgressStatement, ReadingStatement } from "../../../src/messages/index.ts";
import {
  type AnyOf,
  anyCount,
  anyFraction,
  anyName,
  anySource,
  countFrom,
  knownSource,
  upTo,
} from "./base.ts";

/** As many groups as images at most. */
const grouped = fc.tuple(anyCount, anyCount, upTo(5)).map(([images, groups, ungrouped]) => ({
  images: Math.max(images, groups),
  groups: Math.min(images, groups),
  ungrouped,
}));

const tableRow = fc.record({ table: anyName, row: anyCount });
const classCounts = fc.array(fc.record({ name: anyName, images: anyCount }), { minLength: 2, maxLength: 3 });

export const anyReading: AnyOf<ReadingStatement> = {
  groups: fc
    .tuple(knownSource, grouped, upTo(3))
    .map(([source, data, more]) => ({ source, ...data, photographs: data.groups + more })),
  "group-sizes": fc
    .tuple(anySource, grouped)
    .map(([source, data]) => ({ source, ...data, largestGroup: data.images - data.groups + 1 })),
  "images-spilled": fc.record({ images: anyCount }),
  "columns-read": fc.record({
    table: anyName,
    columns: fc.array(
      fc.record({
        column: anyName,
        meaning: fc.constantFrom("path", "label", "split", "group", "weight" as const),
      }),
      { minLength: 1, maxLength: 4 },
    ),
    unused: fc.array(anyName, { maxLength: 2 }),
  }),
  "encoding-assumed": fc.record({ table: anyName, encoding: anyName, example: anyName }),
  "paths-found": fc
    .tuple(anyName, upTo(3), fc.option(fc.record({ folder: anyName, rows: anyCount })))
    .map(([table, byName, moved]) =>
      moved ? { table, byName, moved } : { table, byName: Math.max(byName, 1) },
    ),
  "conflicting-rows": fc.record({
    paths: fc.array(anyName, { minLength: 1, maxLength: 3 }),
    example: fc.record({
      path: anyName,
      rows: fc.tuple(tableRow, tableRow),
      column: fc.constantFrom("label", "split", "group" as const),
      values: fc.tuple(anyName, anyName),
    }),
  }),
  "alike-classes": fc.record({ sets: fc.array(classCounts, { minLength: 1, maxLength: 8 }) }),
  "merged-classes": fc.record({
    sets: fc.array(fc.record({ into: anyName, classes: classCounts }), { minLength: 1, maxLength: 8 }),
  }),
  "unused-range": fc
    .tuple(anyCount, fc.constantFrom(255, 1023, 4095, 16_383), fc.double({ min: 0, max: 1, noNaN: true }))
    .map(([images, full, share]) => ({ images, bits: 16, max: Math.round(full * share), full })),
  "range-exceeded": fc
    .tuple(anyCount, fc.integer({ min: 0, max: 999 }), fc.integer({ min: 1000, max: 60_000 }), upTo(5000))
    .map(([images, min, max, more]) => ({ images, bits: 16, max: max + 1 + more, range: { min, max } })),
  "classes-without-images": fc.record({
    classes: fc.array(
      fc.oneof(
        fc.record({ name: anyName, files: fc.constant(0) }),
        fc.record({ name: anyName, files: anyCount, reason: anyName }),
      ),
      { minLength: 1, maxLength: 9 },
    ),
  }),
};

const sets = fc.record({ training: anyCount, validation: anyCount, test: upTo(2) });
const seconds = fc.double({ min: 0, max: 100_000, noNaN: true });

export const anyProgress: AnyOf<ProgressStatement> = {
  "set-sizes": fc.record({ source: anySource, images: sets, groups: sets, leakShare: anyFraction }),
  "fold-sizes": fc.record({ source: anySource, folds: countFrom(2), images: anyCount, groups: anyCount }),
  "own-parts": fc
    .record({
      outcome: fc.constantFrom("kept", "drawn", "redrawn", "pooled" as const),
      test: upTo(50),
      pooled: upTo(50),
      folds: fc.boolean(),
    })
    .filter(({ outcome, test, pooled }) => (outcome === "pooled") === pooled > 0 && pooled <= test),
  model: fc.record({
    model: anyName,
    parameters: fc.tuple(anyCount, upTo(5)).map(([n, fixed]) => ({ total: n + fixed, trainable: n })),
    size: anyCount,
    bytes: countFrom(1),
  }),
  "training-begins": fc.record({
    epochs: anyCount,
    batchSize: anyCount,
    averaged: fc.boolean(),
    firstEpoch: anyCount,
    folds: fc.constantFrom(0, 2, 5),
    views: fc.constantFrom(1, 2, 3, 6),
    time: fc.option(
      fc.record(
        { minutes: countFrom(1), short: fc.record({ epochs: countFrom(1), minutes: countFrom(1) }) },
        { requiredKeys: ["minutes"] },
      ),
      { nil: undefined },
    ),
  }),
  "fold-begins": fc.record({ fold: anyCount, folds: countFrom(2), training: anyCount, validation: anyCount }),
  "final-model-begins": fc.record({ images: anyCount }),
  "training-ended": fc.record({
    end: fc.constantFrom("done", "interrupted", "diverged", "stopped early" as const),
    epochs: upTo(100),
    bestEpoch: anyCount,
    monitor: fc.constantFrom("accuracy", "loss", "balancedAccuracy", "macroF1" as const),
    seconds,
    folds: fc.constantFrom(0, 2, 5),
  }),
};

const anyMethod = fc.constantFrom("gradcam", "occlusion", "activations", "filters" as const);
const anyExtents = (axes: number): fc.Arbitrary<readonly number[]> =>
  fc.array(countFrom(1), { minLength: axes, maxLength: axes });

export const anyExplain: AnyOf<ExplainStatement> = {
  "no-convolution": fc.constant({}),
  "no-gradcam": fc.constant({}),
  "explain-legend": fc.record({ method: anyMethod }),
  "explain-limits": fc.record({ method: anyMethod }),
  "gradcam-of": fc.record({ layer: anyName, channels: countFrom(1), mapSize: anyExtents(2) }),
  "occlusion-of": fc.record({ patch: countFrom(1), mapSize: anyExtents(2), inputSize: anyExtents(2) }),
  "activations-of": fc.record({ layer: anyName, shape: anyExtents(3), shownChannels: countFrom(1) }),
  "filters-of": fc.record({
    layer: anyName,
    filters: countFrom(1),
    shownFilters: countFrom(1),
    channels: countFrom(1),
    shownChannels: countFrom(1),
  }),
  "explain-summary": fc.record({ model: anyName, images: anyCount }),
  "explained-class": fc.record(
    {
      predicted: anyName,
      probability: anyFraction,
      explained: fc.record({ class: anyName, probability: anyFraction }),
    },
    { requiredKeys: ["predicted", "probability"] },
  ),
  "explain-more": fc.record({ images: countFrom(1) }),
  "gradcam-empty": fc.record({ layer: anyName, class: anyName }),
  "occlusion-drop": fc.record({ class: anyName, covered: anyFraction }),
  "occlusion-nowhere": fc.constant({}),
  "gradcam-faint": fc.record({ class: anyName }),
};
