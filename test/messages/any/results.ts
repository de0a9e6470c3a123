import * as fc from "fast-check";
import type { ComparisonBasis, ComparisonStatement } from "../../../src/messages/comparison.ts";
import type {
  AugmentationChoice,
  BaselineComparison,
  CalibrationStatement,
  ResultStatement,
  ResultVerdict,
  RunPageStatement,
  SplitWarning,
} from "../../../src/messages/index.ts";
import type { DataUnchanged, LabelsPredicted, LabelsStatement } from "../../../src/messages/labels.ts";
import type { TrainingOverlap } from "../../../src/messages/overlap.ts";
import {
  type AnyOf,
  anyCount,
  anyDifference,
  anyEstimate,
  anyFraction,
  anyName,
  anySource,
  countFrom,
  knownSource,
  upTo,
} from "./base.ts";

const accuracy = fc
  .tuple(fc.constantFrom("validation", "test", "folds", "data" as const), anyEstimate, anyCount, anySource)
  .map(([set, { estimate, interval }, count, source]) => ({
    set,
    accuracy: estimate,
    interval,
    count,
    groups: count,
    source,
  }));

const anyBaseline = fc
  .tuple(fc.constantFrom("colour", "majority" as const), anyDifference)
  .map(([baseline, { one, other, difference, interval }]) => ({
    baseline,
    accuracy: other,
    baselineAccuracy: one,
    difference,
    interval,
  }));

const anyBasis = fc.constantFrom("grouped", "random", "folders", "pooled", "file" as const);

/** Differences that are one of the three, as the printed bounds of the interval have it. */
const visible = 0.0005;

const compared = fc
  .tuple(anyName, anyName, anyDifference, anyCount, anyCount)
  .map(([first, second, { one, other, difference, interval }, images, groups]) => ({
    first: { name: first, accuracy: one, leaked: 0 },
    second: { name: second, accuracy: other, leaked: 0 },
    images: Math.max(images, groups),
    groups: Math.min(images, groups),
    difference,
    interval,
  }));

const leaking = fc.tuple(compared, fc.boolean(), anyCount).map(([data, isFirst, leaked]) => ({
  ...data,
  reason: "leakage" as const,
  ...(isFirst
    ? { first: { ...data.first, leaked: Math.min(leaked, data.images) } }
    : { second: { ...data.second, leaked: Math.min(leaked, data.images) } }),
}));

const ends = fc.constantFrom("done", "interrupted", "diverged", "stopped early" as const);

export const anyComparison: AnyOf<ComparisonStatement | ComparisonBasis> = {
  "first-better": compared.filter(({ interval }) => interval[1] < -visible),
  "second-better": compared.filter(({ interval }) => interval[0] > visible),
  "not-distinguishable": compared.filter(({ interval: [low, high] }) => low <= 0 && high >= 0),
  "not-comparable": leaking,
  "compared-images": fc
    .tuple(anyCount, upTo(50), upTo(50))
    .map(([images, a, b]) => ({ images, totals: [images + a, images + b] as const })),
  "discordant-images": fc.record({ onlyFirst: upTo(50), onlySecond: upTo(50), p: anyFraction }),
};

export const anyBaselines: AnyOf<BaselineComparison> = {
  "better-than-baseline": anyBaseline.filter(({ interval }) => interval[0] > visible),
  "not-distinguishable-from-baseline": anyBaseline.filter(
    ({ interval: [low, high] }) => low <= 0 && high >= 0,
  ),
  "worse-than-baseline": anyBaseline.filter(({ interval }) => interval[1] < -visible),
};

export const anyResult: AnyOf<ResultStatement | CalibrationStatement> = {
  accuracy,
  "unreliable-interval": fc.record({ groups: fc.integer({ min: 1, max: 9 }), source: anySource }),
  "uneven-classes": anyEstimate.map(({ estimate, interval }) => ({ balancedAccuracy: estimate, interval })),
  "split-basis": fc.record({
    split: anyBasis,
    source: anySource,
    leakShare: anyFraction,
    folds: fc.boolean(),
    scenes: fc.boolean(),
  }),
  folds: fc.array(anyFraction, { minLength: 2, maxLength: 12 }).map((accuracies) => ({
    count: accuracies.length,
    accuracies,
    mean: accuracies.reduce((sum, x) => sum + x, 0) / accuracies.length,
    deviation: 0.1,
    ensemble: accuracies.length % 2 === 0,
    tested: accuracies.length % 3 === 0,
  })),
  baselines: fc
    .tuple(anyFraction, anyFraction, anyName, anyEstimate)
    .map(([own, largest, label, colour]) => ({
      accuracy: own,
      majority: { label, accuracy: largest },
      colour: { accuracy: colour.estimate, interval: colour.interval },
    })),
  calibration: fc.record({ ece: anyFraction }),
  "calibration-scaled": fc.record({
    temperature: fc.double({ min: 0.05, max: 20, noNaN: true }),
    before: anyFraction,
    after: anyFraction,
    measuredOn: fc.constantFrom("cross-fitted", "test" as const),
  }),
  "calibration-unscaled": fc.record({
    ece: anyFraction,
    fitted: fc.double({ min: 0.05, max: 20, noNaN: true }),
  }),
};

export const anyAugmentation: AnyOf<AugmentationChoice> = {
  "augmentation-turns": anyCount.chain((images) =>
    fc.record({ images: fc.constant(images), turned: fc.integer({ min: 1, max: images }) }),
  ),
  "augmentation-none": countFrom(2).chain((images) =>
    fc.record({ images: fc.constant(images), plain: upTo(images), mirrored: upTo(images) }),
  ),
  "augmentation-mirror": fc.record({ images: anyCount }),
};

export const anySplit: AnyOf<SplitWarning> = {
  leakage: fc
    .record({
      source: knownSource,
      split: anyBasis,
      nearDuplicates: fc.boolean(),
      images: fc.record({ validation: anyCount, test: anyCount }),
      shares: fc.record({ validation: anyFraction, test: anyFraction }),
    })
    .map(({ images, shares, ...rest }) => ({
      ...rest,
      images,
      leaking: {
        validation: Math.ceil(shares.validation * images.validation),
        test: Math.floor(shares.test * images.test),
      },
    }))
    .filter(({ leaking }) => leaking.validation > 0),
  "linked-groups": fc.record({
    source: anySource,
    images: countFrom(2),
    groups: countFrom(2),
    apart: fc.boolean(),
  }),
  // Fewer points than 1 are not worth a word.
  "validation-size": fc
    .record({ requestedFraction: anyFraction, validationFraction: anyFraction, source: anySource })
    .filter(({ requestedFraction: a, validationFraction: b }) => Math.abs(a - b) > 0.01),
  "mixed-groups": fc.record({ groups: anyCount, source: knownSource }),
  "few-validation-groups": fc.record({
    minGroups: fc.constant(5),
    classes: fc.array(fc.record({ name: anyName, groups: upTo(4) }), { minLength: 1, maxLength: 9 }),
    source: knownSource,
  }),
};

export const anyLabels: AnyOf<LabelsStatement | LabelsPredicted | DataUnchanged | TrainingOverlap> = {
  "data-unchanged": fc.record({ by: fc.constantFrom("labels", "audit" as const) }),
  "labels-predicted": fc.record({
    images: anyCount,
    folds: fc.integer({ min: 2, max: 100 }),
    accuracy: anyFraction,
  }),
  "labels-not-reviewable": fc.record({
    accuracy: anyFraction,
    majority: fc.record({ label: anyName, accuracy: anyFraction }),
    p: fc.double({ min: 0.05, max: 1, noNaN: true }),
    trials: anyCount,
    source: anySource,
  }),
  "suspect-labels": fc.record({
    suspects: anyCount,
    expectedWrong: fc.double({ min: 1, max: 1e4, noNaN: true }),
  }),
  "no-suspect-labels": fc.record({ images: anyCount }),
  "training-overlap": anyCount.chain((images) =>
    fc
      .record({ training: upTo(images), validation: upTo(images) })
      .filter(({ training, validation }) => training + validation > 0 && training + validation <= images)
      .map((parts) => ({ images, ...parts })),
  ),
  "no-training-overlap": fc.record({ images: anyCount }),
  "training-overlap-unknown": fc.record({ images: anyCount }),
};

export const anyVerdict: AnyOf<ResultVerdict> = {
  "result-verdict": fc.record({
    comparison: fc.constantFrom(
      "better-than-baseline",
      "not-distinguishable-from-baseline",
      "worse-than-baseline" as const,
    ),
    baseline: fc.constantFrom("colour", "majority" as const),
    end: fc.constantFrom("whole", "interrupted", "diverged" as const),
    reservations: upTo(3),
  }),
  "no-baseline": fc.constant({}),
};

export const anyRunPage: AnyOf<RunPageStatement> = {
  "run-summary": fc.record({
    architecture: anyName,
    classes: countFrom(2),
    images: anyCount,
    dataset: anyName,
    epochs: upTo(200),
    end: ends,
  }),
  "evaluation-summary": fc.record({ model: anyName, images: anyCount, classes: countFrom(2) }),
  "measured-on": fc.record({ set: fc.constantFrom("validation", "test" as const) }),
  "baselines-on": fc.record({ set: fc.constant("validation" as const) }),
  "labels-to-review": fc.record({ path: anyName, images: anyCount }),
  "metric-meaning": fc.record({
    metric: fc.constantFrom(
      "balancedAccuracy",
      "macroF1",
      "kappa",
      "rocAuc",
      "averagePrecision",
      "loss",
      "brier",
      "ece" as const,
    ),
    classes: countFrom(2),
  }),
};
