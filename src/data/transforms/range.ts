import { fault, showValue } from "../../base/index.ts";
import type { PrepareTransform, StoredRange } from "./types.ts";

/** Highest value that a file with 8 bits a value holds. */
export const maxOf8Bits = 255;
const maxOf16Bits = 65_535;

/** @throws when the ends are no whole numbers from 0 to 65,535, the first below the second */
export function checkRange(who: string, { min, max }: StoredRange): StoredRange {
  const isEnd = (value: number): boolean => Number.isInteger(value) && value >= 0 && value <= maxOf16Bits;
  if (isEnd(min) && isEnd(max) && min < max) return { min, max };
  throw fault(who, {
    expected: "two whole numbers from 0 to 65535, the lower one first",
    received: `${showValue(min)} and ${showValue(max)}`,
    exitCode: 2,
  });
}

/** The range of stored values that the steps begin with; nothing where files are read as usual. */
export function rangeOf(transforms: readonly PrepareTransform[]): StoredRange | undefined {
  const [first] = transforms;
  return first?.type === "range" ? { min: first.min, max: first.max } : undefined;
}

/** The steps with a range before them, where there is one. */
export const withRange = (
  range: StoredRange | undefined,
  steps: readonly PrepareTransform[],
): readonly PrepareTransform[] => (range ? [{ type: "range", ...range }, ...steps] : steps);

/** The byte of each stored value from 0 to `last`: (value - min) · 255 / (max - min), to the nearest, at least 0 and at most 255. */
export function bytesOfRange({ min, max }: StoredRange, last: number): Uint8Array {
  return Uint8Array.from({ length: last + 1 }, (_, value) =>
    // Halves go up; of whole numbers, so that no rounding of the quotient decides.
    Math.min(Math.max(Math.floor((2 * 255 * (value - min) + (max - min)) / (2 * (max - min))), 0), 255),
  );
}
