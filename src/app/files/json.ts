import { fault, printableJson } from "../../base/index.ts";

/** JSON from bytes. @throws naming the file. */
export function parseJson(bytes: Uint8Array, path: string): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw fault(path, { expected: "a JSON file", received: "other text", cause });
  }
}

/** Version of the JSON documents: it grows when a field changes its name or meaning. */
const schema = 1;

/** A JSON document on one line, for programs. */
export const jsonLine = (document: object): string => printableJson(JSON.stringify({ schema, ...document }));

/** A JSON document for people to read as well, an array of numbers on one line, ending in a line break. */
export const jsonText = (document: object): string =>
  `${printableJson(JSON.stringify({ schema, ...document }, null, 2)).replaceAll(numberRows, (row) => row.replaceAll(/\s+/g, " "))}\n`;

// A text in JSON holds no bare line break, so this can only be an array.
const numberRows = /\[\n\s+(?:-?\d[\d.e+-]*,\n\s+)*-?\d[\d.e+-]*\n\s+\]/g;
