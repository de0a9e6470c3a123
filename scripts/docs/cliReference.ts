import type { Argument, Command, Option } from "commander";
import type { Parser } from "../../src/cli/commands/parsers.ts";
import { type Entry, entries } from "../../src/cli/entries.ts";
import { exitCodes } from "../../src/cli/errors.ts";
import { programOf } from "../../src/cli/program.ts";
import { wrapped } from "../../src/cli/terminal/wrap.ts";

const width = 120;

/** docs/cli.md, from the commands themselves. */
export async function cliReference(): Promise<string> {
  const program = await programOf(
    () => true,
    () => undefined,
  );
  const commands = program.commands.map((command) => {
    const entry = entries.find(({ name }) => name === command.name());
    if (!entry) throw new Error(`${command.name()} has no entry in src/cli/entries.ts`);
    return { command, entry };
  });
  return [
    "# Command line",
    "",
    "<!-- Written by `npm run docs` from src/cli: change the commands, not this page. -->",
    "",
    program.description(),
    "",
    "`fovea` stands for how the program is started:",
    "`npm run -s fovea --` in a clone, `npx --no fovea` where the package is installed.",
    "An option that takes a value takes it after a space or after `=`.",
    "A word in `<…>` must be given, one in `[…]` may be left out.",
    "",
    ...commands.map(
      ({ command }) => `- [${command.name()}](#fovea-${command.name()}): ${command.description()}`,
    ),
    "",
    "Options of the program itself:",
    "",
    ...optionLines(program),
    "",
    "## Exit codes",
    "",
    ...Object.entries(exitCodes).map(([code, means]) => `- ${code}: ${means}`),
    "",
    "A command that means something else by one of them says so below.",
    "Results go to standard output; progress, warnings and errors go to standard error.",
    "",
    ...commands.flatMap(({ command, entry }) => commandLines(command, entry)),
  ]
    .join("\n")
    .trimEnd()
    .concat("\n");
}

/** The section of one command. */
function commandLines(command: Command, { examples, exits = {} }: Entry): readonly string[] {
  const takes = command.registeredArguments.map((argument) =>
    item(bracketed(argument), sentence(argument.description)),
  );
  const codes = Object.entries(exits).map(([code, means]) => `- ${code}: ${means}`);
  return [
    `## fovea ${command.name()}`,
    "",
    sentence(command.description()),
    "",
    `    ${command.createHelp().commandUsage(command)}`,
    "",
    ...(takes.length > 0 ? ["Arguments:", "", ...takes, ""] : []),
    "Options:",
    "",
    ...optionLines(command),
    "",
    ...(codes.length > 0 ? ["Exit codes of its own:", "", ...codes, ""] : []),
    examples.length > 1 ? "Examples:" : "Example:",
    "",
    ...examples.map(({ line, does }) => item(line, sentence(does))),
    "",
  ];
}

const optionLines = (command: Command): readonly string[] =>
  [...command.options.filter(({ hidden }) => !hidden), ...helpOption(command)].map((option) =>
    item(option.flags, meaningOf(option)),
  );

/** The option that commander adds to every command by itself. */
const helpOption = (command: Command): readonly Option[] =>
  command
    .createHelp()
    .visibleOptions(command)
    .filter(({ long }) => long === "--help");

/** What an option is, what it takes and what it is without: "… Takes a whole number, 1 or more. Default: 3." */
function meaningOf({ description, parseArg }: Option): string {
  const [, about = description, without] = /^(.*) \(default: (.*)\)$/.exec(description) ?? [];
  const takes = parseArg && "takes" in parseArg ? (parseArg as Parser<unknown>).takes : undefined;
  // The names that an option takes are mostly explained already.
  const isSaid = takes === undefined || takes.split(", ").every((name) => about.includes(name));
  const range = isSaid ? [] : [`Takes ${takes}.`];
  return [sentence(about), ...range, ...(without === undefined ? [] : [`Default: ${without}.`])].join(" ");
}

const bracketed = (argument: Argument): string => {
  const inside = argument.variadic ? `${argument.name()}...` : argument.name();
  return argument.required ? `<${inside}>` : `[${inside}]`;
};

/** A line of a list, what is typed first, broken so that a change touches few lines. */
const item = (typed: string, meaning: string): string =>
  `- \`${typed}\`:\n${wrapped(escaped(meaning), { width, indent: 2 })}`;

const sentence = (text: string): string => (text.endsWith(".") ? text : `${text}.`);

/** Angle brackets would be markup, but not between backticks. */
const escaped = (text: string): string =>
  text
    .split("`")
    .map((part, i) => (i % 2 === 0 ? part.replaceAll("<", "\\<").replaceAll("*", "\\*") : part))
    .join("`");
