import { stringify } from "csv-stringify/sync";
import type { Command, OptionValues } from "commander";
import { type PredictRequest, type PredictResult, percentText, plural, predict } from "../../app/index.ts";
import { fault, printableData } from "../../base/index.ts";
import type { ExitCode } from "../errors.ts";
import { shown } from "../interrupt.ts";
import { jsonOption, threadsOption } from "./options.ts";
import { wholeNumber } from "./parsers.ts";
import { printResult } from "../terminal/print.ts";
import { progressOn } from "../terminal/progress.ts";
import { nodeServices } from "../services.ts";
import { type Paint, paintFor } from "../terminal/style.ts";
import { columns } from "../terminal/table.ts";
import { showSkipped } from "../views/data.ts";

/** fovea predict <model> <images…> */
export function predictCommand(command: Command, finish: (code: ExitCode) => void): Command {
  return command
    .option("--top <k>", "number of most probable classes to list (default: 3)", wholeNumber("--top", 1))
    .option(...threadsOption)
    .option(...jsonOption)
    .option("--csv", "print path,label,probability,error")
    .action(async (model: string, images: string[], { json, csv, ...rest }: OptionValues) => {
      if (json && csv)
        throw fault("--csv", { expected: "either --json or --csv", received: "both", exitCode: 2 });
      const request: PredictRequest = { ...rest, model, images };
      const progress = progressOn(process.stderr);
      const result = await shown((signal) => predict(request, nodeServices(), signal), {
        progress,
        show: ({ done, total }) => progress.redraw(`Classifying ${plural(total, "image")}: ${done} done`),
      });
      const paint = paintFor(process.stdout);
      // A table is data for other programs: its names are exact.
      if (csv) process.stdout.write(csvOf(result));
      else printResult(result, { json: Boolean(json), text: (seen) => textOf(seen, paint) });
      showSkipped("file", printableData(result.skipped), progress);
      const failed = result.predictions.filter(({ error }) => error !== undefined).length;
      if (failed > 0) progress.line(`fovea: ${plural(failed, "image")} could not be read`);
      finish(failed > 0 ? 1 : 0);
    });
}

function textOf({ predictions }: PredictResult, paint: Paint): string {
  const rows = predictions.map(({ path, label = "", probability = 0, top = [], error }) => {
    if (error !== undefined) return [path, paint.warn("not read"), "", error];
    const others = top.slice(1).map((one) => `${one.label} ${percentText(one.probability)}`);
    return [path, paint.bold(label), percentText(probability), others.join(", ")];
  });
  return `${columns(rows, ["left", "left", "right", "left"])}\n`;
}

const csvOf = ({ predictions }: PredictResult): string =>
  stringify(
    predictions.map(({ path, label, probability, error }) => ({ path, label, probability, error })),
    { header: true, columns: ["path", "label", "probability", "error"] },
  );
