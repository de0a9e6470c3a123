import type { Command, OptionValues } from "commander";
import { countText, models } from "../../app/index.ts";
import type { ExitCode } from "../errors.ts";
import { jsonOption } from "./options.ts";
import { printResult } from "../terminal/print.ts";
import { columns } from "../terminal/table.ts";

/** fovea models */
export function modelsCommand(command: Command, finish: (code: ExitCode) => void): Command {
  return command.option(...jsonOption).action(({ json }: OptionValues) => {
    const list = models();
    const rows = list.map(({ name, about, parameters, size, epochs }) => [
      name,
      countText(parameters),
      `${size} × ${size}`,
      `${epochs}`,
      about,
    ]);
    const text = columns(
      [["model", "parameters", "input", "epochs", ""], ...rows],
      ["left", "right", "right", "right", "left"],
    );
    printResult({ models: list }, { json: Boolean(json), text: () => text });
    finish(0);
  });
}
