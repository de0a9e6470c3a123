import { fault } from "../../base/index.ts";

/** Reads a whole number from `least` to `most`; anything else is wrong use of the option. */
export const wholeNumber =
  (option: string, least: number, most: number = Number.MAX_SAFE_INTEGER) =>
  (text: string): number => {
    const x = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (Number.isSafeInteger(x) && x >= least && x <= most) return x;
    const range = most < Number.MAX_SAFE_INTEGER ? `from ${least} to ${most}` : `${least} or more`;
    throw wrongUse(option, `a whole number, ${range}`, text);
  };

/** Reads a number above 0 and, where given, below `below`. */
export const positiveNumber =
  (option: string, below?: number) =>
  (text: string): number => {
    const x = text.trim() === "" ? Number.NaN : Number(text);
    if (Number.isFinite(x) && x > 0 && (below === undefined || x < below)) return x;
    throw wrongUse(
      option,
      below === undefined ? "a number above 0" : `a number above 0 and below ${below}`,
      text,
    );
  };

/** Reads one of a few names. */
export const oneOf =
  <T extends string>(option: string, names: readonly T[]) =>
  (text: string): T => {
    const found = names.find((name) => name === text);
    if (found !== undefined) return found;
    throw wrongUse(option, names.join(", "), text);
  };

const wrongUse = (option: string, expected: string, text: string): Error =>
  fault(option, { expected, received: `"${text}"`, exitCode: 2 });
