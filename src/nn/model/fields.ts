import {
  FoveaError,
  type JsonObject,
  at,
  checkIsOptions,
  fault,
  showValue,
  unknownOption,
} from "../../base/index.ts";
import {
  type Parse,
  parseFlag,
  parseIf,
  parseNumber,
  parseOneOf,
  parseWhole,
  parseWithin,
} from "./values.ts";

/** [vertical, horizontal] */
export type Pair = readonly [number, number];

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
  /** Whatever `parse` makes of it, given or not; no field may be read after it. */
  last<T>(key: string, parse: Parse<T>): T;
}

const shared: readonly string[] = ["name", "trainable", "trainableEpochs", "inputs"];

/** Builds plain data from options. @throws when an option is missing, unknown or out of range, naming it. */
export function readFields<T>(who: string, options: unknown, build: (fields: Fields) => T): T {
  // Every layer has those; what is special about this one comes first.
  const names = [...namesIn(build)].sort((a, b) => shared.indexOf(a) - shared.indexOf(b));
  checkIsOptions(who, options, names[0]);
  // Before the values: what is missing may be there under a wrong name.
  const unknown = Object.keys(options).find((key) => key !== "type" && !names.includes(key));
  if (unknown !== undefined) throw unknownOption(who, unknown, { known: names });
  return build(fieldsOf(who, { ...options }));
}

/** Names of the fields that `build` asks for. */
function namesIn(build: (fields: Fields) => unknown): readonly string[] {
  const names: string[] = [];
  const note = <T>(key: string, value: T): T => (names.push(key), value);
  try {
    build({
      whole: (key) => note(key, 1),
      number: (key) => note(key, 1),
      within: (key, [from]) => note(key, from),
      pair: (key) => note(key, [1, 1]),
      flag: (key) => note(key, true),
      oneOf: (key, known, fallback) => note(key, fallback ?? at(known, 0)),
      maybe: (key) => note(key, {}),
      last: (key) => {
        throw note(key, new FoveaError(key, { exitCode: 2 }));
      },
    });
  } catch {
    // The last field: there is no value to go on with, and none is needed.
  }
  return names;
}

/** A name that can stand in the names of parameters. */
export function parseName(who: string, value: unknown): string {
  if (typeof value === "string" && /^[^/\s]+$/.test(value)) return value;
  throw fault(who, { expected: "a name without spaces or /", received: showValue(value), exitCode: 2 });
}

/** At least one name. */
export function parseNames(who: string, value: unknown): readonly string[] {
  if (Array.isArray(value) && value.length > 0)
    return value.map((name: unknown, i) => parseName(`${who}[${i}]`, name));
  throw fault(who, {
    expected: 'a list of names, such as ["conv2d"]',
    received: showValue(value),
    exitCode: 2,
  });
}

const isWhole = (value: unknown, min: number): value is number =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= min;

/** Whether a value is a list of whole numbers that fit. */
export const isWholes = (value: unknown, fits: (n: number) => boolean): value is readonly number[] =>
  Array.isArray(value) && value.every((n) => isWhole(n, -Infinity) && fits(n));

const parsePair: Parse<number | Pair> = parseIf(
  "a whole number from 1, or two of them",
  (value): value is number | Pair => {
    const sides: readonly unknown[] = Array.isArray(value) ? value : [value, value];
    return sides.length === 2 && sides.every((side) => isWhole(side, 1));
  },
);

/** Looks fields up and checks them; null is a value, and not one that fits. */
function fieldsOf(who: string, options: JsonObject): Fields {
  const read = <T>(key: string, fallback: T | undefined, parse: Parse<T>): T =>
    parse(`${who}: ${key}`, options[key] === undefined ? fallback : options[key]);
  return {
    whole: (key, fallback, min = 1) => read(key, fallback, parseWhole(min)),
    number: (key, fallback) => read(key, fallback, parseNumber),
    within: (key, range, fallback) => read(key, fallback, parseWithin(range)),
    pair: (key, fallback) => {
      const value = read(key, fallback, parsePair);
      return typeof value === "number" ? [value, value] : [value[0], value[1]];
    },
    flag: (key, fallback) => read(key, fallback, parseFlag),
    oneOf: (key, names, fallback) => read(key, fallback, parseOneOf(...names)),
    maybe: <K extends string, T>(key: K, parse: Parse<T>): { readonly [P in K]?: T } => {
      const found: { [P in K]?: T } = {};
      if (options[key] !== undefined) found[key] = parse(`${who}: ${key}`, options[key]);
      return found;
    },
    last: (key, parse) => parse(`${who}: ${key}`, options[key]),
  };
}
