import * as fc from "fast-check";
import type { BenchStatement, SectionStatement, SummaryStatement } from "../../../src/messages/index.ts";
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

const measured = fc.record({
  set: fc.constantFrom("validation", "test", "folds" as const),
  images: anyCount,
});

export const anySection: AnyOf<SectionStatement> = {
  "part-explained": fc.record({
    part: fc.constantFrom("advice", "calibration", "ranking", "layers", "errors" as const),
  }),
  "metrics-of": measured,
  "confusion-matrix": fc.oneof(
    fc.constant({}),
    measured.map((of) => ({ of })),
  ),
  "no-confusions": fc.constant({}),
  "class-metrics": fc.record(
    {
      rocAuc: fc.boolean(),
      specificity: fc.boolean(),
      lowest: fc.record({
        shown: fc.integer({ min: 2, max: 50 }),
        classes: fc.integer({ min: 51, max: 5000 }),
      }),
    },
    { requiredKeys: ["rocAuc", "specificity"] },
  ),
  "training-curves": fc.record({ epochs: upTo(3), folds: fc.boolean(), ensemble: fc.boolean() }),
  reproducible: fc.record({ complete: fc.boolean() }),
  "confident-errors": fc.integer({ min: 1, max: 2000 }).chain((errors) =>
    fc.record({
      errors: fc.constant(errors),
      images: countFrom(errors),
      threshold: fc.constant(0.8),
      confident: upTo(errors),
      missing: upTo(errors),
      file: anyName,
    }),
  ),
  "skipped-files": fc.record({
    files: anyCount,
    by: fc.constantFrom("training", "audit", "evaluation", "explanation" as const),
    reasons: fc.array(fc.record({ reason: anyName, files: anyCount }), { minLength: 1, maxLength: 5 }),
  }),
  audited: fc.record({ images: anyCount, classes: anyCount, groups: anyCount, source: anySource }),
  "dependent-images": fc.record({ source: knownSource }),
};

const seconds = fc.double({ min: 0, max: 100_000, noNaN: true });

/** Of an ensemble. */
const anyNets = fc.integer({ min: 2, max: 100 });

export const anyBench: AnyOf<BenchStatement> = {
  "bench-arithmetic": fc.record({
    threads: anyCount,
    arithmetic: fc.constantFrom("exact", "fused" as const),
    packsVectors: fc.boolean(),
  }),
  "bench-model": fc.record(
    { name: anyName, parameters: anyCount, size: anyCount, nets: anyNets },
    { requiredKeys: ["name", "parameters", "size"] },
  ),
  "bench-epoch": fc.record({ images: anyCount, seconds }),
  "bench-start": fc.record({ seconds, bytes: anyCount }),
  "bench-barriers": fc.record({ kernels: anyCount, microseconds: seconds, share: anyFraction }),
  "bench-legend": fc.constant({}),
  "tune-legend": fc.constant({}),
  "cost-model": fc.record({ wrong: upTo(3), works: anyCount, tolerance: fc.constant(0.1) }),
};

const sizes = { size: anyCount, classes: anyCount };
const memoryFor = fc.record({ images: anyCount, bytes: anyCount });

export const anySummary: AnyOf<SummaryStatement> = {
  "summary-of-architecture": fc.record({
    ...sizes,
    name: anyName,
    about: anyName,
    assumed: fc.record({ size: fc.boolean(), classes: fc.boolean() }),
  }),
  "summary-of-file": fc.record(
    {
      ...sizes,
      origin: fc.constantFrom("network", "run", "model" as const),
      path: anyName,
      nets: anyNets,
    },
    { requiredKeys: ["size", "classes", "origin", "path"] },
  ),
  "summary-work": fc.record({ prediction: anyCount, training: anyCount }),
  "summary-memory": fc.record({ parameters: anyCount, training: memoryFor, prediction: memoryFor }),
};
