import type { Command, OptionValues } from "commander";
import { countText, models, jsonLine } from "../../app/index.ts";
import type { ExitCode } from "../errors.ts";
import { jsonOption } from "./options.ts";
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
    process.stdout.write(json ? `${jsonLine({ models: list })}\n` : `${text}\n`);
    finish(0);
  });
}
