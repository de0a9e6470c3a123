import { type Options, parse } from "csv-parse/sync";
import { at, fault } from "../../base/index.ts";
import { type DecodedText, decodeText } from "./text.ts";

/** The cells of a table, as text. */
export interface Records extends Pick<DecodedText, "assumed"> {
  readonly header: readonly string[];
  readonly rows: readonly {
    /** Counts from 1, the header and empty lines among them, as spreadsheets and editors do. */
    readonly number: number;
    readonly cells: readonly string[];
    /** The cells with their outer spaces, which a file's name may have. */
    readonly asWritten: readonly string[];
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
      ...reading(delimiter),
      trim: true,
      on_record: (record: string[], { records: before, empty_lines: empty }) => {
        numbers.push(before + empty + (separator ? 1 : 0));
        return record;
      },
    });
    const spaced = withSpaces(text, delimiter, records.length);
    const rows = records.map((cells, i) => ({
      number: at(numbers, i + 1),
      cells,
      asWritten: spaced?.[i] ?? cells,
    }));
    return { header, rows, ...(decoded.assumed && { assumed: decoded.assumed }) };
  } catch (cause) {
    throw fault(path, {
      expected: "a CSV file",
      received: cause instanceof Error ? cause.message : String(cause),
      cause,
    });
  }
}

const reading = (delimiter: string): Options & { readonly columns?: false } => ({
  bom: true,
  skip_empty_lines: true,
  delimiter,
});

/** The records but the header with all spaces; nothing where there are none beside a delimiter, or where a quote follows them. */
function withSpaces(
  text: string,
  delimiter: string,
  count: number,
): readonly (readonly string[])[] | undefined {
  const beside = delimiter === "\t" ? /^ | $| \t|\t /m : /^[ \t]|[ \t]$|[ \t][,;]|[,;][ \t]/m;
  if (!beside.test(text)) return undefined;
  try {
    const [, ...records] = parse(text, reading(delimiter));
    return records.length === count ? records : undefined;
  } catch {
    return undefined;
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
