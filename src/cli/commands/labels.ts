import type { Command, OptionValues } from "commander";
import { type LabelsResult, labels } from "../../app/index.ts";
import type { ExitCode } from "../errors.ts";
import { trainingOptions, trainingRequest } from "./trainingOptions.ts";
import { wholeNumber } from "./parsers.ts";
import { destinationOf, refuseInside } from "./runFolder.ts";
import { printResult } from "../terminal/print.ts";
import { nodeServices } from "../services.ts";
import { labelsResultText } from "../views/labels.ts";
import { paintFor } from "../terminal/style.ts";
import { keepsNothing, runTraining } from "./train.ts";

/** fovea labels <data> */
export function labelsCommand(command: Command, finish: (code: ExitCode) => void): Command {
  command.option("--out <dir>", "folder for the list (default: runs/labels-<name>-<number>)");
  return trainingOptions(command)
    .option("--folds <n>", "number of cross-validation folds (default: 5)", wholeNumber("--folds", 2, 100))
    .action(async (data: string, options: OptionValues) => {
      const destination = destinationOf(options, { data, prefix: "labels-" });
      await refuseInside(data, destination);
      const request = trainingRequest(options, { data, out: destination.out });
      const result = await runTraining((signal) => labels(request, nodeServices(), signal), keepsNothing);
      const paint = paintFor(process.stdout);
      const text = (seen: LabelsResult): string => labelsResultText(seen, paint);
      printResult(result, { json: Boolean(options["json"]), text });
      finish(0);
    });
}
