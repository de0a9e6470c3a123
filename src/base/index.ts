export { addAt, at, entryIn, entryOf, float64At, int32At, uint8At } from "./at.ts";
export { type NdArray, type Numbers, type Tuple, mapTuple, ndarray, sameNumbers } from "./array.ts";
export { type Fault, FoveaError, fault, isRefusal, reasonOf } from "./errors.ts";
export { faultOfThread, shortageFault } from "./shortage.ts";
export { type NonFinite, firstNonFinite } from "./nonFinite.ts";
export { type JsonObject, isObject } from "./json.ts";
export {
  type Hints,
  checkIsOptions,
  checkNumber,
  checkOptions,
  showValue,
  bareWord,
  unknownName,
  unknownOption,
} from "./options.ts";
export { type ArrayInput, type NestedNumbers, toNdArray } from "./lists.ts";
export { binomialTail } from "./binomial.ts";
export { groupBy } from "./group.ts";
export { isSameName, nameFinder } from "./names.ts";
export { nearestName } from "./nearest.ts";
export { printableData, printableJson, printableText } from "./printable.ts";
export { type Random, mixBits, portableExp, portableLog, seeded } from "./random.ts";
export { mapValues } from "./record.ts";
export { type Shape, sameShape, showShape, sizeOf, stridesOf } from "./shape.ts";
export { type Spread, lowerBound, median, spreadOf } from "./statistics.ts";
export { yieldToEventLoop } from "./yield.ts";
export {
  bytesText,
  comparedBytes,
  countText,
  kebabCase,
  snakeCase,
  decimalText,
  durationText,
  listText,
  type ParameterCount,
  lossRangeText,
  lossText,
  pValueText,
  parametersText,
  percentOf,
  percentText,
  plural,
  pointsText,
  rangeText,
  rateText,
  signedRangeText,
  significantText,
  wholePercent,
} from "./words.ts";
