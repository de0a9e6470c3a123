import { type StoredRange, checkRange, parseAugmentation } from "../../../data/index.ts";
import { parseClassWeights } from "../../../evaluate/index.ts";
import { parseRateCurve } from "../../../models/index.ts";
import {
  ABOVE_ZERO,
  type Parse,
  parseFlag,
  parseIf,
  parseLoss,
  parseModel,
  parseOneOf,
  parseOptimizer,
  parseWhole,
  parseWithin,
  readFields,
} from "../../../nn/index.ts";
import {
  areLengthChanges,
  batchNormStatisticsNames,
  parseMixingAlpha,
  parseMonitor,
  parseSampling,
} from "../../../train/index.ts";
import type { FileArchitecture } from "../../files/architecture.ts";
import { type TrainRequest, classFolderNames } from "../../requests.ts";

/** What of a training a file can say: all but where its results go. */
export type ConfiguredRequest = Omit<TrainRequest, "data" | "out" | "resume" | "tensorboard"> &
  Partial<Pick<TrainRequest, "data">>;

const text = parseIf("a text", (value): value is string => typeof value === "string" && value !== "");

const fromZero = parseWithin([0, Infinity]);
const aboveZero = parseWithin([ABOVE_ZERO, Infinity]);

const range: Parse<StoredRange> = (who, value) =>
  readFields(who, value, (f) =>
    checkRange(who, { min: f.whole("min", undefined, 0), max: f.whole("max", undefined, 0) }),
  );

/** A name or path, or the network itself. */
const model: Parse<string | FileArchitecture> = (who, value) => {
  if (typeof value === "string") return text(who, value);
  const parsed = parseModel(value, who);
  return { origin: "network", path: who, name: parsed.name, model: parsed, size: parsed.inputShape?.[0] };
};

const momentum = parseIf(
  "true or false, or a number from 0 to below 1",
  (value): value is boolean | number =>
    typeof value === "boolean" || (typeof value === "number" && value >= 0 && value < 1),
);

/** How each field is read, by its name in the request. */
const readers: { readonly [K in keyof ConfiguredRequest]-?: Parse<NonNullable<ConfiguredRequest[K]>> } = {
  data: text,
  model,
  size: parseWhole(1),
  range,
  epochs: parseWhole(1),
  minutes: aboveZero,
  lengths: parseIf("a list of changes { after, epochs }, of rising epochs", areLengthChanges),
  batch: parseWhole(1),
  optimizer: parseOptimizer,
  learningRate: aboveZero,
  schedule: parseRateCurve,
  warmupEpochs: fromZero,
  weightDecay: fromZero,
  clipNorm: (who, value) => (value === false ? value : aboveZero(who, value)),
  accumulate: parseWhole(1),
  ema: momentum,
  lookahead: parseFlag,
  classWeights: parseClassWeights,
  sampling: parseSampling,
  loss: parseLoss,
  labelSmoothing: parseWithin([0, 1]),
  mixup: parseMixingAlpha,
  cutmix: parseMixingAlpha,
  normalise: parseOneOf("standardize", "rescale"),
  seed: parseWhole(0),
  split: text,
  groupPattern: text,
  detect: parseFlag,
  batchNormStatistics: parseOneOf(...batchNormStatisticsNames),
  validation: parseWithin([ABOVE_ZERO, 1]),
  monitor: parseMonitor,
  patience: parseWhole(1),
  minDelta: fromZero,
  startFromEpoch: parseWhole(0),
  folds: parseWhole(2, 100),
  ensemble: parseFlag,
  augment: (who, value) => (typeof value === "string" ? text(who, value) : parseAugmentation(who, value)),
  classFolders: parseOneOf(...classFolderNames),
  mergeClasses: parseFlag,
  exact: parseFlag,
  threads: parseWhole(1),
};

/** Files say it as config.json does. */
const fieldOf = (key: string): string => (key === "batch" ? "batchSize" : key);

/** Reads the settings of a file; each may be left out. @throws naming the field, what it takes, and the nearest right word */
export const readSettings = (who: string, json: object): ConfiguredRequest =>
  readFields(who, json, (f) => {
    const read = (key: string, reader: Parse<unknown>): readonly [string, unknown][] =>
      Object.values(f.maybe(fieldOf(key), reader)).map((found) => [key, found]);
    return Object.fromEntries(Object.entries(readers).flatMap(([key, reader]) => read(key, reader)));
  });
