import { parse } from "csv-parse/sync";
import { at, fault } from "../../base/index.ts";
import { type DecodedText, decodeText } from "./text.ts";

/** The cells of a table, as text. */
export interface Records extends Pick<DecodedText, "assumed"> {
  readonly header: readonly string[];
  readonly rows: readonly {
    /** Counts from 1, the header and empty lines among them, as spreadsheets and editors do. */
    readonly number: number;
    readonly cells: readonly string[];
  }[];
}

const delimiters = [",", ";", "\t"] as const;

/** Excel's way to name the delimiter, in a line of its own. */
const separatorLine = /^\uFEFF?"?sep=(.)"?\r?\n/i;

/** Reads a CSV or TSV file; the delimiter is the one that gives the header the most columns `isKnown` knows. @throws when it is no CSV */
export function readRecords(bytes: Uint8Array, path: string, isKnown: (column: string) => boolean): Records {
  const decoded = decodeText(bytes, path);
  const separator = separatorLine.exec(decoded.text);
  const text = decoded.text.slice(separator?.[0].length ?? 0);
  const delimiter = separator?.[1] ?? delimiterOf(text, isKnown);
  const numbers: number[] = [];
  try {
    const [header = [], ...records] = parse(text, {
      bom: true,
      trim: true,
      skip_empty_lines: true,
      delimiter,
      on_record: (record: string[], { records: before, empty_lines: empty }) => {
        numbers.push(before + empty + (separator ? 1 : 0));
        return record;
      },
    });
    const rows = records.map((cells, i) => ({ number: at(numbers, i + 1), cells }));
    return { header, rows, ...(decoded.assumed && { assumed: decoded.assumed }) };
  } catch (cause) {
    throw fault(path, {
      expected: "a CSV file",
      received: cause instanceof Error ? cause.message : String(cause),
      cause,
    });
  }
}

/** Judged by the first line that is not empty. */
function delimiterOf(text: string, isKnown: (column: string) => boolean): string {
  const line = /^\s*([^\r\n]*)/.exec(text)?.[1] ?? "";
  const score = (delimiter: string): number => {
    const cells = line.split(delimiter).map(unquoted);
    return cells.filter(isKnown).length * 1000 + cells.length;
  };
  return delimiters.reduce((best, one) => (score(one) > score(best) ? one : best));
}

const unquoted = (cell: string): string => cell.replaceAll(/^[\s"\uFEFF]+|[\s"]+$/g, "");
