import type { Command, OptionValues } from "commander";
import { type CompareResult, compare, resultOf } from "../../app/index.ts";
import { messageText, written } from "../../messages/index.ts";
import type { ExitCode } from "../errors.ts";
import { jsonOption } from "./options.ts";
import { nodeServices } from "../services.ts";
import { printResult } from "../terminal/print.ts";
import { type Paint, paintFor } from "../terminal/style.ts";
import { wrapped } from "../terminal/wrap.ts";

const jsonHelp = [
  "In the JSON document, difference and interval are the accuracy of runB less that of runA: above 0, runB is better.",
  "outcome.code is first-better (runA), second-better (runB), not-distinguishable or not-comparable.",
];

/** Commander breaks only its own lines. */
const wrappedHelp = (): string => {
  const width = process.stdout.columns ?? 80;
  return ["", ...jsonHelp.map((line) => wrapped(line, { width, indent: 0 })), ""].join("\n");
};

/** fovea compare <runA> <runB> */
export function compareCommand(command: Command, finish: (code: ExitCode) => void): Command {
  return command
    .option(...jsonOption)
    .addHelpText("after", wrappedHelp)
    .action(async (first: string, second: string, { json }: OptionValues) => {
      const result = await resultOf(compare({ runs: [first, second] }, nodeServices()));
      const paint = paintFor(process.stdout);
      printResult(result, { json: Boolean(json), text: (shown) => textOf(shown, paint) });
      finish(0);
    });
}

/** The outcome, and below it what it rests on. */
function textOf(
  { outcome, images, runs: [first, second], onlyFirst, onlySecond, mcnemar: p }: CompareResult,
  paint: Paint,
): string {
  return [
    paint.bold(messageText(outcome)),
    written({ code: "compared-images", data: { images, totals: [first.total, second.total] } }).text,
    written({ code: "discordant-images", data: { onlyFirst, onlySecond, p } }).text,
    "",
  ].join("\n");
}
