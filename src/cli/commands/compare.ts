import type { Command, OptionValues } from "commander";
import { type CompareResult, compare, countText, plural, jsonLine, resultOf } from "../../app/index.ts";
import type { ExitCode } from "../errors.ts";
import { jsonOption } from "./options.ts";
import { nodeServices } from "../services.ts";
import { type Paint, paintFor } from "../terminal/style.ts";

/** fovea compare <runA> <runB> */
export function compareCommand(command: Command, finish: (code: ExitCode) => void): Command {
  return command
    .option(...jsonOption)
    .action(async (first: string, second: string, { json }: OptionValues) => {
      const result = await resultOf(compare({ runs: [first, second] }, nodeServices()));
      process.stdout.write(json ? `${jsonLine(result)}\n` : textOf(result, paintFor(process.stdout)));
      finish(0);
    });
}

function textOf(
  { verdict, images, runs, onlyFirst, onlySecond, mcnemar }: CompareResult,
  paint: Paint,
): string {
  const [first, second] = runs;
  const all = runs.every(({ kept }) => kept === images);
  return [
    paint.bold(verdict),
    all
      ? `Both were measured on the same ${plural(images, "image")}.`
      : `Compared on the ${plural(images, "image")} that both kept back, of ${countText(first.kept)} and ${countText(second.kept)}.`,
    `Only the first had ${countText(onlyFirst)} of them right, only the second ${countText(onlySecond)} ` +
      `(exact McNemar test: p ${probability(mcnemar)}, which takes every image for independent).`,
    "",
  ].join("\n");
}

const probability = (p: number): string => (p < 1e-4 ? "below 0.0001" : `= ${p.toPrecision(2)}`);
