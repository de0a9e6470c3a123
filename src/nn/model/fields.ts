import { type JsonObject, fault } from "../../base/index.ts";

/** [vertical, horizontal] */
export type Pair = readonly [number, number];

/** Checks one value; `who` is what an error should name. */
type Parse<T> = (who: string, value: unknown) => T;

/** Reads the options of one thing, filling in defaults and checking every value: they may come from a JSON file. */
export interface Fields {
  /** A whole number of at least `least` (1). Without a fallback it must be given. */
  whole(key: string, fallback?: number, min?: number): number;
  /** Any finite number. */
  number(key: string, fallback?: number): number;
  /** A number in [from, below). */
  within(key: string, range: Pair, fallback?: number): number;
  /** One whole number for both directions, or two. */
  pair(key: string, fallback?: number | Pair): Pair;
  flag(key: string, fallback: boolean): boolean;
  oneOf<T extends string>(key: string, names: readonly T[], fallback?: T): T;
  /** Whatever `parse` makes of it; absent from the result when it was not given. */
  maybe<K extends string, T>(key: K, parse: Parse<T>): { readonly [P in K]?: T };
  /** Whatever `parse` makes of it, given or not. */
  other<T>(key: string, parse: Parse<T>): T;
}

/** Builds plain data from options. @throws when an option is missing, unknown or out of range, naming it. */
export function readFields<T>(who: string, options: object, build: (fields: Fields) => T): T {
  const known = new Set(["type"]);
  const result = build(fieldsOf(who, { ...options }, known));
  const unknown = Object.keys(options).find((key) => !known.has(key));
  if (unknown !== undefined) {
    const names = [...known].filter((key) => key !== "type").join(", ");
    throw fault(`${who}: ${unknown}`, {
      expected: names ? `one of ${names}` : "no options",
      received: `"${unknown}"`,
      exitCode: 2,
    });
  }
  return result;
}

/** A value as an error shows it. */
export const show = (value: unknown): string => (value === undefined ? "nothing" : JSON.stringify(value));

/** A name that can stand in the names of parameters. */
export function parseName(who: string, value: unknown): string {
  if (typeof value === "string" && /^[^/\s]+$/.test(value)) return value;
  throw fault(who, { expected: "a name without spaces or /", received: show(value), exitCode: 2 });
}

const isWhole = (value: unknown, min: number): value is number =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= min;

const isPair = (value: unknown): value is number | Pair => {
  const sides: readonly unknown[] = Array.isArray(value) ? value : [value, value];
  return sides.length === 2 && sides.every((side) => isWhole(side, 1));
};

type FieldReader = Pick<Fields, "maybe" | "other"> & {
  readonly take: <T>(
    key: string,
    fallback: T | undefined,
    expected: string,
    fits: (value: unknown) => value is T,
  ) => T;
};

/** Looks a field up, notes that it is known, and checks it. */
function readerOf(who: string, options: JsonObject, known: Set<string>): FieldReader {
  return {
    take: (key, fallback, expected, fits) => {
      known.add(key);
      const value = options[key] ?? fallback;
      if (fits(value)) return value;
      throw fault(`${who}: ${key}`, { expected, received: show(value), exitCode: 2 });
    },
    maybe: <K extends string, T>(key: K, parse: Parse<T>): { readonly [P in K]?: T } => {
      known.add(key);
      const found: { [P in K]?: T } = {};
      if (options[key] !== undefined) found[key] = parse(`${who}: ${key}`, options[key]);
      return found;
    },
    other: (key, parse) => {
      known.add(key);
      return parse(`${who}: ${key}`, options[key]);
    },
  };
}

function fieldsOf(who: string, options: JsonObject, known: Set<string>): Fields {
  const { take, ...parsers } = readerOf(who, options, known);
  return {
    ...parsers,
    whole: (key, fallback, min = 1) =>
      take(key, fallback, `a whole number from ${min}`, (value) => isWhole(value, min)),
    number: (key, fallback) =>
      take(key, fallback, "a number", (value): value is number => Number.isFinite(value)),
    within: (key, [from, below], fallback) =>
      take(
        key,
        fallback,
        `a number from ${from} to below ${below}`,
        (value): value is number => typeof value === "number" && value >= from && value < below,
      ),
    pair: (key, fallback) => {
      const value = take(key, fallback, "a whole number from 1, or two of them", isPair);
      return typeof value === "number" ? [value, value] : [value[0], value[1]];
    },
    flag: (key, fallback) => take(key, fallback, "true or false", (value) => typeof value === "boolean"),
    oneOf: <T extends string>(key: string, names: readonly T[], fallback?: T): T =>
      take(key, fallback, `one of ${names.join(", ")}`, (value): value is T =>
        names.some((name) => name === value),
      ),
  };
}
