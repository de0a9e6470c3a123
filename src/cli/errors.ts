import { CommanderError } from "commander";
import { inspect } from "node:util";
import { ownControls } from "./terminal/print.ts";
import { FoveaError, printableText, shortageFault } from "../base/index.ts";

/** What the process returns, and what it means. */
export const exitCodes = {
  0: "done",
  1: "failed; one line on standard error says what, and what to do",
  2: "wrong use; nothing was written",
  130: "interrupted by Ctrl-C; nothing was written",
} as const;

export type ExitCode = keyof typeof exitCodes;

/** The user stopped the command; what was saved has already been printed. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}

/** Prints the error on standard error, in one line, and returns its exit code; `help` is the command that explains the usage. */
export function report(thrown: unknown, help: string = "fovea --help"): ExitCode {
  const error = shortageFault(thrown) ?? thrown;
  if (error instanceof CommanderError && error.exitCode === 0) return 0;
  if (process.env["FOVEA_DEBUG"]) process.stderr.write(`${ownControls(inspect(error))}\n`);
  if (isAbort(error)) {
    say(error instanceof Interrupted ? error.message : "interrupted; nothing was written");
    return 130;
  }
  if (error instanceof CommanderError) {
    // Commander sets its suggestion in a line of its own; any other break is in a word that the reader typed.
    const message = error.message.replace(/^error: /, "").replace(/\n(\(Did you mean [^\n]*\?\))$/, " $1");
    say(`${message.replace(/[.\n]+$/, "")}; see ${help}`);
    return 2;
  }
  if (error instanceof FoveaError) {
    say(error.message);
    return error.exitCode;
  }
  const message = error instanceof Error ? error.message : String(error);
  say(`${message} (a bug in fovea: set FOVEA_DEBUG=1 for the details)`);
  return 1;
}

const isAbort = (error: unknown): boolean =>
  error instanceof Interrupted || (error instanceof Error && error.name === "AbortError");

const say = (message: string): void => {
  process.stderr.write(`fovea: ${printableText(message.trim())}\n`);
};
