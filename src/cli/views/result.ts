import {
  type EvaluateResult,
  type TrainResult,
  baselineText,
  besideHeadline,
  calibrationText,
  countText,
  durationText,
  headline,
  confusionsOf,
  percentText,
  plural,
  splitCaution,
} from "../../app/index.ts";
import { messageText } from "../../messages/index.ts";
import { invocation, typed } from "../commands/invocation.ts";
import type { Paint } from "../terminal/style.ts";
import { columns, shortened } from "../terminal/table.ts";

// More columns than this do not fit a terminal.
const widestMatrix = 10;

/** What the reader is told beside the result. */
export interface Words {
  /** An image to try the model on. @default "image.jpg" */
  readonly example?: string;
  /** The data as it was given, to go on after an interruption. */
  readonly data?: string;
}

/** The result of a training in words, ending in the next command to type. */
export function trainResultText(result: TrainResult, paint: Paint, words: Words = {}): string {
  const { test, splitReport, folds } = result;
  const { example = "image.jpg" } = words;
  return [
    "",
    endText(result),
    figureText(result, folds ? "in cross-validation" : "it had not trained on", paint),
    ...foldsText(result),
    splitCaution(result),
    ...splitReport.warnings.map((warning) => paint.warn(messageText(warning))),
    baselineText(result.baselines, result.accuracy),
    calibrationText(result, result.calibration),
    ...(test ? ["", figureText(test, "of the test part, which played no role in training,", paint)] : []),
    ...(test ? [calibrationText(test)] : []),
    "",
    detailText(test ?? result, paint),
    ...adviceText(result, paint),
    "",
    `Everything is in ${paint.bold(result.run)} (open ${result.report} in a browser).`,
    ...resumeText(result, words),
    "To name a new image:",
    `  ${invocation()} predict ${typed(result.model)} ${typed(example)}`,
    "",
  ].join("\n");
}

/** The result of an evaluation in words. */
export const evaluateResultText = (result: EvaluateResult, paint: Paint): string =>
  [
    figureText(result, "of this data", paint),
    calibrationText(result),
    "",
    detailText(result, paint),
    "",
  ].join("\n");

/** Only whole epochs can be gone on from. */
const resumeText = ({ end, epochs, run }: TrainResult, { data }: Words): readonly string[] =>
  end === "interrupted" && epochs > 0 && data !== undefined
    ? ["To go on where it stopped:", `  ${invocation()} train ${typed(data)} --out ${typed(run)} --resume`]
    : [];

function endText({ end, epochs, bestEpoch, seconds, folds }: TrainResult): string {
  if (folds && end === "done") {
    const each = plural(epochs, "epoch");
    return `Done in ${durationText(seconds)}: ${folds.count} folds and a model from all images, ${each} each.`;
  }
  const best = epochs > 0 ? `; kept the model after epoch ${bestEpoch}, its best` : "";
  const time = durationText(seconds);
  switch (end) {
    case "done":
    case "stopped early":
      return `${end === "done" ? "Done" : "Stopped early"} after ${plural(epochs, "epoch")} in ${time}${best}.`;
    case "interrupted":
      return epochs > 0
        ? `Interrupted after ${plural(epochs, "whole epoch")} and ${time}${best}.`
        : `Interrupted in the first epoch, after ${time}; kept the model as it was.`;
    case "diverged":
      return `Stopped after ${time}: the numbers grew out of bounds; kept the last good model.`;
    default:
      return end satisfies never;
  }
}

/** What cross-validation adds to the figure. */
function foldsText({ folds }: TrainResult): readonly string[] {
  if (!folds) return [];
  const { count, accuracies, mean, deviation } = folds;
  return [
    `Each image was named by one of ${count} models that had learned from the other folds: fold by fold ` +
      `${accuracies.map(percentText).join(", ")}; mean ${percentText(mean)}, standard deviation ${percentText(deviation)}.`,
    "The model that is kept learned from all images, in as many epochs, so none is left to check it: the figure is the estimate for it.",
  ];
}

const figureText = (result: EvaluateResult, what: string, paint: Paint): string =>
  [headline(result, what, (figure) => paint.bold(paint.good(figure))), ...besideHeadline(result)].join("\n");

function detailText(result: EvaluateResult, paint: Paint): string {
  const { classes, confusionMatrix } = result;
  const mixed =
    classes.length > widestMatrix ? mixUps(classes, confusionMatrix) : matrix(classes, confusionMatrix);
  return [
    paint.bold("What it mixes up") +
      (classes.length > widestMatrix ? "" : " (row: what the image shows; column: what it says)"),
    mixed,
    "",
    `${paint.bold("Class by class")} (precision: when it says so, how often it is right; recall: how many it finds; F1: both in one)`,
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

/** The most frequent mistakes, where a matrix would be too wide. */
function mixUps(classes: readonly string[], counts: EvaluateResult["confusionMatrix"]): string {
  const mistakes = confusionsOf(counts).slice(0, 10);
  if (mistakes.length === 0) return "  nothing";
  const rows = mistakes.map(({ count, truth, predicted: said }) => [
    countText(count),
    `${classes[truth] ?? ""} taken for ${classes[said] ?? ""}`,
  ]);
  return columns(rows, ["right", "left"]);
}

function perClass({ perClass: all }: EvaluateResult): string {
  const rows = all.map(({ name, precision, recall, f1, support }) => [
    shortened(name, 24),
    percentText(precision),
    percentText(recall),
    f1.toFixed(3),
    countText(support),
  ]);
  return columns(
    [["", "precision", "recall", "F1", "images"], ...rows],
    ["left", "right", "right", "right", "right"],
  );
}

function adviceText({ advice }: TrainResult, paint: Paint): readonly string[] {
  if (advice.length === 0) return [];
  return ["", paint.bold("Advice"), ...advice.map(({ sentence, tryThis }) => `  ${sentence} ${tryThis}`)];
}
