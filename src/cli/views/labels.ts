import { type LabelsResult, countText, durationText, percentText } from "../../app/index.ts";
import { messageText, written } from "../../messages/index.ts";
import type { Paint } from "../terminal/style.ts";
import { columns, shortened } from "../terminal/table.ts";

const shownAtMost = 20;

/** What a review of the labels found, in words. */
export function labelsResultText(result: LabelsResult, paint: Paint): string {
  const { count, accuracy, folds, outcome, labels, review, seconds } = result;
  const unknown = outcome.code === "labels-not-reviewable";
  return [
    "",
    `Finished in ${durationText(seconds)}.`,
    written({ code: "labels-predicted", data: { images: count, folds, accuracy } }).text,
    ...result.splitReport.warnings.map((warning) => paint.warn(messageText(warning))),
    unknown ? paint.warn(messageText(outcome)) : paint.bold(messageText(outcome)),
    ...(labels.length > 0 && !unknown ? ["", tableOf(labels, paint)] : []),
    "",
    written({ code: "labels-to-review", data: { path: review, images: labels.length } }).text,
    written({ code: "data-unchanged", data: { by: "labels" } }).text,
  ].join("\n");
}

function tableOf(labels: LabelsResult["labels"], paint: Paint): string {
  const rows = labels
    .slice(0, shownAtMost)
    .map(({ path, label, suggested, confidence, score }) => [
      path,
      shortened(label, 24),
      percentText(score),
      shortened(suggested, 24),
      percentText(confidence),
    ]);
  const head = ["most doubtful", "label", "", "looks like", ""];
  const table = columns([head, ...rows], ["left", "left", "right", "left", "right"]);
  return labels.length > shownAtMost
    ? `${table}\n${paint.dim(`  and ${countText(labels.length - shownAtMost)} more`)}`
    : table;
}
