import { type FindLearningRateResult, durationText } from "../../app/index.ts";
import { decimalText, rateText } from "../../base/index.ts";
import { messageText } from "../../messages/index.ts";
import type { Paint } from "../terminal/style.ts";
import { columns } from "../terminal/table.ts";

/** What a range test of the learning rate found, in words. */
export function findLrResultText(result: FindLearningRateResult, paint: Paint): string {
  const { runs, outcome, summary, report, seconds, suggestion } = result;
  const said = messageText(outcome);
  return [
    "",
    `Finished in ${durationText(seconds)}.`,
    messageText(summary),
    "",
    tableOf(runs),
    "",
    suggestion ? paint.bold(said) : paint.warn(said),
    `Chart: ${report}`,
  ].join("\n");
}

function tableOf(runs: FindLearningRateResult["runs"]): string {
  const rows = runs.map(({ seed, steps, diverged, lowest }) => [
    `${seed}`,
    `${steps.length}`,
    diverged ? "yes" : "no",
    lowest ? rateText(lowest.learningRate) : "none",
    lowest ? decimalText(lowest.loss, 3) : "",
  ]);
  const head = ["seed", "steps", "diverged", "rate at lowest loss", "loss"];
  return columns([head, ...rows], ["right", "right", "left", "right", "right"]);
}
