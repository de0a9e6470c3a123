import type { Command, OptionValues } from "commander";
import { type AugmentRequest, augmentPreview } from "../../app/index.ts";
import type { ExitCode } from "../errors.ts";
import { shown } from "../interrupt.ts";
import { nodeServices } from "../services.ts";
import { printResult } from "../terminal/print.ts";
import { progressOn } from "../terminal/progress.ts";
import { lookFor } from "../terminal/style.ts";
import { augmentResultText } from "../views/augment.ts";
import { showData } from "../views/data.ts";
import { classFoldersOption, jsonOption, rangeOption } from "./options.ts";
import { wholeNumber } from "./parsers.ts";
import { resultName, refuseInside } from "./runFolder.ts";

/** fovea augment <data> --preview <file> */
export function augmentCommand(command: Command, finish: (code: ExitCode) => void): Command {
  return command
    .option(
      "--preview <file>",
      "PNG file for the contact sheet, new, and outside of the data (default: augment-<name>.png)",
    )
    .option(
      "--augment <name|file>",
      "what to show: a set of `fovea train --augment`, or a JSON file with your own steps (default: light)",
    )
    .option(
      "--size <pixels>",
      "input size in pixels; images are resized to it (default: the one that train would take)",
      wholeNumber("--size", 8),
    )
    .option(
      "--images <n>",
      "images to show, of every class in turn (default: 8)",
      wholeNumber("--images", 1, 200),
    )
    .option("--seed <n>", "the same seed gives the same sheet (default: 0)", wholeNumber("--seed", 0))
    .option(...classFoldersOption)
    .option(...rangeOption)
    .option(...jsonOption)
    .action(async (data: string, { json, preview, ...rest }: OptionValues) => {
      const file = typeof preview === "string" ? preview : `augment-${resultName(data)}.png`;
      await refuseInside(data, { out: file, isChosen: true, option: "--preview" });
      const request: AugmentRequest = { ...rest, data, preview: file };
      const progress = progressOn(process.stderr);
      const result = await shown((signal) => augmentPreview(request, nodeServices(), signal), {
        progress,
        show: (event) => showData(event, progress),
      });
      const look = lookFor(process.stdout);
      printResult(result, { json: Boolean(json), text: (seen) => augmentResultText(seen, look) });
      finish(0);
    });
}
