/** Scripts whose letters a zero-width joiner or non-joiner shapes. */
const joining =
  "Arabic Syriac Mongolian Devanagari Bengali Gurmukhi Gujarati Oriya Tamil Telugu Kannada Malayalam Sinhala Khmer Myanmar"
    .split(" ")
    .map((script) => `\\p{Script=${script}}`)
    .join("");

/** Joiners and selectors where they change what is seen: within an emoji, between such letters, after a sign. */
const shaping = [
  String.raw`\u{200D}(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}\u{FE0F}]\u{200D})(?=\p{Extended_Pictographic})`,
  String.raw`[\u{200C}\u{200D}](?<=[${joining}][\u{200C}\u{200D}])(?=[${joining}])`,
  String.raw`[\u{FE0E}\u{FE0F}](?<=[\p{Emoji}\p{So}][\u{FE0E}\u{FE0F}])`,
].join("|");

/**
 * What a terminal or a page obeys, hides or reorders by, instead of showing it: control characters (C0, DEL, C1), separators of lines
 * and paragraphs, lone surrogates, and what Unicode lets a reader ignore (bidirectional controls, zero-width and tag characters).
 */
const unseen = String.raw`[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u{FFF9}-\u{FFFB}]`;

const marks = new RegExp(`(${shaping})|${unseen}`, "gu");

/** Most text is of these alone, and long texts are images as base64. */
const isPlain = (text: string): boolean => !/[^ -~]/.test(text);

const short: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** U+001B → "\u001b", as JSON writes it; above U+FFFF "\u{e0001}". */
function escaped(mark: string): string {
  const code = (mark.codePointAt(0) ?? 0).toString(16);
  return short[mark] ?? (code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, "0")}`);
}

/** A text with every character escaped that would be obeyed or hidden instead of shown: "a\u001b[31mb" with a backslash. */
export const printableText = (text: string): string =>
  isPlain(text)
    ? text
    : text.replaceAll(marks, (mark: string, shapes: string | undefined) => shapes ?? escaped(mark));

/** JSON with such characters as escapes, which JSON itself asks for only below U+0020; what is read from it is the same. */
export const printableJson = (json: string): string =>
  json.replaceAll(marks, (mark: string, shapes: string | undefined) =>
    mark === "\n" ? mark : (shapes ?? mark.split("").map(escaped).join("")),
  );

/**
 * The same data with every text in it made printableData, names of members too: what views show instead of what was found, so that no name
 * from the user's disk can move the cursor, change a colour or turn a line around. Typed arrays and objects of classes stay as they are.
 */
export function printableData<T>(data: T): T;
export function printableData(data: unknown): unknown {
  if (typeof data === "string") return printableText(data);
  if (Array.isArray(data)) return data.map((one: unknown) => printableData(one));
  if (!isRecord(data)) return data;
  return Object.fromEntries(
    Object.entries(data).map(([name, value]) => [printableText(name), printableData(value)]),
  );
}

const isRecord = (data: unknown): data is Readonly<Record<string, unknown>> =>
  typeof data === "object" && data !== null && Object.getPrototypeOf(data) === Object.prototype;
