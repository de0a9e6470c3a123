import type { Command, OptionValues } from "commander";
import {
  type TrainEvent,
  type TrainRequest,
  type TrainResult,
  augmentNames,
  optimizerNames,
  splitNames,
  train,
} from "../app/index.ts";
import { fault } from "../base/index.ts";
import { type ExitCode } from "./errors.ts";
import { interruptible } from "./interrupt.ts";
import { oneOf, positiveNumber, wholeNumber } from "./parsers.ts";
import { nextRunFolder, refuseInside } from "./runFolder.ts";
import { progressOn } from "./say.ts";
import { nodeServices } from "./services.ts";
import { type Words, trainResultText } from "./showResult.ts";
import { trainingView } from "./showTraining.ts";
import { paintFor } from "./style.ts";

/** fovea train <data> */
export function trainCommand(command: Command, finish: (code: ExitCode) => void): Command {
  return command
    .option("--out <dir>", "folder for the results (default: runs/<name>-<number>)")
    .option("--model <name|file>", "architecture: a name of `fovea models`, or a JSON file")
    .option("--size <pixels>", "height and width that every picture is brought to", wholeNumber("--size", 8))
    .option("--epochs <n>", "how often it sees every picture", wholeNumber("--epochs", 1))
    .option("--batch <n>", "pictures learned from at a time", wholeNumber("--batch", 1))
    .option("--optimizer <name>", optimizerNames.join(", "), oneOf("--optimizer", optimizerNames))
    .option("--lr <x>", "learning rate: how large its steps are", positiveNumber("--lr"))
    .option("--seed <n>", "the same seed gives the same model (default: 0)", wholeNumber("--seed", 0))
    .option(
      "--split <how|file>",
      `pictures kept back: ${splitNames.join(", ")}, or a run's split.csv (default: grouped)`,
    )
    .option(
      "--group-pattern <regex>",
      "what pictures of one photograph share in their paths, for example '(photo-[0-9]+)'",
    )
    .option("--no-detect", "do not compare the pictures to find copies of one photograph")
    .option("--validation <part>", "part kept back (default: 0.2)", positiveNumber("--validation", 1))
    .option(
      "--folds <n>",
      "cross-validate in so many parts, then learn from all pictures",
      wholeNumber("--folds", 2, 100),
    )
    .option(
      "--augment <name>",
      `changed copies while training: ${augmentNames.join(", ")}`,
      oneOf("--augment", augmentNames),
    )
    .option("--threads <n>", "processor threads (default: all)", wholeNumber("--threads", 1, 64))
    .option("--exact", "the same bits on very old processors too; slower")
    .option("--resume", "go on with the interrupted run in --out")
    .option("--json", "print one JSON document and nothing else")
    .action(async (data: string, options: OptionValues) => {
      const { json, lr, detect, ...rest } = options;
      const chosen = typeof rest["out"] === "string" ? rest["out"] : undefined;
      if (rest["resume"] && chosen === undefined) {
        throw fault("--resume", {
          expected: "the folder of the interrupted run",
          fix: "give it with --out",
          exitCode: 2,
        });
      }
      const out = chosen ?? (await nextRunFolder(data));
      await refuseInside(data, out, chosen !== undefined);
      const request: TrainRequest = {
        ...rest,
        ...(detect === false && { detect }),
        ...(lr === undefined ? {} : { learningRate: Number(lr) }),
        data,
        out,
      };
      const result = await runTraining((signal) => train(request, nodeServices(), signal), request);
      print(result, Boolean(json), { data });
      finish(exitCodeOf(result));
    });
}

/** Shows the events of a training until its result is there; Ctrl-C ends it early. */
export async function runTraining(
  start: (signal: AbortSignal) => AsyncGenerator<TrainEvent, TrainResult>,
  { folds }: Pick<TrainRequest, "folds"> = {},
): Promise<TrainResult> {
  const progress = progressOn(process.stderr);
  const view = trainingView(progress);
  const heard = (): void =>
    progress.line(
      folds === undefined
        ? "Stopping and keeping the best model so far (Ctrl-C again: quit at once)"
        : "Stopping; of an unfinished cross-validation nothing is kept (Ctrl-C again: quit at once)",
    );
  try {
    return await interruptible(async (signal) => {
      const events = start(signal);
      for (;;) {
        const step = await events.next();
        if (step.done) return step.value;
        view(step.value);
      }
    }, heard);
  } finally {
    progress.clear();
  }
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
