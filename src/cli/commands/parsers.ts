import { fault, kebabCase, nearestName } from "../../base/index.ts";

/** Reads the text of an option; anything else is wrong use of it. */
export interface Parser<T> {
  (text: string): T;
  /** What it takes, in words: "a whole number, 1 or more". */
  readonly takes: string;
}

/** Reads a whole number from `least` to `most`. */
export function wholeNumber(
  option: string,
  least: number,
  most: number = Number.MAX_SAFE_INTEGER,
): Parser<number> {
  const range = most < Number.MAX_SAFE_INTEGER ? `from ${least} to ${most}` : `${least} or more`;
  return parser(option, `a whole number, ${range}`, (text) => {
    const x = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    return Number.isSafeInteger(x) && x >= least && x <= most ? x : undefined;
  });
}

/** Reads a number above 0 and, where given, below `below`. */
export const positiveNumber = (option: string, below?: number): Parser<number> =>
  parser(option, below === undefined ? "a number above 0" : `a number above 0 and below ${below}`, (text) => {
    const x = text.trim() === "" ? Number.NaN : Number(text);
    return Number.isFinite(x) && x > 0 && (below === undefined || x < below) ? x : undefined;
  });

/** Reads a number from 0 and, where given, below `below`. */
export const numberFromZero = (option: string, below?: number): Parser<number> =>
  parser(option, below === undefined ? "a number from 0" : `a number from 0 to below ${below}`, (text) => {
    const x = text.trim() === "" ? Number.NaN : Number(text);
    return Number.isFinite(x) && x >= 0 && (below === undefined || x < below) ? x : undefined;
  });

/** Reads two whole numbers with a hyphen between them, the lower one first. */
export const wholeRange = (option: string, most: number): Parser<{ min: number; max: number }> =>
  parser(option, `two whole numbers from 0 to ${most}, the lower one first, such as 0-4095`, (text) => {
    const [, min, max] = /^(\d+)-(\d+)$/.exec(text) ?? [];
    const range = { min: Number(min), max: Number(max) };
    return min !== undefined && range.min < range.max && range.max <= most ? range : undefined;
  });

/** Reads one of a few names, in lower case with hyphens. */
export function oneOf<T extends string>(option: string, names: readonly T[]): Parser<T> {
  const written = names.map(kebabCase);
  return parser(option, written.join(", "), {
    read: (text) => names.find((name) => kebabCase(name) === text),
    meant: (text) => nearestName(text, written),
  });
}

/** What a name or a text of JSON stands for. */
export interface NamedOrJson<T extends string, U> {
  /** As they are written, with what each of them gives. */
  readonly names: Readonly<Record<string, T>>;
  /** JSON to show as an example. @default {"type": …} */
  readonly example?: string;
  /** Reads what the JSON holds. @throws naming what does not fit */
  readonly parse: (value: unknown) => U;
}

/** Reads one of a few names, or all settings as JSON. */
export function namedOrJson<T extends string, U>(
  option: string,
  { names, example = '{"type": …}', parse }: NamedOrJson<T, U>,
): Parser<T | U> {
  const takes = `${Object.keys(names).join(", ")}, or its settings as JSON such as ${example}`;
  const read = (text: string): T | U | undefined => {
    if (Object.hasOwn(names, text)) return names[text];
    if (!text.trimStart().startsWith("{")) return undefined;
    let settings: unknown;
    try {
      settings = JSON.parse(text);
    } catch {
      return undefined;
    }
    return parse(settings);
  };
  return parser(option, takes, { read, meant: (text) => nearestName(text, Object.keys(names)) });
}

interface Reading<T> {
  /** Gives nothing for what it does not take. */
  readonly read: (text: string) => T | undefined;
  /** What was probably meant. */
  readonly meant?: (text: string) => string | undefined;
}

/** A parser from what it takes and how it reads that. */
const parser = <T>(option: string, takes: string, how: Reading<T> | Reading<T>["read"]): Parser<T> =>
  Object.assign(
    (text: string): T => {
      const { read, meant } = typeof how === "function" ? { read: how } : how;
      const found = read(text);
      if (found !== undefined) return found;
      const name = meant?.(text);
      throw fault(option, {
        expected: takes,
        received: `"${text}"`,
        ...(name !== undefined && { fix: `did you mean ${name}?` }),
        exitCode: 2,
      });
    },
    { takes },
  );
