import { fault, nearestName, showValue } from "../../base/index.ts";

/** Checks one value that may come from a JSON file; `who` is what an error should name. */
export type Parse<T> = (who: string, value: unknown) => T;

/** Values that fit; `expected` says in words which these are. */
export const parseIf =
  <T>(expected: string, fits: (value: unknown) => value is T): Parse<T> =>
  (who, value) => {
    if (fits(value)) return value;
    throw fault(who, { expected, received: showValue(value), exitCode: 2 });
  };

/** true or false. */
export const parseFlag: Parse<boolean> = parseIf(
  "true or false",
  (value): value is boolean => typeof value === "boolean",
);

/** Any finite number. */
export const parseNumber: Parse<number> = parseIf("a number", (value): value is number =>
  Number.isFinite(value),
);

/** A whole number from `min` to `max`. */
export const parseWhole = (min: number, max: number = Number.MAX_SAFE_INTEGER): Parse<number> =>
  parseIf(
    `a whole number from ${min}${max < Number.MAX_SAFE_INTEGER ? ` to ${max}` : ""}`,
    (value): value is number => Number.isSafeInteger(value) && Number(value) >= min && Number(value) <= max,
  );

/** Where the range of a number above 0 begins. */
export const ABOVE_ZERO = Number.MIN_VALUE;

/** A number in the half-open range [from, below). */
export const parseWithin = ([from, below]: readonly [number, number]): Parse<number> => {
  const least = from === ABOVE_ZERO ? "a number above 0" : `a number from ${from}`;
  const end = from === ABOVE_ZERO ? " and below" : " to below";
  return parseIf(
    below === Infinity ? least : `${least}${end} ${below}`,
    (value): value is number => typeof value === "number" && value >= from && value < below,
  );
};

/** One of a few texts; the error names the nearest. */
export const parseOneOf =
  <T extends string>(...names: readonly T[]): Parse<T> =>
  (who, value) => {
    const found = names.find((name) => name === value);
    if (found !== undefined) return found;
    const nearest = typeof value === "string" ? nearestName(value, names) : undefined;
    throw fault(who, {
      expected: `one of ${names.join(", ")}`,
      received: showValue(value),
      ...(nearest !== undefined && { fix: `use ${nearest}` }),
      exitCode: 2,
    });
  };
