import { stripVTControlCharacters } from "node:util";

/** Lines of at most `width` characters, colours not counted, broken between words and indented; a wider word keeps a line of its own. */
export function wrapped(
  text: string,
  { width, indent }: { readonly width: number; readonly indent: number },
): string {
  const lines: string[] = [];
  let line = "";
  let length = indent;
  for (const word of text.split(" ")) {
    const more = widthOf(charactersOf(stripVTControlCharacters(word)));
    if (line !== "" && length + 1 + more > width) {
      lines.push(line);
      line = word;
      length = indent + more;
    } else {
      length += more + (line === "" ? 0 : 1);
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].map((one) => " ".repeat(indent) + one).join("\n");
}

/** Text of several lines, each broken to the width; what follows stands under its first word. */
export const fitted = (text: string, width: number): string => brokenUp(text, width, () => true);

/** The same, but rows of tables and commands to type, which are indented, stay as they are. */
export const fittedSentences = (text: string, width: number): string =>
  brokenUp(text, width, (line) => !line.startsWith("  "));

function brokenUp(text: string, width: number, mayBreak: (line: string) => boolean): string {
  const lines = text.split("\n").map((line) => {
    if (line.length <= width || !mayBreak(line)) return line;
    const start = /^ *(?:[-!·✗→] )?/u.exec(line)?.[0] ?? "";
    const below = wrapped(line.slice(start.length), { width, indent: start.length });
    return start + below.slice(start.length);
  });
  return lines.join("\n");
}

const segmenter = new Intl.Segmenter("en");

/** What the reader sees as one character each. */
export const charactersOf = (text: string): string[] =>
  /^[ -~]*$/.test(text) ? text.split("") : Array.from(segmenter.segment(text), ({ segment }) => segment);

// Their signs take two columns of a terminal.
const wide =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303F\uFF01-\uFF60]/u;

/** Columns of a terminal that characters take. */
export const widthOf = (characters: readonly string[]): number =>
  characters.reduce((sum, one) => sum + (wide.test(one) ? 2 : 1), 0);
