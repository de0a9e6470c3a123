import type { Command, OptionValues } from "commander";
import {
  type FindLearningRateResult,
  findLearningRate,
  rangeTestDefaults,
  settingsFor,
} from "../../app/index.ts";
import { rateText } from "../../base/index.ts";
import type { ExitCode } from "../errors.ts";
import { printResult } from "../terminal/print.ts";
import { paintFor } from "../terminal/style.ts";
import { nodeServices } from "../services.ts";
import { findLrResultText } from "../views/findLr.ts";
import { configured } from "./configured.ts";
import { positiveNumber, wholeNumber } from "./parsers.ts";
import { destinationOf, refuseInside } from "./runFolder.ts";
import { runTraining } from "./train.ts";
import { rangeTestOptions, takingBack, trainingRequest } from "./trainingOptions.ts";

const { runs, steps, minLearningRate, maxLearningRate } = rangeTestDefaults;

/** fovea find-lr <data> */
export function findLrCommand(command: Command, finish: (code: ExitCode) => void): Command {
  command.option("--out <dir>", "folder for the results (default: runs/find-lr-<name>-<number>)");
  return takingBack(rangeTestOptions(command))
    .option(
      "--runs <n>",
      `runs, each from other initial weights (default: ${runs})`,
      wholeNumber("--runs", 1, 100),
    )
    .option("--steps <n>", `steps of a run (default: ${steps})`, wholeNumber("--steps", 10, 100_000))
    .option(
      "--min-lr <x>",
      `first learning rate (default: ${rateText(minLearningRate)})`,
      positiveNumber("--min-lr"),
    )
    .option("--max-lr <x>", `last learning rate (default: ${maxLearningRate})`, positiveNumber("--max-lr"))
    .action(async (folder: string | undefined, { minLr, maxLr, ...given }: OptionValues) => {
      const { data, config, options } = await configured("find-lr", folder, given);
      const destination = destinationOf(options, { data, prefix: "find-lr-" });
      await refuseInside(data, destination);
      const request = {
        ...trainingRequest(options, {
          data,
          out: destination.out,
          config: settingsFor("find-lr", config),
        }),
        ...(minLr !== undefined && { minLearningRate: Number(minLr) }),
        ...(maxLr !== undefined && { maxLearningRate: Number(maxLr) }),
      };
      const services = nodeServices({ cache: Boolean(options["cache"]) });
      const result = await runTraining(
        (signal) => findLearningRate(request, services, signal),
        "Stopping; an unfinished test is not saved",
      );
      const paint = paintFor(process.stdout);
      const text = (seen: FindLearningRateResult): string => findLrResultText(seen, paint);
      printResult(result, { json: Boolean(options["json"]), text });
      finish(0);
    });
}
