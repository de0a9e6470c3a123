import type { Command, OptionValues } from "commander";
import { type DatasetsResult, datasets, getDataset } from "../../../app/index.ts";
import { fault } from "../../../base/index.ts";
import type { ExitCode } from "../../errors.ts";
import { shown } from "../../interrupt.ts";
import { downloadServices } from "../../services.ts";
import { printResult } from "../../terminal/print.ts";
import { progressOn } from "../../terminal/progress.ts";
import { datasetsText, downloadedText, showDownload } from "../../views/datasets.ts";
import { jsonOption } from "../options.ts";

/** fovea datasets, fovea datasets get <name> */
export function datasetsCommand(command: Command, finish: (code: ExitCode) => void): Command {
  return command
    .option("--out <dir>", "folder for the files of get (default: datasets/<name>)")
    .option(...jsonOption)
    .action(async (action: string | undefined, name: string | undefined, options: OptionValues) => {
      if (action === undefined) list(options);
      else await get(action, name, options);
      finish(0);
    });
}

function list({ json, out }: OptionValues): void {
  if (out !== undefined)
    throw fault("--out", { expected: "get and the name of a data set before it", exitCode: 2 });
  const result: DatasetsResult = { datasets: datasets() };
  printResult(result, { json: Boolean(json), text: datasetsText });
}

async function get(action: string, name: string | undefined, { json, out }: OptionValues): Promise<void> {
  if (action !== "get" || name === undefined) {
    throw fault("datasets", {
      expected: "nothing, or get and the name of a data set",
      received: action === "get" ? "get alone" : `"${action}"`,
      fix: "fovea datasets lists the names",
      exitCode: 2,
    });
  }
  const progress = progressOn(process.stderr);
  const request = { name, ...(out !== undefined && { out: String(out) }) };
  const result = await shown((signal) => getDataset(request, downloadServices(), signal), {
    progress,
    show: (event) => showDownload(event, progress),
    leaving: "Stopping; what has come is kept, and the same command goes on from there",
  });
  printResult(result, { json: Boolean(json), text: downloadedText });
}
