import { type LabelsResult, countText, durationText, percentText, plural } from "../../app/index.ts";
import { messageText } from "../../messages/index.ts";
import type { Paint } from "../terminal/style.ts";
import { columns, shortened } from "../terminal/table.ts";

const shownAtMost = 20;

/** What a review of the labels found, in words. */
export function labelsResultText(result: LabelsResult, paint: Paint): string {
  const { count, accuracy, folds, suspects, expectedWrong, labels, review, seconds } = result;
  return [
    "",
    `Done in ${durationText(seconds)}: each of ${plural(count, "image")} was named by one of ${folds} models that had not seen it, ` +
      `and ${percentText(accuracy)} as its label says.`,
    ...result.splitReport.warnings.map((warning) => paint.warn(messageText(warning))),
    suspects === 0
      ? "No label looks clearly wrong."
      : `${paint.bold(plural(suspects, "label looks", "labels look"))} wrong; about ${countText(Math.round(expectedWrong))} of all may be, ` +
        "or be images that the models cannot tell.",
    ...(labels.length > 0 ? ["", tableOf(labels, paint)] : []),
    "",
    `All ${plural(labels.length, "image")} that ${labels.length === 1 ? "was" : "were"} taken for another class: ${paint.bold(review)}, the most doubtful first.`,
    "Nothing was changed: look at each image before you move it.",
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
  const head = ["the most doubtful", "label", "", "looks like", ""];
  const table = columns([head, ...rows], ["left", "left", "right", "left", "right"]);
  return labels.length > shownAtMost
    ? `${table}\n${paint.dim(`  and ${countText(labels.length - shownAtMost)} more`)}`
    : table;
}
