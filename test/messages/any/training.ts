import * as fc from "fast-check";
import type { AdviceWithdrawn } from "../../../src/messages/index.ts";
import type { TrainingAdvice, TrainingNote } from "../../../src/train/index.ts";
import { type AnyOf, anyCount, anyFraction, anyLoss, anyName, countFrom } from "./base.ts";

const ofEpoch = fc
  .tuple(anyCount, fc.option(anyCount))
  .map(([epoch, kept]) => ({ epoch, ...(kept !== null && { keptEpoch: kept }) }));

const gap = fc
  .tuple(ofEpoch, anyFraction, anyFraction)
  .filter(([, one, other]) => Math.abs(one - other) >= 0.15)
  .map(([epoch, one, other]) => ({
    ...epoch,
    trainingAccuracy: Math.max(one, other),
    validationAccuracy: Math.min(one, other),
  }));

const sets = fc.constantFrom("validation", "training" as const);

export const anyTraining: AnyOf<TrainingAdvice | TrainingNote | AdviceWithdrawn> = {
  diverged: fc.record({
    epoch: anyCount,
    step: anyCount,
    loss: fc.option(fc.double({ min: 1000, max: 1e30, noNaN: true })),
  }),
  "not-finite": fc
    .record({
      epoch: anyCount,
      set: sets,
      array: fc.constantFrom("x", "y" as const),
      at: fc.array(anyCount, { minLength: 1, maxLength: 4 }),
      value: fc.constantFrom("NaN", "Infinity", "-Infinity" as const),
      step: fc.option(anyCount),
    })
    .map(({ step, ...data }) => ({ ...data, ...(step !== null && { step }) })),
  "dead-layer": fc.tuple(ofEpoch, anyName).map(([epoch, layer]) => ({ ...epoch, layer })),
  // What diagnostics hands on: a loss that is not below the entropy, also when both are printed.
  "not-learning": fc
    .tuple(
      ofEpoch,
      sets,
      fc.record({ accuracy: anyFraction, majorityAccuracy: anyFraction }),
      anyLoss,
      anyLoss,
    )
    .chain(([epoch, set, accuracies, one, other]) =>
      fc.tuple(fc.double({ min: 0.05, max: 1, noNaN: true }), countFrom(2)).map(([p, classes]) => ({
        ...epoch,
        ...accuracies,
        set,
        p,
        classes,
        loss: Math.max(one, other),
        entropy: Math.min(one, other),
      })),
    ),
  "class-never-predicted": fc
    .tuple(ofEpoch, fc.array(fc.record({ name: anyName, images: anyCount }), { minLength: 1, maxLength: 5 }))
    .map(([epoch, classes]) => ({ ...epoch, classes })),
  overfitting: gap,
  "generalization-gap": gap,
  "loss-still-falling": fc
    .tuple(
      anyCount,
      sets,
      fc.double({ min: 0.02, max: 10, noNaN: true }),
      fc.double({ min: 0, max: 0.95, noNaN: true }),
    )
    .map(([epoch, set, from, part]) => ({ epoch, set, from, to: from * part })),
  "input-bound": fc.record({ epoch: anyCount, stallFraction: fc.double({ min: 0.25, max: 1, noNaN: true }) }),
  "rounded-separately": fc.constantFrom({ runtime: "Bun 1.4.5" }, {}),
  "repeated-rescaling": fc.record({
    layer: anyName,
    scale: fc.double({ min: 1e-4, max: 1 / 16, noNaN: true }),
    from: fc.constantFrom([-2.118, 2.64] as const, [0, 1] as const),
    to: fc.constantFrom([-0.0083, 0.0104] as const, [-1, -0.992] as const),
  }),
  "advice-withdrawn": fc.record({
    advice: fc.constantFrom(
      "diverged",
      "dead-layer",
      "not-learning",
      "class-never-predicted",
      "overfitting",
      "generalization-gap",
      "loss-still-falling",
      "input-bound" as const,
    ),
  }),
};
