import { Command } from "commander";
import { benchCommand } from "./bench.ts";
import { demoCommand } from "./demo.ts";
import { type ExitCode, report } from "./errors.ts";
import { evaluateCommand } from "./evaluate.ts";
import { modelsCommand } from "./models.ts";
import { predictCommand } from "./predict.ts";
import { trainCommand } from "./train.ts";

/** Runs one command line and returns the exit code. */
export async function runProgram(args: readonly string[]): Promise<ExitCode> {
  let code: ExitCode = 0;
  const finish = (result: ExitCode): void => {
    code = result;
  };
  const program = new Command("fovea")
    .description("Trains image classifiers from a folder of labelled pictures, on this machine.")
    .helpCommand(false);
  for (const make of [
    demoCommand,
    trainCommand,
    evaluateCommand,
    predictCommand,
    modelsCommand,
    benchCommand,
  ])
    program.addCommand(make(finish));
  for (const command of [program, ...program.commands]) {
    // Errors are said in one place and one form, below.
    command.exitOverride().configureOutput({ outputError: () => undefined });
  }
  if (args.length === 0) {
    program.outputHelp();
    return 0;
  }
  try {
    await program.parseAsync([...args], { from: "user" });
    return code;
  } catch (error) {
    return report(error);
  }
}
