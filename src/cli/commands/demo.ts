import { join } from "node:path";
import type { Command, OptionValues } from "commander";
import { demo, demoPlan, plural } from "../../app/index.ts";
import { type ExitCode } from "../errors.ts";
import { jsonOption, threadsOption } from "./options.ts";
import { wholeNumber } from "./parsers.ts";
import { destinationOf } from "./runFolder.ts";
import { nodeServices } from "../services.ts";
import { exitCodeOf, print, runTraining } from "./train.ts";

/** fovea demo */
export function demoCommand(command: Command, finish: (code: ExitCode) => void): Command {
  return command
    .option("--out <dir>", "folder for the images and the results (default: runs/demo-<number>)")
    .option(
      "--seed <n>",
      "the same seed gives the same images and the same model (default: 0)",
      wholeNumber("--seed", 0),
    )
    .option(...threadsOption)
    .option(...jsonOption)
    .action(async ({ json, ...rest }: OptionValues) => {
      const { out } = destinationOf(rest, { data: "demo" });
      const { classes, photographsPerClass, viewsPerPhotograph } = demoPlan;
      const photographs = classes * photographsPerClass;
      process.stderr.write(
        `Drawing ${plural(photographs * viewsPerPhotograph, "image")} of white blood cells as under a microscope: ` +
          `${classes} kinds, ${photographs} photographs, ${viewsPerPhotograph} views of each.\n`,
      );
      const result = await runTraining((signal) => demo({ ...rest, out }, nodeServices(), signal));
      const data = join(result.run, "images");
      const example = join(data, "EOSINOPHIL", "photo-001-view-1.png");
      print(result, Boolean(json), { data, example });
      finish(exitCodeOf(result));
    });
}
