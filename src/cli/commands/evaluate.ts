import type { Command, OptionValues } from "commander";
import { type EvaluateRequest, evaluate, jsonLine } from "../../app/index.ts";
import type { ExitCode } from "../errors.ts";
import { shown } from "../interrupt.ts";
import { groupPatternOption, jsonOption, noDetectOption, threadsOption } from "./options.ts";
import { wholeNumber } from "./parsers.ts";
import { progressOn } from "../terminal/progress.ts";
import { nodeServices } from "../services.ts";
import { showData } from "../views/data.ts";
import { evaluateResultText } from "../views/result.ts";
import { paintFor } from "../terminal/style.ts";

/** fovea evaluate <model> <data> */
export function evaluateCommand(command: Command, finish: (code: ExitCode) => void): Command {
  return command
    .option("--batch <n>", "batch size: images at a time (default: 32)", wholeNumber("--batch", 1))
    .option(...groupPatternOption)
    .option(...noDetectOption)
    .option(...threadsOption)
    .option(...jsonOption)
    .action(async (model: string, data: string, { json, ...rest }: OptionValues) => {
      const request: EvaluateRequest = { ...rest, model, data };
      const progress = progressOn(process.stderr);
      const result = await shown((signal) => evaluate(request, nodeServices(), signal), {
        progress,
        show: (event) => showData(event, progress),
      });
      const text = json ? `${jsonLine(result)}\n` : evaluateResultText(result, paintFor(process.stdout));
      process.stdout.write(text);
      finish(0);
    });
}
