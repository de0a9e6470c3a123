import type { Command, OptionValues } from "commander";
import { type LabelsResult, labels, settingsFor } from "../../app/index.ts";
import type { ExitCode } from "../errors.ts";
import { configured } from "./configured.ts";
import { trainingOptions, takingBack, trainingRequest } from "./trainingOptions.ts";
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
  return takingBack(trainingOptions(command))
    .option("--folds <n>", "number of cross-validation folds (default: 5)", wholeNumber("--folds", 2, 100))
    .action(async (folder: string | undefined, given: OptionValues) => {
      const { data, config, options } = await configured("labels", folder, given);
      const destination = destinationOf(options, { data, prefix: "labels-" });
      await refuseInside(data, destination);
      const request = trainingRequest(options, {
        data,
        out: destination.out,
        config: settingsFor("labels", config),
      });
      const services = nodeServices({ cache: Boolean(options["cache"]) });
      const result = await runTraining((signal) => labels(request, services, signal), keepsNothing);
      const paint = paintFor(process.stdout);
      const text = (seen: LabelsResult): string => labelsResultText(seen, paint);
      printResult(result, { json: Boolean(options["json"]), text });
      finish(0);
    });
}
