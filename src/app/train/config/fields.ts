import { fault, showValue } from "../../../base/index.ts";
import { type StoredRange, checkRange, parseAugmentation } from "../../../data/index.ts";
import { parseClassWeights } from "../../../evaluate/index.ts";
import { parseRateCurve } from "../../../models/index.ts";
import { parseModel, parseOptimizer, readFields } from "../../../nn/index.ts";
import { batchNormStatisticsNames, monitorNames, parseSampling } from "../../../train/index.ts";
import type { FileArchitecture } from "../../files/architecture.ts";
import { type TrainRequest, classFolderNames } from "../../requests.ts";

/** What of a training a file can say: all but where its results go. */
export type ConfiguredRequest = Omit<TrainRequest, "data" | "out" | "resume" | "tensorboard"> &
  Partial<Pick<TrainRequest, "data">>;

/** Checks one value; `who` names the file and the field. */
type Read<T> = (who: string, value: unknown) => T;

/** Values of one kind, told in words. */
const value =
  <T>(expected: string, fits: (value: unknown) => value is T): Read<T> =>
  (who, value) => {
    if (fits(value)) return value;
    throw fault(who, { expected, received: showValue(value), exitCode: 2 });
  };

const text = value("a text", (value): value is string => typeof value === "string" && value !== "");

const flag = value("true or false", (value): value is boolean => typeof value === "boolean");

const whole = (min: number, max: number = Number.MAX_SAFE_INTEGER): Read<number> =>
  value(
    max < Number.MAX_SAFE_INTEGER ? `a whole number from ${min} to ${max}` : `a whole number from ${min}`,
    (value): value is number => Number.isSafeInteger(value) && Number(value) >= min && Number(value) <= max,
  );

const fromZero = value("a number from 0", (value): value is number => isNumber(value) && value >= 0);

const aboveZero = value("a number above 0", (value): value is number => isNumber(value) && value > 0);

const isNumber = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);

const oneOf = <T extends string>(...names: readonly T[]): Read<T> =>
  value(names.join(" or "), (value): value is T => names.some((name) => name === value));

const range: Read<StoredRange> = (who, value) =>
  readFields(who, value, (f) =>
    checkRange(who, { min: f.whole("min", undefined, 0), max: f.whole("max", undefined, 0) }),
  );

/** A name or path, or the network itself. */
const model: Read<string | FileArchitecture> = (who, value) => {
  if (typeof value === "string") return text(who, value);
  const parsed = parseModel(value, who);
  return { origin: "network", path: who, name: parsed.name, model: parsed, size: parsed.inputShape?.[0] };
};

const fraction = value(
  "a number above 0 and below 1",
  (value): value is number => isNumber(value) && value > 0 && value < 1,
);

const momentum: Read<true | number> = (who, given) => {
  const momentum = value(
    "true, or a number from 0 to below 1",
    (value): value is true | number => value === true || (isNumber(value) && value >= 0 && value < 1),
  );
  return momentum(who, given);
};

/** How each field is read, by its name in the request. */
const readers: { readonly [K in keyof ConfiguredRequest]-?: Read<NonNullable<ConfiguredRequest[K]>> } = {
  data: text,
  model,
  size: whole(1),
  range,
  epochs: whole(1),
  batch: whole(1),
  optimizer: parseOptimizer,
  learningRate: aboveZero,
  schedule: parseRateCurve,
  warmupEpochs: fromZero,
  weightDecay: fromZero,
  clipNorm: aboveZero,
  accumulate: whole(1),
  ema: momentum,
  lookahead: flag,
  classWeights: parseClassWeights,
  sampling: parseSampling,
  normalise: oneOf("standardize", "rescale"),
  seed: whole(0),
  split: text,
  groupPattern: text,
  detect: flag,
  batchNormStatistics: oneOf(...batchNormStatisticsNames),
  validation: fraction,
  monitor: oneOf(...monitorNames),
  patience: whole(1),
  minDelta: fromZero,
  startFromEpoch: whole(0),
  folds: whole(2, 100),
  augment: (who, value) => (typeof value === "string" ? text(who, value) : parseAugmentation(who, value)),
  classFolders: oneOf(...classFolderNames),
  mergeClasses: flag,
  exact: flag,
  threads: whole(1),
};

/** Files say it as config.json does. */
const fieldOf = (key: string): string => (key === "batch" ? "batchSize" : key);

/** Reads the settings of a file; each may be left out. @throws naming the field, what it takes, and the nearest right word */
export const readSettings = (who: string, json: object): ConfiguredRequest =>
  readFields(who, json, (f) => {
    const read = (key: string, reader: Read<unknown>): readonly [string, unknown][] =>
      Object.values(f.maybe(fieldOf(key), reader)).map((found) => [key, found]);
    return Object.fromEntries(Object.entries(readers).flatMap(([key, reader]) => read(key, reader)));
  });
