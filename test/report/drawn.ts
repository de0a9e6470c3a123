import { seeded } from "../../src/base/index.ts";
import type { EvaluationReport, ReportImage, RunReport } from "../../src/report/index.ts";

/** A data URL as large as a small JPEG of a photograph. */
export const pixels = (bytes: number = 6000): string =>
  `data:image/jpeg;base64,${"QUJD".repeat(Math.ceil(bytes / 3))}`;

export interface DrawnOptions {
  readonly classNames: readonly string[];
  /** Images of the validation set. */
  readonly count?: number;
  readonly image?: string;
}

/** The report of a run that never was: every part of the page is filled. */
export function drawnRun({ classNames, count = 1000, image = pixels() }: DrawnOptions): RunReport {
  const random = seeded(1);
  const classes = classNames.length;
  const confusionMatrix = classNames.map((_, truth) =>
    classNames.map((__, said) => (truth === said ? Math.round((0.8 * count) / classes) : random.integer(3))),
  );
  const shot = (i: number): ReportImage => ({
    path: `${classNames[i % classes]}/photo_${i}.jpg`,
    label: classNames[i % classes] ?? "",
    predicted: classNames[(i + 1) % classes] ?? "",
    probability: 0.99 - i / 50,
    thumbnail: image,
    gradCam: image,
  });
  const shares = Array.from({ length: 200 }, (_, i) => i / 199);
  const roc = { falsePositiveRate: shares, truePositiveRate: shares.map(Math.sqrt) };
  const precisionRecall = { recall: shares, precision: shares.map((x) => 1 - x / 2) };
  const perClass = classNames.map((name) => ({
    name,
    precision: 0.8,
    recall: 0.75,
    f1: 0.774,
    rocAuc: 0.667,
    averagePrecision: 0.75,
    support: Math.round(count / classes),
    predicted: Math.round(count / classes),
  }));
  const each = classNames.map(() => Math.round((4 * count) / classes));
  return {
    title: "cells-1",
    summary: {
      code: "run-summary",
      data: { architecture: "plain4", classes, images: 4 * count, dataset: "cells", epochs: 2, end: "done" },
    },
    groupSource: "content",
    validation: { accuracy: 0.8, loss: 0.5, count, groups: Math.ceil(count / 8), interval: [0.76, 0.83] },
    metrics: [
      { metric: "balancedAccuracy", value: 0.79, interval: [0.75, 0.82] },
      { metric: "loss", value: 0.5, interval: [0.4, 0.6] },
    ],
    baselines: [
      { name: "the most frequent class", accuracy: 0.3 },
      { name: "colour baseline", accuracy: 0.55, interval: [0.5, 0.6] },
    ],
    comparison: {
      code: "better-than-baseline",
      data: {
        baseline: "colour",
        accuracy: 0.8,
        baselineAccuracy: 0.55,
        difference: 0.25,
        interval: [0.2, 0.3],
      },
    },
    dataNotes: [],
    notes: [
      {
        kind: "good",
        statement: {
          code: "split-basis",
          data: { split: "grouped", source: "content", leakShare: 0, folds: false, scenes: false },
        },
      },
    ],
    parts: [
      { name: "training", images: 4 * count, groups: Math.ceil(count / 2), perClass: each },
      {
        name: "validation",
        images: count,
        groups: Math.ceil(count / 8),
        perClass: perClass.map(({ support }) => support),
      },
    ],
    skipped: [{ path: "broken.jpg", reason: "not a whole image" }],
    bestEpoch: 2,
    history: [
      { epoch: 1, loss: 2, accuracy: 0.5, validationLoss: Number.NaN, validationAccuracy: Number.NaN },
      { epoch: 2, loss: 1, accuracy: 0.75, validationLoss: 0.5, validationAccuracy: 0.75 },
    ],
    classNames,
    confusionMatrix,
    perClass,
    curves: classNames.map(() => ({ roc, precisionRecall })),
    calibration: {
      bins: shares
        .filter((_, i) => i % 20 === 10)
        .map((x) => ({
          from: x - 0.05,
          to: x + 0.05,
          confidence: x,
          accuracy: x,
          count: Math.round(count / 10),
          interval: [x - x / 10, x + (1 - x) / 10],
        })),
      statement: { code: "calibration", data: { ece: 0.021 } },
    },
    errors: {
      count: Math.round(0.2 * count),
      threshold: 0.8,
      confident: 10,
      images: Array.from({ length: 24 }, (_, i) => shot(i)),
      file: "predictions.csv",
    },
    uncertain: Array.from({ length: 12 }, (_, i) => shot(i)),
    layers: [
      { name: "conv2d", type: "Conv2D", outputShape: "64 × 64 × 32", parameters: 896, depth: 0 },
      { name: "dense", type: "Dense", outputShape: "4", parameters: 516, depth: 0 },
    ],
    modelFacts: [{ code: "parameters", data: { total: 1412, trainable: 1412, bytes: 5648 } }],
    advice: [
      {
        code: "loss-still-falling",
        action: "train-longer",
        data: { epoch: 2, set: "validation", from: 0.6, to: 0.5 },
        text: "It still learns.",
        suggestion: "Train longer.",
      },
    ],
    settings: [{ code: "seed", data: { seed: 0 } }],
    command: "fovea train cells --seed 0",
    complete: true,
    provenance: [{ code: "version", data: { fovea: "0.1.0" } }],
  };
}

/** The evaluation of a model on data that never was. */
export function drawnEvaluation(options: DrawnOptions): EvaluationReport {
  const { summary: _, history: __, parts: ___, layers: ____, ...run } = drawnRun(options);
  const estimate = { value: 0.8, interval: [0.7, 0.9], images: 100 } as const;
  return {
    ...run,
    set: "data",
    model: "run/model.safetensors",
    classEstimates: run.classNames.map((name) => ({
      name,
      sensitivity: estimate,
      specificity: estimate,
      precision: null,
    })),
  };
}
