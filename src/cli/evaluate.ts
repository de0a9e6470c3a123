import type { Command, OptionValues } from "commander";
import { type EvaluateRequest, evaluate } from "../app/index.ts";
import type { ExitCode } from "./errors.ts";
import { interruptible } from "./interrupt.ts";
import { wholeNumber } from "./parsers.ts";
import { progressOn } from "./say.ts";
import { nodeServices } from "./services.ts";
import { showData } from "./showData.ts";
import { evaluateResultText } from "./showResult.ts";
import { paintFor } from "./style.ts";

/** fovea evaluate <model> <data> */
export function evaluateCommand(command: Command, finish: (code: ExitCode) => void): Command {
  return command
    .option("--batch <n>", "pictures worked on at a time", wholeNumber("--batch", 1))
    .option(
      "--group-pattern <regex>",
      "what pictures of one photograph share in their paths, for example '(photo-[0-9]+)'",
    )
    .option("--no-detect", "do not compare the pictures to find copies of one photograph")
    .option("--threads <n>", "processor threads (default: all)", wholeNumber("--threads", 1, 64))
    .option("--json", "print one JSON document and nothing else")
    .action(async (model: string, data: string, { json, ...rest }: OptionValues) => {
      const request: EvaluateRequest = { ...rest, model, data };
      const progress = progressOn(process.stderr);
      const result = await interruptible(
        async (signal) => {
          const events = evaluate(request, nodeServices(), signal);
          for (;;) {
            const step = await events.next();
            if (step.done) return step.value;
            showData(step.value, progress);
          }
        },
        () => progress.line("Stopping"),
      ).finally(() => progress.clear());
      const text = json
        ? `${JSON.stringify(result)}\n`
        : evaluateResultText(result, paintFor(process.stdout));
      process.stdout.write(text);
      finish(0);
    });
}
