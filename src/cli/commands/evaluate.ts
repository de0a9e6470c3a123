import type { Command, OptionValues } from "commander";
import { type EvaluateRequest, evaluate } from "../../app/index.ts";
import type { ExitCode } from "../errors.ts";
import { shown } from "../interrupt.ts";
import {
  classFoldersOption,
  groupPatternOption,
  jsonOption,
  mergeClassesOption,
  noCacheOption,
  noDetectOption,
  threadsOption,
} from "./options.ts";
import { wholeNumber } from "./parsers.ts";
import { progressOn } from "../terminal/progress.ts";
import { printResult } from "../terminal/print.ts";
import { refuseInside } from "./runFolder.ts";
import { nodeServices } from "../services.ts";
import { showEvaluation } from "../views/data.ts";
import { evaluateResultText } from "../views/result.ts";
import { paintFor } from "../terminal/style.ts";

/** fovea evaluate <model> <data> */
export function evaluateCommand(command: Command, finish: (code: ExitCode) => void): Command {
  return command
    .option(
      "--out <dir>",
      "folder for report.html, metrics.json, predictions.csv and the curves as SVG (default: none)",
    )
    .option("--batch <n>", "batch size: images at a time (default: 32)", wholeNumber("--batch", 1))
    .option(...classFoldersOption)
    .option(...mergeClassesOption)
    .option(...groupPatternOption)
    .option(...noDetectOption)
    .option(...noCacheOption)
    .option(...threadsOption)
    .option(...jsonOption)
    .action(async (model: string, data: string, { json, cache, ...rest }: OptionValues) => {
      const request: EvaluateRequest = { ...rest, model, data };
      if (request.out !== undefined) await refuseInside(data, { out: request.out, isChosen: true });
      const progress = progressOn(process.stderr);
      const services = nodeServices({ cache: Boolean(cache) });
      const result = await shown((signal) => evaluate(request, services, signal), {
        progress,
        show: (event) => showEvaluation(event, progress),
      });
      const paint = paintFor(process.stdout);
      printResult(result, { json: Boolean(json), text: (seen) => evaluateResultText(seen, paint) });
      finish(0);
    });
}
