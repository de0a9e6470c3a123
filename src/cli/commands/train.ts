import type { Command, OptionValues } from "commander";
import {
  type Events,
  type TrainEvent,
  type TrainRequest,
  type TrainResult,
  folderToResume,
  jsonText,
  monitorMeant,
  monitorNames,
  plannedConfig,
  train,
} from "../../app/index.ts";
import { fault } from "../../base/index.ts";
import type { ExitCode } from "../errors.ts";
import { shown } from "../interrupt.ts";
import { configured } from "./configured.ts";
import { takenBack, takingBack, trainingOptions, trainingRequest } from "./trainingOptions.ts";
import { numberFromZero, oneOf, positiveNumber, wholeNumber } from "./parsers.ts";
import { type Destination, destinationOf, refuseInside } from "./runFolder.ts";
import { printResult } from "../terminal/print.ts";
import { progressOn } from "../terminal/progress.ts";
import { nodeServices } from "../services.ts";
import { type ViewContext, trainResultText } from "../views/result.ts";
import { trainingView } from "../views/training.ts";
import { paintFor } from "../terminal/style.ts";

/** fovea train <data> */
export function trainCommand(command: Command, finish: (code: ExitCode) => void): Command {
  command.option("--out <dir>", "folder for the results (default: runs/<name>-<number>)");
  trainingOptions(command)
    .option(
      "--minutes <n>",
      "time for everything, in place of --epochs: as many epochs as fit, by the speed of this machine; with --folds, for all folds together (default: as long as the epochs take)",
      positiveNumber("--minutes"),
    )
    .option(
      "--validation <part>",
      "fraction held out for validation (default: 0.2)",
      positiveNumber("--validation", { below: 1 }),
    )
    .option(
      "--monitor <metric>",
      "metric of the validation set that decides which epoch is saved: accuracy, loss, balanced-accuracy or macro-f1 (default: accuracy, of equal ones the lower loss)",
      oneOf("--monitor", monitorNames, monitorMeant),
    )
    .option(
      "--patience <n>",
      "stop after so many epochs without a better one, by --monitor (default: never)",
      wholeNumber("--patience", 1),
    )
    .option(
      "--min-delta <x>",
      "an epoch is better if the metric differs by more than this; accuracy and F1 lie between 0 and 1 (default: 0)",
      numberFromZero("--min-delta"),
    )
    .option(
      "--start-from-epoch <n>",
      "epochs at the beginning that are not compared (default: 0)",
      wholeNumber("--start-from-epoch", 0),
    )
    .option(
      "--folds <n>",
      "number of cross-validation folds; the final model is trained on the images of all folds",
      wholeNumber("--folds", 2, 100),
    )
    .option(
      "--ensemble",
      "keep the nets of all folds in one model file, which averages their probabilities, and train no final model; predicting takes --folds times as long",
    )
    .option(
      "--tensorboard <dir>",
      "write event files for TensorBoard: scalars, histograms of weights and images of errors, in a folder of the run's name",
    )
    .option("--resume", "resume the interrupted run in --out")
    .option("--print-config", "print the settings that would be used, as JSON, and train nothing");
  return takingBack(command).action(
    async (folder: string | undefined, { printConfig, ...given }: OptionValues) => {
      if (given["resume"]) {
        const [back] = takenBack(given);
        refuseBesideResume({
          "--config": given["config"],
          "--print-config": printConfig,
          ...(back && { [back]: true }),
        });
      }
      const { data, config, options } = await configured("train", folder, given);
      const destination = destinationOf(options, { data });
      const request = trainingRequest(options, { data, out: destination.out, config });
      if (printConfig) await printPlanned(request, Boolean(options["json"]));
      else finish(await trained(request, destination, options));
    },
  );
}

/** Trains into its destination and prints the result. @throws before anything is written where the destination does not serve */
async function trained(
  request: TrainRequest,
  destination: Destination,
  options: OptionValues,
): Promise<ExitCode> {
  const { data, tensorboard } = request;
  if (request.resume) folderToResume(destination.out);
  await refuseInside(data, destination);
  if (tensorboard !== undefined)
    await refuseInside(data, { out: tensorboard, isChosen: true, option: "--tensorboard" });
  const leaving = request.folds === undefined ? keepsBest : keepsNothing;
  const services = nodeServices({ cache: Boolean(options["cache"]) });
  const result = await runTraining((signal) => train(request, services, signal), leaving);
  print(result, Boolean(options["json"]), { data, tensorboard });
  return exitCodeOf(result);
}

/** @throws for an option that says what a resumed run would be. */
function refuseBesideResume(given: Readonly<Record<string, unknown>>): void {
  const option = Object.keys(given).find((name) => given[name] !== undefined);
  if (option === undefined) return;
  throw fault(option, {
    expected: "no such option beside --resume",
    fix: "a resumed run keeps the settings it began with, those of its config.json",
    exitCode: 2,
  });
}

/** Prints what a training would be, as a file that --config takes. */
async function printPlanned(request: TrainRequest, json: boolean): Promise<void> {
  const config = await runTraining(() => plannedConfig(request, nodeServices()));
  printResult(config, { json, text: () => jsonText(config), asIs: true });
}

const keepsBest = "Stopping; the best model so far is saved";
/** Printed when a cross-validation is stopped. */
export const keepsNothing = "Stopping; an unfinished cross-validation is not saved";

/** Shows the events of a training until it returns its result; Ctrl-C ends it early and prints `leaving`. */
export function runTraining<T>(
  start: (signal: AbortSignal) => Events<TrainEvent, T>,
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
export function print(result: TrainResult, json: boolean, context: ViewContext = {}): void {
  const paint = paintFor(process.stdout);
  const { run, model } = result;
  printResult(result, { json, text: (seen) => trainResultText(seen, paint, { run, model, ...context }) });
}

/** 130 when interrupted, 1 when training diverged. */
export function exitCodeOf({ end }: TrainResult): ExitCode {
  if (end === "interrupted") return 130;
  return end === "diverged" ? 1 : 0;
}
