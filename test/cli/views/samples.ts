import type { EvaluateResult, EvaluationResult, TrainResult } from "../../../src/app/index.ts";
import { ndarray } from "../../../src/base/index.ts";
import { classificationMetrics } from "../../../src/evaluate/index.ts";
import { withText } from "../../../src/messages/index.ts";
import type { Paint } from "../../../src/cli/terminal/style.ts";
import type { Progress } from "../../../src/cli/terminal/progress.ts";
import { labelsOf } from "../../evaluate/labels.ts";

/** Marks instead of colours, so that a test sees them. */
export const marked: Paint = {
  bold: (text) => `<b>${text}</b>`,
  dim: (text) => `<d>${text}</d>`,
  good: (text) => `<g>${text}</g>`,
  warn: (text) => `<w>${text}</w>`,
};

export const plain: Paint = {
  bold: (text) => text,
  dim: (text) => text,
  good: (text) => text,
  warn: (text) => text,
};

export interface Recorded extends Progress {
  /** Lines that stay. */
  readonly lines: string[];
  /** Texts of the rewritten lines, in their order. */
  readonly drawn: string[];
  cleared: number;
}

/** Progress that keeps what it is told. */
export function recorded({ paint = plain, width = 80 } = {}): Recorded {
  const lines: string[] = [];
  const drawn: string[] = [];
  const progress: Recorded = {
    live: true,
    paint,
    width,
    lines,
    drawn,
    cleared: 0,
    line: (text = "") => void lines.push(text),
    redraw: (text) => void drawn.push(text),
    clear: () => void progress.cleared++,
  };
  return progress;
}

/** The result of predictions given as [true class, predicted class, confidence]. */
export function evaluated(
  classes: readonly string[],
  predictions: readonly (readonly [number, number, number])[],
  groups: number = predictions.length,
): EvaluationResult {
  const rest = (confidence: number): number => (1 - confidence) / (classes.length - 1);
  const rows = predictions.flatMap(([, predicted, confidence]) =>
    classes.map((_, c) => (c === predicted ? confidence : rest(confidence))),
  );
  const metrics = classificationMetrics(
    ndarray(Float32Array.from(rows), [predictions.length, classes.length]),
    labelsOf(predictions.map(([truth]) => truth)),
    { classNames: classes },
  );
  return {
    ...metrics,
    reliability: metrics.reliability.map((bin) => ({ ...bin, interval: [0, 1] })),
    classes,
    groups,
    groupSource: groups === predictions.length ? "none" : "content",
    intervals: {
      accuracy: [0.5, 0.9],
      balancedAccuracy: [0.4, 0.8],
    } as unknown as EvaluateResult["intervals"],
    skipped: [],
    notes: [],
    model: "model.safetensors",
    classEstimates: [],
    overlap: withText({ code: "no-training-overlap", data: { images: predictions.length } }),
  };
}

/** Eight of ten right: two images of b are predicted as a. */
export const tenImages: readonly (readonly [number, number, number])[] = [
  ...Array.from({ length: 5 }, () => [0, 0, 0.9] as const),
  ...Array.from({ length: 3 }, () => [1, 1, 0.8] as const),
  ...Array.from({ length: 2 }, () => [1, 0, 0.7] as const),
];

const change = { before: { loss: 0.5, brier: 0.3, ece: 0.1 }, after: { loss: 0.4, brier: 0.25, ece: 0.04 } };

/** A training of the images above. */
export function trained(changes: Partial<TrainResult> = {}): TrainResult {
  const comparison = withText({
    code: "better-than-baseline",
    data: {
      baseline: "colour",
      accuracy: 0.8,
      baselineAccuracy: 0.6,
      difference: 0.2,
      interval: [0.05, 0.35],
    },
  });
  const baseline = { accuracy: 0.6, balancedAccuracy: 0.6, interval: [0.4, 0.75] } as const;
  return {
    ...evaluated(["a", "b"], tenImages),
    run: "runs/x-1",
    model: "runs/x-1/model.safetensors",
    report: "runs/x-1/report.html",
    architecture: "cnn",
    seconds: 75,
    readSeconds: 3,
    stallFractions: [],
    end: "done",
    epochs: 4,
    bestEpoch: 3,
    monitor: "accuracy",
    split: "grouped",
    splitReport: {
      validationFraction: 0.2,
      requestedFraction: 0.2,
      groups: { train: 40, validation: 10, test: 0 },
      leakShare: 0,
      leaking: { validation: 0, test: 0 },
      groupsPerClass: [],
      mixedGroups: 0,
      source: "none",
      ungrouped: 0,
      warnings: [],
    },
    seed: 0,
    augment: "mirror",
    arithmetic: "fused",
    images: { train: 40, validation: 10, test: 0 },
    parameters: { total: 1200, trainable: 1100 },
    memory: { parameters: 4800, working: 1e6, code: 1e4, total: 2e6 },
    advice: [],
    calibration: { temperature: 1.5, fittedTemperature: 1.5, validation: change },
    baselines: { majority: { ...baseline, accuracy: 0.5, label: "a" }, colour: baseline, comparison },
    ...changes,
  };
}
