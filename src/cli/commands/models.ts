import type { Command, OptionValues } from "commander";
import { type ModelsEvent, listModels, models } from "../../app/index.ts";
import type { ExitCode } from "../errors.ts";
import { fault, nearestName } from "../../base/index.ts";
import { printSummary, summaryOptions } from "./summary.ts";
import { shown } from "../interrupt.ts";
import { nodeServices } from "../services.ts";
import { printResult } from "../terminal/print.ts";
import { progressOn } from "../terminal/progress.ts";
import { gauge } from "../views/data.ts";
import { modelsText } from "../views/models.ts";

/** fovea models [name] */
export function modelsCommand(command: Command, finish: (code: ExitCode) => void): Command {
  return summaryOptions(command)
    .option("--memory", "list the memory of a training step too; takes some seconds")
    .option("--measure", "list memory and images per second on this machine too; takes a minute or two")
    .action(async (name: string | undefined, options: OptionValues) => {
      if (name === undefined) await printModels(options);
      else await describe(name, options);
      finish(0);
    });
}

async function printModels({ json, memory, measure, ...options }: OptionValues): Promise<void> {
  const [option] = Object.keys(options);
  if (option !== undefined) {
    throw fault(`--${option}`, {
      expected: "the name of a model beside it",
      fix: "give one of the names that fovea models lists",
      exitCode: 2,
    });
  }
  const progress = progressOn(process.stderr);
  const show = ({ name, done, total }: ModelsEvent): void =>
    progress.redraw(`${gauge(done / total, progress)} ${measure ? "measuring" : "planning"} ${name}`);
  const request = { memory: Boolean(memory), measure: Boolean(measure) };
  const result = await shown((signal) => listModels(request, nodeServices(), signal), { progress, show });
  printResult(result, { json: Boolean(json), text: modelsText });
}

async function describe(name: string, { memory, measure, ...options }: OptionValues): Promise<void> {
  if (memory || measure) {
    throw fault(memory ? "--memory" : "--measure", {
      expected: "no name of a model beside it",
      fix: memory
        ? "leave it out: the description holds the memory"
        : `fovea bench --model ${name} measures one model`,
      exitCode: 2,
    });
  }
  await printSummary(architectureNamed(name), options);
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
