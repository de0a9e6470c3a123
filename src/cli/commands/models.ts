import type { Command, OptionValues } from "commander";
import { countText, models } from "../../app/index.ts";
import type { ExitCode } from "../errors.ts";
import { fault, nearestName } from "../../base/index.ts";
import { printSummary, summaryOptions } from "./summary.ts";
import { printResult } from "../terminal/print.ts";
import { columns } from "../terminal/table.ts";

/** fovea models [name] */
export function modelsCommand(command: Command, finish: (code: ExitCode) => void): Command {
  return summaryOptions(command).action(async (name: string | undefined, options: OptionValues) => {
    if (name === undefined) printModels(options);
    else await printSummary(architectureNamed(name), options);
    finish(0);
  });
}

function printModels({ json, ...options }: OptionValues): void {
  const [option] = Object.keys(options);
  if (option !== undefined) {
    throw fault(`--${option}`, {
      expected: "the name of a model beside it",
      fix: "give one of the names that fovea models lists",
      exitCode: 2,
    });
  }
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
}

/** @throws naming the nearest where there is none of that name */
function architectureNamed(name: string): string {
  const names = models().map((one) => one.name);
  if (names.includes(name)) return name;
  const nearest = nearestName(name, names);
  throw fault("models", {
    expected: `one of ${names.join(", ")}`,
    received: `"${name}"`,
    fix: nearest === undefined ? "fovea summary takes files" : `did you mean ${nearest}?`,
    exitCode: 2,
  });
}
