import type { Command, OptionValues } from "commander";
import { type SummaryRequest, summary } from "../../app/index.ts";
import type { ExitCode } from "../errors.ts";
import { nodeServices } from "../services.ts";
import { printResult } from "../terminal/print.ts";
import { paintFor } from "../terminal/style.ts";
import { summaryText } from "../views/summary.ts";
import { jsonOption } from "./options.ts";
import { wholeNumber } from "./parsers.ts";

/** Options of every command that summarises a network. */
export const summaryOptions = (command: Command): Command =>
  command
    .option("--size <pixels>", "input size in pixels (default: the model's)", wholeNumber("--size", 8))
    .option(
      "--classes <n>",
      "number of classes (default: those of the file; 4 for a named architecture)",
      wholeNumber("--classes", 2),
    )
    .option(
      "--batch <n>",
      "batch size that the memory for training is told for (default: the model's)",
      wholeNumber("--batch", 1),
    )
    .option(...jsonOption);

/** fovea summary <model> */
export function summaryCommand(command: Command, finish: (code: ExitCode) => void): Command {
  return summaryOptions(command).action(async (model: string, options: OptionValues) => {
    await printSummary(model, options);
    finish(0);
  });
}

/** Summarises a network and prints it. */
export async function printSummary(model: string, { json, ...options }: OptionValues): Promise<void> {
  const request: SummaryRequest = { ...options, model };
  const result = await summary(request, nodeServices());
  const paint = paintFor(process.stdout);
  printResult(result, { json: Boolean(json), text: (shown) => summaryText(shown, paint) });
}
