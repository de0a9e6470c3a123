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

/** Which numbers an option takes, and whether it has a default where its value is left out. */
interface NumberRange {
  /** @default no limit */
  readonly below?: number;
  /** @default false */
  readonly isOptional?: boolean;
}

/** Reads a number above 0. */
export const positiveNumber = (option: string, range: NumberRange = {}): Parser<number> =>
  numberIn(option, range, { takes: "a number above 0", upTo: " and below", isInside: (x) => x > 0 });

/** Reads a number from 0. */
export const numberFromZero = (option: string, range: NumberRange = {}): Parser<number> =>
  numberIn(option, range, { takes: "a number from 0", upTo: " to below", isInside: (x) => x >= 0 });

/** The lower end of a range, in words too. */
interface LowerEnd {
  readonly takes: string;
  /** What stands between it and the upper end. */
  readonly upTo: string;
  readonly isInside: (x: number) => boolean;
}

function numberIn(
  option: string,
  { below, isOptional = false }: NumberRange,
  { takes, upTo, isInside }: LowerEnd,
): Parser<number> {
  const all = below === undefined ? takes : `${takes}${upTo} ${below}`;
  const numberOf = (text: string): number => (text.trim() === "" ? Number.NaN : Number(text));
  return parser(option, all, {
    read: (text) => {
      const x = numberOf(text);
      return Number.isFinite(x) && isInside(x) && (below === undefined || x < below) ? x : undefined;
    },
    // What stands behind such an option is read as its value: often it is the data.
    fix: (text) =>
      isOptional && Number.isNaN(numberOf(text))
        ? `for its default, let ${option} be the last word, or put another option behind it`
        : undefined,
  });
}

/** Reads two whole numbers with a hyphen between them, the lower one first. */
export const wholeRange = (option: string, most: number): Parser<{ min: number; max: number }> =>
  parser(option, `two whole numbers from 0 to ${most}, the lower one first, such as 0-4095`, (text) => {
    const [, min, max] = /^(\d+)-(\d+)$/.exec(text) ?? [];
    const range = { min: Number(min), max: Number(max) };
    return min !== undefined && range.min < range.max && range.max <= most ? range : undefined;
  });

/** Reads one of a few names, in lower case with hyphens; `meant` gives ours for words of others. */
export function oneOf<T extends string>(
  option: string,
  names: readonly T[],
  meant: (text: string) => T | undefined = () => undefined,
): Parser<T> {
  const written = names.map(kebabCase);
  return parser(option, written.join(", "), {
    read: (text) => names.find((name) => kebabCase(name) === text),
    meant: (text) => kebabCase(meant(text) ?? "") || nearestName(text, written),
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
  /** What to do where that is not known. */
  readonly fix?: (text: string) => string | undefined;
}

/** A parser from what it takes and how it reads that. */
const parser = <T>(option: string, takes: string, how: Reading<T> | Reading<T>["read"]): Parser<T> =>
  Object.assign(
    (text: string): T => {
      const { read, meant, fix: advice }: Reading<T> = typeof how === "function" ? { read: how } : how;
      const found = read(text);
      if (found !== undefined) return found;
      const name = meant?.(text);
      const fix = name === undefined ? advice?.(text) : `did you mean ${name}?`;
      throw fault(option, {
        expected: takes,
        received: `"${text}"`,
        ...(fix !== undefined && { fix }),
        exitCode: 2,
      });
    },
    { takes },
  );
