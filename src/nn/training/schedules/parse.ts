import { isObject, unknownName } from "../../../base/index.ts";
import {
  constantRate,
  cosine,
  cosineRestarts,
  exponentialDecay,
  multiStepDecay,
  oneCycle,
  plateau,
  polynomialDecay,
  stepDecay,
} from "./makers.ts";
import type { LearningRateSchedule } from "./types.ts";

/** Makers check every option whatever its type says, as they do for JavaScript; a method's parameters may be narrower. */
interface Maker {
  make(options: object): LearningRateSchedule;
}

const makers: { readonly [T in LearningRateSchedule["type"]]: Maker } = {
  constant: { make: constantRate },
  cosine: { make: cosine },
  cosineRestarts: { make: cosineRestarts },
  oneCycle: { make: oneCycle },
  exponentialDecay: { make: exponentialDecay },
  stepDecay: { make: stepDecay },
  multiStepDecay: { make: multiStepDecay },
  polynomialDecay: { make: polynomialDecay },
  plateau: { make: plateau },
};

const isName = (name: unknown): name is LearningRateSchedule["type"] =>
  typeof name === "string" && Object.hasOwn(makers, name);

/** A schedule from JSON, or as it is. @throws FoveaError naming what does not fit */
export function parseSchedule(who: string, value: unknown): LearningRateSchedule {
  if (isObject(value) && isName(value["type"])) return makers[value["type"]].make(value);
  throw unknownName(who, value, Object.keys(makers));
}
