import { jsonLine } from "../../app/index.ts";
import { printableData, printableText } from "../../base/index.ts";
import { lookFor } from "./style.ts";
import { fittedSentences } from "./wrap.ts";

export interface PrintOptions<T> {
  /** One JSON document, with every name exactly as it is. */
  readonly json: boolean;
  /** The result in words; it is given the result as it can be shown. */
  readonly text: (shown: T) => string;
  /** Leave long lines as they are. @default false: sentences are broken to the width */
  readonly asIs?: boolean;
}

/** Prints the result of a command on standard output. */
export function printResult<T extends object>(
  result: T,
  { json, text, asIs = false }: PrintOptions<T>,
): void {
  const words = (): string => {
    const all = ownControls(text(printableData(result)));
    return asIs ? all : fittedSentences(all, lookFor(process.stdout).width);
  };
  const printed = json ? jsonLine(result) : words();
  process.stdout.write(`${printed.replace(/\n$/, "")}\n`);
}

const passing = new RegExp(`(${String.fromCodePoint(0x1b)}\\[\\d+m|\\n)`);

/**
 * What may go to a terminal: of all that it obeys, only line breaks and colours are let through. Names are made printable before they
 * come here; this holds for whatever was forgotten.
 */
export const ownControls = (text: string): string =>
  text
    .split(passing)
    .map((part, i) => (i % 2 === 0 ? printableText(part) : part))
    .join("");
