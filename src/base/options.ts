import { type FoveaError, fault } from "./errors.ts";
import { isObject } from "./json.ts";
import { nearestName } from "./nearest.ts";

/** Letters and digits alone: batch_size, batch-size and batchSize are one word. */
export const bareWord = (word: string): string => word.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");

/** Words of Keras, scikit-learn and PyTorch that no edit leads to, and ours for the same thing. */
const synonyms: Readonly<Record<string, string>> = {
  lr: "learningRate",
  batch: "batchSize",
  randomstate: "seed",
  seed: "randomState",
  imagesize: "size",
  targetsize: "size",
  inputsize: "size",
  outchannels: "filters",
  channels: "filters",
  kernelsize: "poolSize",
  kernel: "kernelSize",
  outfeatures: "units",
  p: "rate",
  numclasses: "classes",
  topk: "top",
  k: "top",
  workers: "threads",
  classes: "classNames",
  labels: "classNames",
  alpha: "negativeSlope",
  bias: "useBias",
  depthwiseinitializer: "kernelInitializer",
  depthwiseregularizer: "kernelRegularizer",
  eps: "epsilon",
  mode: "interpolation",
  numgroups: "groups",
  prob: "rate",
  scalefactor: "size",
  std: "stddev",
};

/** What to do instead, for words that other libraries know and this one does not. */
export type Hints = Readonly<Record<string, string>>;

/** The error for an option that a function does not know: names those that it does, and the nearest. */
export function unknownOption(
  who: string,
  key: string,
  { known, hints = {} }: { readonly known: readonly string[]; readonly hints?: Hints },
): FoveaError {
  const hint = Object.entries(hints).find(([word]) => bareWord(word) === bareWord(key))?.[1];
  const same = known.find((word) => bareWord(word) === bareWord(key) || word === synonyms[bareWord(key)]);
  const nearest = same ?? nearestName(key, known);
  const fix = hint ?? (nearest === undefined ? undefined : `use ${nearest}`);
  return fault(`${who}: ${key}`, {
    expected: known.length > 0 ? `one of ${known.join(", ")}` : "no options",
    received: `"${key}"`,
    ...(fix !== undefined && { fix }),
    exitCode: 2,
  });
}

/** The error for a value that is none of some names, nor an object with one as its `type`: names them, and the nearest. */
export function unknownName(who: string, value: unknown, names: readonly string[]): FoveaError {
  const isTyped = isObject(value) && "type" in value;
  const word = isTyped ? value["type"] : value;
  const nearest = typeof word === "string" ? nearestName(word, names) : undefined;
  return fault(who, {
    expected: `one of ${names.join(", ")}`,
    received: isTyped ? `type ${showValue(word)}` : showValue(value),
    ...(nearest !== undefined && { fix: `use ${nearest}` }),
    exitCode: 2,
  });
}

/** A value as an error shows it: short ones whole, of others their kind. */
export function showValue(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  if (typeof value === "function") return "a function";
  const kind = typeof value === "object" && value ? value.constructor?.name : undefined;
  const text =
    kind === undefined || kind === "Object" || kind === "Array" ? JSON.stringify(value) : undefined;
  if (text !== undefined && text.length <= maxShown) return text;
  return Array.isArray(value) ? `a list of ${value.length}` : `a value of type ${kind ?? typeof value}`;
}

/** @throws FoveaError when plain JavaScript gives something else for a number, such as an object of options */
export function checkNumber(who: string, value: number): void {
  if (typeof value === "number") return;
  throw fault(who, { expected: "a number", received: showValue(value), exitCode: 2 });
}

/** Characters of a value in an error. */
const maxShown = 60;

/** Whether a value can hold options: an object, and no list or array of numbers. */
const holdsOptions = (value: unknown): value is object => isObject(value) && !ArrayBuffer.isView(value);

/** @throws FoveaError when a value is no object of options; `first` is the option to show as an example */
export function checkIsOptions(
  who: string,
  given: unknown,
  first: string | undefined,
): asserts given is object {
  if (holdsOptions(given)) return;
  const value = typeof given === "number" || typeof given === "string" ? showValue(given) : "…";
  throw fault(who, {
    expected: `an object of options${first === undefined ? "" : `, such as { ${first}: ${value} }`}`,
    received: showValue(given),
    exitCode: 2,
  });
}

/**
 * Checks that options are an object and all known. TypeScript sees to it that `known` holds every option of the type.
 * @throws FoveaError naming the nearest one
 */
export function checkOptions<T extends object>(
  who: string,
  options: T,
  known: Readonly<Record<keyof T, true>>,
  hints: Hints = {},
): void {
  const names = Object.keys(known);
  checkIsOptions(who, options, names[0]);
  const unknown = Object.keys(options).find((key) => !names.includes(key));
  if (unknown !== undefined) throw unknownOption(who, unknown, { known: names, hints });
}
