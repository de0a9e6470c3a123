import { checkIsOptions, fault, showValue, unknownOption } from "../../base/index.ts";
import { type FillMode, type Factor, type DrawRange, fillModes } from "./types.ts";

/** Bounds of a number, both allowed. */
export type Bounds = readonly [lowest: number, highest: number];

/** Reads the fields of one step from what somebody wrote; what is left out takes its default. Every method throws naming the field. */
export interface StepReader {
  boolean(key: string, fallback: boolean): boolean;
  /** A number within bounds. */
  number(key: string, fallback: number, bounds: Bounds): number;
  /** A whole number within bounds. */
  integer(key: string, fallback: number, bounds: Bounds): number;
  /** A number above 0, at most 1. */
  fraction(key: string, fallback: number): number;
  /** A number for both directions or two ends, all within bounds. */
  factor<T extends Factor | undefined>(key: string, fallback: T, bounds: Bounds): Factor | T;
  /** Two ends within bounds. */
  range(key: string, fallback: DrawRange, bounds: Bounds): DrawRange;
  /** A level, 0 to 255, or a word. */
  levelOr<W extends string>(key: string, fallback: number, word: W): number | W;
  fillMode(fallback?: FillMode): FillMode;
  /** Whether a number is odd. */
  odd(key: string, fallback: number, bounds: Bounds): number;
  /** @throws naming a field that no method asked for, and the nearest that one did */
  finish(): void;
}

/** What was written, and how errors name it and its fields. */
export interface WrittenStep {
  readonly fields: unknown;
  /** "randomFlip", or "steps.json[2]" */
  readonly who: string;
  /** Between `who` and a field: ": " or ".". */
  readonly joint: string;
}

const within = (x: number, [lowest, highest]: Bounds): boolean => x >= lowest && x <= highest;
const isNumber = (x: unknown): x is number => typeof x === "number" && Number.isFinite(x);

const isPair = (x: unknown): x is readonly [number, number] =>
  Array.isArray(x) && x.length === 2 && x.every(isNumber);

/** What Keras and torchvision call a chance. */
const hints = { p: "use probability", prob: "use probability", rate: "use probability" } as const;

/** @throws where the fields are no object */
export function stepReader({ fields, who, joint }: WrittenStep): StepReader {
  checkIsOptions(who, fields, undefined);
  const given = new Map<string, unknown>(Object.entries(fields));
  const asked = ["type"];
  const read = <T>(
    key: string,
    fallback: T,
    expected: string,
    take: (value: unknown) => T | undefined,
  ): T => {
    asked.push(key);
    const value = given.get(key);
    if (value === undefined) return fallback;
    const taken = take(value);
    if (taken !== undefined) return taken;
    throw fault(`${who}${joint}${key}`, { expected, received: showValue(value), exitCode: 2 });
  };
  const numberIf = (key: string, fallback: number, expected: string, fits: (x: number) => boolean): number =>
    read(key, fallback, expected, (x) => (isNumber(x) && fits(x) ? x : undefined));
  return {
    boolean: (key, fallback) =>
      read(key, fallback, "true or false", (x) => (typeof x === "boolean" ? x : undefined)),
    number: (key, fallback, bounds) =>
      numberIf(key, fallback, `a number from ${bounds[0]} to ${bounds[1]}`, (x) => within(x, bounds)),
    integer: (key, fallback, bounds) =>
      numberIf(
        key,
        fallback,
        `a whole number from ${bounds[0]} to ${bounds[1]}`,
        (x) => Number.isInteger(x) && within(x, bounds),
      ),
    odd: (key, fallback, bounds) =>
      numberIf(
        key,
        fallback,
        `an odd number from ${bounds[0]} to ${bounds[1]}`,
        (x) => x % 2 === 1 && within(x, bounds),
      ),
    fraction: (key, fallback) =>
      numberIf(key, fallback, "a number above 0 and at most 1", (x) => x > 0 && x <= 1),
    factor: <T extends Factor | undefined>(key: string, fallback: T, bounds: Bounds): Factor | T =>
      read<Factor | T>(key, fallback, factorText(bounds), (x) => factorIn(x, bounds)),
    range: (key, fallback, bounds) => read(key, fallback, pairText(bounds), (x) => pairIn(x, bounds)),
    levelOr: <W extends string>(key: string, fallback: number, word: W): number | W =>
      read<number | W>(key, fallback, `a level from 0 to 255, or "${word}"`, (x) =>
        x === word ? word : isNumber(x) && within(x, [0, 255]) ? x : undefined,
      ),
    fillMode: (fallback = "reflect") =>
      read("fillMode", fallback, `one of ${fillModes.join(", ")}`, (x) =>
        fillModes.find((mode) => mode === x),
      ),
    finish: () => {
      const unknown = [...given.keys()].find((key) => !asked.includes(key));
      if (unknown === undefined) return;
      const known = asked.slice(1);
      throw unknownOption(who, unknown, { known, hints: known.includes("probability") ? hints : {} });
    },
  };
}

const pairText = ([lowest, highest]: Bounds): string =>
  `[lower, upper], two numbers from ${lowest} to ${highest}, the lower one first`;

const factorText = (bounds: Bounds): string =>
  `a number from 0 to ${Math.min(-bounds[0], bounds[1])} for both directions, or ${pairText(bounds)}`;

const pairIn = (x: unknown, bounds: Bounds): DrawRange | undefined =>
  isPair(x) && x[0] <= x[1] && within(x[0], bounds) && within(x[1], bounds) ? x : undefined;

const factorIn = (x: unknown, bounds: Bounds): Factor | undefined =>
  isNumber(x) ? (x >= 0 && within(x, bounds) && within(-x, bounds) ? x : undefined) : pairIn(x, bounds);
