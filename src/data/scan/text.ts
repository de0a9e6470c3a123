import { fault } from "../../base/index.ts";

/** A text, and its encoding where nothing in the file says it. */
export interface DecodedText {
  readonly text: string;
  readonly assumed?: "Windows-1252";
}

/**
 * UTF-8 strictly, UTF-16 by its mark, else Windows-1252, which has a letter for every byte, so that no two names become one.
 * @throws when the bytes are no text, or of two encodings
 */
export function decodeText(bytes: Uint8Array, who: string): DecodedText {
  const marked = markOf(bytes);
  if (marked) return { text: strictly(marked, bytes, who) };
  if (bytes.includes(0)) {
    throw fault(who, {
      expected: "a text file",
      received: "other bytes",
      fix: "save it as CSV in UTF-8 (an .xlsx or .ods file is no CSV, whatever its name)",
    });
  }
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch {
    refuseMixed(bytes, who);
    return { text: new TextDecoder("windows-1252").decode(bytes), assumed: "Windows-1252" };
  }
}

/** The encoding that the first bytes name. */
function markOf([first, second]: Uint8Array): string | undefined {
  if (first === 0xff && second === 0xfe) return "utf-16le";
  return first === 0xfe && second === 0xff ? "utf-16be" : undefined;
}

function strictly(encoding: string, bytes: Uint8Array, who: string): string {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (cause) {
    throw fault(who, {
      expected: `${encoding.toUpperCase()}, as its first bytes say`,
      received: "other bytes",
      fix: "save it again as UTF-8",
      cause,
    });
  }
}

/** Letters of UTF-8 beside bytes that are none: read as Windows-1252, the letters would be garbled. @throws naming a line */
function refuseMixed(bytes: Uint8Array, who: string): void {
  const lines = new TextDecoder().decode(bytes).split("\n");
  const broken = lines.findIndex((line) => line.includes("\uFFFD"));
  const letters = /[^\0-\x7F\uFFFD]/.test(lines.join(""));
  if (!letters) return;
  throw fault(who, {
    expected: "one encoding",
    received: `UTF-8 with other bytes in line ${broken + 1}`,
    fix: "save it again as UTF-8",
  });
}
