import { stat } from "node:fs/promises";
import type { Command, OptionValues } from "commander";
import { type ExplainRequest, explain, explainMethods, plural } from "../../app/index.ts";
import type { ExitCode } from "../errors.ts";
import { shown } from "../interrupt.ts";
import { printableData } from "../../base/index.ts";
import { messageText } from "../../messages/index.ts";
import { jsonOption, threadsOption } from "./options.ts";
import { oneOf, wholeNumber } from "./parsers.ts";
import { destinationOf, refuseInside } from "./runFolder.ts";
import { progressOn } from "../terminal/progress.ts";
import { printResult } from "../terminal/print.ts";
import { nodeServices } from "../services.ts";
import { showSkipped } from "../views/data.ts";
import { explainResultText } from "../views/explanations.ts";
import { lookFor } from "../terminal/style.ts";

/** fovea explain <model> [images…] */
export function explainCommand(command: Command, finish: (code: ExitCode) => void): Command {
  return command
    .option(
      "--method <how>",
      "gradcam: regions that raise the class score; occlusion: score drop when a patch is covered; activations: feature maps; " +
        "filters: weights of the first convolution (no images needed); all (default: gradcam)",
      oneOf("--method", explainMethods),
    )
    .option(
      "--out <dir>",
      "folder for the PNG files and the page explain.html that shows them (default: runs/explain-<number>)",
    )
    .option("--class <name>", "the class to explain (default: the predicted class)")
    .option("--layer <name>", "the layer to show (default: the last convolution; for filters the first)")
    .option(
      "--patch <pixels>",
      "side of the occlusion patch (default: a sixth of the image)",
      wholeNumber("--patch", 1),
    )
    .option("--stride <pixels>", "step of the patch (default: half of its side)", wholeNumber("--stride", 1))
    .option(...threadsOption)
    .option(...jsonOption)
    .action(async (model: string, images: string[], { json, ...rest }: OptionValues) => {
      const destination = destinationOf(rest, { data: "explain" });
      for (const path of images) if (await isFolder(path)) await refuseInside(path, destination);
      const request: ExplainRequest = { ...rest, model, images, out: destination.out };
      const progress = progressOn(process.stderr);
      const result = await shown((signal) => explain(request, nodeServices(), signal), {
        progress,
        show: ({ done, total }) => progress.redraw(`Explaining ${plural(total, "image")}: ${done} done`),
      });
      for (const note of printableData(result.notes)) progress.line(`fovea: ${messageText(note)}`);
      const look = lookFor(process.stdout);
      printResult(result, { json: Boolean(json), text: (seen) => explainResultText(seen, look) });
      showSkipped("file", printableData(result.skipped), progress);
      const failed = result.explanations.filter((one) => "error" in one).length;
      if (failed > 0) progress.line(`fovea: ${plural(failed, "image")} could not be read`);
      finish(failed > 0 ? 1 : 0);
    });
}

/** Whether a path is a folder: one that is given as a whole may be somebody's data. */
const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
