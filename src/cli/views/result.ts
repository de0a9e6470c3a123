import {
  type EvaluateResult,
  type EvaluationResult,
  type TrainResult,
  accuracyOf,
  baselineStatement,
  calibrationStatement,
  countText,
  caveatsOf,
  confusionsOf,
  percentText,
  splitBasis,
} from "../../app/index.ts";
import { decimalText } from "../../base/index.ts";
import { type MeasuredSet, messageText, written } from "../../messages/index.ts";
import { invocation, typed } from "../commands/invocation.ts";
import type { Paint } from "../terminal/style.ts";
import { columns, shortened } from "../terminal/table.ts";

// More columns than this do not fit a terminal.
const maxMatrixClasses = 10;
/** More rows than this leave no view of the rest; the report has them all. */
const maxClassRows = 20;

/** What the view needs beside the result. */
export interface ViewContext {
  /** An image to try the model on. @default "image.jpg" */
  readonly example?: string;
  /** The data as it was given, to resume after an interruption. */
  readonly data?: string;
  /** Paths of the run and its model as they are. @default those of the result */
  readonly run?: string;
  readonly model?: string;
  /** Folder of event files, where they were asked for. */
  readonly tensorboard?: string | undefined;
}

/** The result of a training as text, ending in the next command to type. */
export function trainResultText(result: TrainResult, paint: Paint, context: ViewContext = {}): string {
  const { test, splitReport, folds } = result;
  const { example = "image.jpg", model = result.model } = context;
  return [
    "",
    endText(result),
    accuracyText(result, folds ? "folds" : "validation", paint),
    ...(folds ? [written({ code: "folds", data: { ...folds, tested: test !== undefined } }).text] : []),
    written(splitBasis(result)).text,
    ...splitReport.warnings.map((warning) => paint.warn(messageText(warning))),
    written(baselineStatement(result.baselines, result.accuracy)).text,
    written(calibrationStatement(result, result.calibration)).text,
    ...(test
      ? [
          "",
          accuracyText(test, "test", paint),
          written(calibrationStatement(test, result.calibration, "test")).text,
        ]
      : []),
    "",
    detailText(test ?? result, paint),
    ...adviceText(result, paint),
    "",
    `Results: ${paint.bold(result.report)} (open it in a browser)`,
    ...labelsText(result, paint),
    ...resumeText(result, context),
    ...(context.tensorboard === undefined
      ? []
      : [
          "Watch it in TensorBoard, which Python installs:",
          `  tensorboard --logdir ${typed(context.tensorboard)}`,
        ]),
    "Classify a new image:",
    `  ${invocation()} predict ${typed(model)} ${typed(example)}`,
    "",
  ].join("\n");
}

/** The result of an evaluation as text. */
export const evaluateResultText = (result: EvaluationResult, paint: Paint): string =>
  [
    accuracyText(result, "data", paint),
    result.overlap.code === "training-overlap"
      ? paint.warn(messageText(result.overlap))
      : messageText(result.overlap),
    written(calibrationStatement(result)).text,
    ...result.notes
      .filter(({ code }) => code === "classes-without-images")
      .map((note) => paint.warn(messageText(note))),
    "",
    detailText(result, paint),
    ...(result.report === undefined
      ? []
      : ["", `Results: ${paint.bold(result.report)} (open it in a browser)`]),
    "",
  ].join("\n");

/** Only whole epochs can be resumed from. */
const resumeText = (
  { end, epochs, run: shown }: TrainResult,
  { data, run = shown }: ViewContext,
): readonly string[] =>
  end === "interrupted" && epochs > 0 && data !== undefined
    ? ["Resume training:", `  ${invocation()} train ${typed(data)} --out ${typed(run)} --resume`]
    : [];

const endText = ({ end, epochs, bestEpoch, monitor, seconds, folds }: TrainResult): string =>
  written({
    code: "training-ended",
    data: {
      end,
      epochs,
      bestEpoch,
      monitor,
      seconds,
      folds: folds?.count ?? 0,
      ensemble: folds?.ensemble ?? false,
    },
  }).text;

const accuracyText = (result: EvaluateResult, set: MeasuredSet, paint: Paint): string =>
  [
    paint.bold(written(accuracyOf(result, set)).text),
    ...caveatsOf(result).map((caveat) => paint.warn(written(caveat).text)),
  ].join("\n");

function detailText(result: EvaluateResult, paint: Paint): string {
  const { classes, confusionMatrix } = result;
  const mixed =
    classes.length > maxMatrixClasses
      ? confusionsText(classes, confusionMatrix)
      : matrix(classes, confusionMatrix);
  return [
    classes.length > maxMatrixClasses
      ? paint.bold("Most frequent confusions")
      : `${paint.bold("Confusion matrix")}. ${written({ code: "confusion-matrix", data: {} }).text}`,
    mixed,
    "",
    `${paint.bold("Per-class metrics")}. ${written({ code: "class-metrics", data: { rocAuc: false, ...lowestOf(classes) } }).text}`,
    perClass(result),
  ].join("\n");
}

function matrix(classes: readonly string[], counts: EvaluateResult["confusionMatrix"]): string {
  const head = ["", ...classes.map((name) => shortened(name, 12))];
  const rows = counts.map((row, i) => [
    shortened(classes[i] ?? "", 24),
    ...row.map((n) => (n === 0 ? "·" : countText(n))),
  ]);
  return columns([head, ...rows], ["left", ...classes.map(() => "right" as const)]);
}

/** The most frequent confusions, where a matrix would be too wide. */
function confusionsText(classes: readonly string[], counts: EvaluateResult["confusionMatrix"]): string {
  const mistakes = confusionsOf(counts).slice(0, 10);
  if (mistakes.length === 0) return "  none";
  const rows = mistakes.map(({ count, truth, predicted }) => [
    countText(count),
    `${classes[truth] ?? ""} predicted as ${classes[predicted] ?? ""}`,
  ]);
  return columns(rows, ["right", "left"]);
}

const lowestOf = ({ length }: readonly string[]): { lowest?: { shown: number; classes: number } } =>
  length > maxClassRows ? { lowest: { shown: maxClassRows, classes: length } } : {};

/** A row for each class; of many, for those with the lowest F1. */
function perClass({ perClass: all }: EvaluateResult): string {
  const shown = all.length > maxClassRows ? all.toSorted((a, b) => a.f1 - b.f1).slice(0, maxClassRows) : all;
  const rows = shown.map(({ name, precision, recall, f1, support }) => [
    shortened(name, 24),
    percentText(precision),
    percentText(recall),
    decimalText(f1, 3),
    countText(support),
  ]);
  return columns(
    [["", "precision", "recall", "F1", "images"], ...rows],
    ["left", "right", "right", "right", "right"],
  );
}

/** What the folds found out about the labels, and where the list is. */
function labelsText({ labels }: TrainResult, paint: Paint): readonly string[] {
  if (!labels) return [];
  const { review: path, images, outcome } = labels;
  const text = messageText(outcome);
  return [
    written({ code: "labels-to-review", data: { path, images } }).text,
    outcome.code === "labels-not-reviewable" ? paint.warn(text) : text,
  ];
}

function adviceText({ advice }: TrainResult, paint: Paint): readonly string[] {
  if (advice.length === 0) return [];
  return ["", paint.bold("Advice"), ...advice.map((one) => `- ${messageText(one)}`)];
}
