import type { Command, OptionValues } from "commander";
import { type TrainEvent, type TrainResult, splitNames, train } from "../../app/index.ts";
import { fault } from "../../base/index.ts";
import type { ExitCode } from "../errors.ts";
import { shown } from "../interrupt.ts";
import { learnOptions, learnRequest } from "./trainingOptions.ts";
import { positiveNumber, wholeNumber } from "./parsers.ts";
import { nextRunFolder, refuseInside } from "./runFolder.ts";
import { progressOn } from "../terminal/progress.ts";
import { nodeServices } from "../services.ts";
import { type Words, trainResultText } from "../views/result.ts";
import { trainingView } from "../views/training.ts";
import { paintFor } from "../terminal/style.ts";

/** fovea train <data> */
export function trainCommand(command: Command, finish: (code: ExitCode) => void): Command {
  command.option("--out <dir>", "folder for the results (default: runs/<name>-<number>)");
  return learnOptions(command)
    .option(
      "--split <how|file>",
      `images kept back: ${splitNames.join(", ")}, or a run's split.csv (default: grouped)`,
    )
    .option("--validation <part>", "part kept back (default: 0.2)", positiveNumber("--validation", 1))
    .option(
      "--folds <n>",
      "cross-validate in so many parts, then learn from all images",
      wholeNumber("--folds", 2, 100),
    )
    .option("--resume", "go on with the interrupted run in --out")
    .action(async (data: string, options: OptionValues) => {
      const chosen = typeof options["out"] === "string" ? options["out"] : undefined;
      if (options["resume"] && chosen === undefined) {
        throw fault("--resume", {
          expected: "the folder of the interrupted run",
          fix: "give it with --out",
          exitCode: 2,
        });
      }
      const out = chosen ?? (await nextRunFolder(data));
      await refuseInside(data, out, chosen !== undefined);
      const request = learnRequest(options, data, out);
      const leaving = request.folds === undefined ? keepsBest : keepsNothing;
      const result = await runTraining((signal) => train(request, nodeServices(), signal), leaving);
      print(result, Boolean(options["json"]), { data });
      finish(exitCodeOf(result));
    });
}

const keepsBest = "Stopping and keeping the best model so far";
/** What is said when a cross-validation is stopped. */
export const keepsNothing = "Stopping; of an unfinished cross-validation nothing is kept";

/** Shows the events of a training until its result is there; Ctrl-C ends it early, and `leaving` is said. */
export function runTraining<T>(
  start: (signal: AbortSignal) => AsyncGenerator<TrainEvent, T>,
  leaving: string = keepsBest,
): Promise<T> {
  const progress = progressOn(process.stderr);
  return shown(start, {
    progress,
    show: trainingView(progress),
    leaving: `${leaving} (Ctrl-C again: quit at once)`,
  });
}

/** The result on standard output: words, or one JSON document. */
export function print(result: TrainResult, json: boolean, words: Words = {}): void {
  const text = json
    ? `${JSON.stringify(result)}\n`
    : trainResultText(result, paintFor(process.stdout), words);
  process.stdout.write(text);
}

/** 130 when interrupted, 1 when the numbers grew out of bounds. */
export function exitCodeOf({ end }: TrainResult): ExitCode {
  if (end === "interrupted") return 130;
  return end === "diverged" ? 1 : 0;
}
