import { Command } from "commander";
import { type Entry, entries } from "./entries.ts";
import { type ExitCode, exitCodes, report } from "./errors.ts";
import { wrapped } from "./terminal/wrap.ts";
import { version } from "./version.ts";

const isCommand = (word: string): boolean => entries.some(({ name }) => name === word);

/** The whole program; only the commands for which `isWanted` holds get their options, since loading those takes longer than answering. */
export async function programOf(
  isWanted: (name: string) => boolean,
  finish: (code: ExitCode) => void,
): Promise<Command> {
  const program = new Command("fovea")
    .description("Train image classifiers locally from a folder of labelled images.")
    .version(version(), "-v, --version", "print the version (-V as well)")
    .helpCommand("help [command]", "print the help of a command");
  for (const entry of entries) {
    const command = program.command(entry.name).description(entry.about);
    for (const [argument, meaning] of Object.entries(entry.takes)) command.argument(argument, meaning);
    if (isWanted(entry.name)) {
      (await entry.load())(command, finish).addHelpText("after", () => afterwards(entry));
    } else {
      // The overview marks commands that have options.
      command.option("--json");
    }
  }
  for (const command of [program, ...program.commands]) {
    // Errors are printed in one place and one form, below.
    command.exitOverride().configureOutput({ outputError: () => undefined });
    // By itself, commander lets the lines of a narrow terminal run over.
    command.configureHelp({ minWidthToWrap: 20 });
  }
  return program;
}

/** What stands below the options in a command's help: examples, and what its exit codes mean. */
function afterwards({ examples, exits = {} }: Entry): string {
  const width = process.stdout.columns ?? 80;
  const shown = examples.flatMap(({ line, does }) => [`  ${line}`, wrapped(does, { width, indent: 6 })]);
  const codes = Object.entries({ ...exitCodes, ...exits }).map(([code, means]) =>
    wrapped(`${code} ${means}`, { width, indent: 2 }),
  );
  return ["", "Examples:", ...shown, "", "Exit codes:", ...codes].join("\n");
}

/** The command line without its other spellings: `help x` is `x --help`, `-V` is `--version`. */
function standardForm(args: readonly string[]): readonly string[] {
  const [first, second] = args;
  if (first === "-V") return ["--version"];
  if (first !== "help") return args;
  if (second === undefined) return [];
  // An unknown command is refused as by itself.
  return isCommand(second) ? [second, "--help"] : [second];
}

/** Runs one command line and returns the exit code. */
export async function runProgram(args: readonly string[]): Promise<ExitCode> {
  let code: ExitCode = 0;
  const finish = (result: ExitCode): void => {
    code = result;
  };
  const line = standardForm(args);
  const asked = line.find((arg) => !arg.startsWith("-"));
  try {
    const program = await programOf((name) => name === asked, finish);
    if (line.length === 0) {
      program.outputHelp();
      return 0;
    }
    await program.parseAsync([...line], { from: "user" });
    return code;
  } catch (error) {
    return report(error, asked !== undefined && isCommand(asked) ? `fovea ${asked} --help` : "fovea --help");
  }
}
