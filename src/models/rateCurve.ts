import { isObject, unknownName } from "../base/index.ts";
import {
  ABOVE_ZERO,
  type Fields,
  type LearningRateSchedule,
  type MomentumRange,
  type Plateau,
  constantRate,
  cosine,
  cosineRestarts,
  exponentialDecay,
  learningRateAt,
  multiStepDecay,
  oneCycle,
  parseFlag,
  parseMilestones,
  parseOneOf,
  parseWhole,
  parseWithin,
  plateau,
  polynomialDecay,
  readFields,
  readPlateau,
  stepDecay,
} from "../nn/index.ts";

/** What a schedule in epochs may begin with. */
interface Warmup {
  /** Epochs of a straight line up to the full rate, 0 or more, parts of an epoch too; the schedule itself begins after them. @default 0 */
  readonly warmupEpochs?: number;
}

/** The full rate throughout. */
interface ConstantCurve extends Warmup {
  readonly type: "constant";
}

/** Half a cosine from the full rate down to `alpha` times it at the last epoch. */
interface CosineCurve extends Warmup {
  readonly type: "cosine";
  /** Fraction of the rate at the end, in [0, 1). @default 0 */
  readonly alpha?: number;
}

/** Half cosines one after the other. */
interface CosineRestartsCurve extends Warmup {
  readonly type: "cosineRestarts";
  /** Epochs of the first one, above 0. @default a seventh of all epochs, for waves of 1, 2 and 4 sevenths */
  readonly firstEpochs?: number;
  /** Factor of the length of each next one, 1 or more. @default 2 */
  readonly tMul?: number;
  /** Factor of the height of each next one, above 0. @default 1 */
  readonly mMul?: number;
  /** Fraction of the full rate at the end of each, in [0, 1). @default 0 */
  readonly alpha?: number;
}

/** Up to the full rate and down to next to nothing (Smith & Topin 2018). */
interface OneCycleCurve extends Warmup {
  readonly type: "oneCycle";
  /** Part of the training for the way up, in (0, 1), where `warmupEpochs` does not say it. @default 0.3 */
  readonly warmupFraction?: number;
  /** @default "cosine" */
  readonly anneal?: "cosine" | "linear";
  /** The first rate is the full one by this, 1 or more. @default 25 */
  readonly divFactor?: number;
  /** The last rate is the first one by this, 1 or more. @default 10000 */
  readonly finalDivFactor?: number;
  /** Down to the first rate as fast as up, and then on to the last one. @default false */
  readonly threePhase?: boolean;
  /** Cycle the optimiser's momentum (beta1) against the rate. @default it stays */
  readonly momentum?: MomentumRange;
}

/** The rate times `factor` after every so many epochs. */
interface StepCurve extends Warmup {
  readonly type: "step";
  /** Epochs of one rate, a whole number from 1. @default a third of all epochs */
  readonly every?: number;
  /** 0 or more. @default 0.1 */
  readonly factor?: number;
}

/** The rate times `factor` after each of some epochs. */
interface MultiStepCurve extends Warmup {
  readonly type: "multiStep";
  /** Epochs after which the rate changes, whole numbers from 1, rising. @default after half and three quarters of all epochs */
  readonly milestones?: readonly number[];
  /** 0 or more. @default 0.1 */
  readonly factor?: number;
}

/** The rate times `decayRate` for every epoch. */
interface ExponentialCurve extends Warmup {
  readonly type: "exponential";
  /** Factor of an epoch, above 0. @default what leaves a hundredth of the rate at the end */
  readonly decayRate?: number;
  /** Change at the end of epochs alone. @default false */
  readonly staircase?: boolean;
}

/** Down to `alpha` times the rate at the last epoch, along (1 - progress)^power. */
interface PolynomialCurve extends Warmup {
  readonly type: "polynomial";
  /** Above 0; 1: a straight line. @default 1 */
  readonly power?: number;
  /** Fraction of the rate at the end, in [0, 1). @default 0 */
  readonly alpha?: number;
}

/** The rate times `factor` once validation has not become better for some epochs. */
interface PlateauCurve extends Warmup, Omit<Plateau, "type" | "warmupSteps"> {
  readonly type: "plateau";
}

/** A learning-rate schedule in epochs, for a length of training that is not known yet. */
export type RateCurve =
  | ConstantCurve
  | CosineCurve
  | CosineRestartsCurve
  | OneCycleCurve
  | StepCurve
  | MultiStepCurve
  | ExponentialCurve
  | PolynomialCurve
  | PlateauCurve;

const fraction = [0, 1] as const;
const aboveZero = [ABOVE_ZERO, Infinity] as const;
const fromOne = [1, Infinity] as const;

const momentum = (who: string, value: unknown): MomentumRange =>
  readFields(who, value, (f) => ({
    min: f.within("min", fraction, 0.85),
    max: f.within("max", fraction, 0.95),
  }));

type Reader<T> = (f: Fields) => T;

const readers: { readonly [T in RateCurve["type"]]: Reader<Extract<RateCurve, { readonly type: T }>> } = {
  constant: () => ({ type: "constant" }),
  cosine: (f) => ({ type: "cosine", ...f.maybe("alpha", parseWithin(fraction)) }),
  cosineRestarts: (f) => ({
    type: "cosineRestarts",
    ...f.maybe("firstEpochs", parseWithin(aboveZero)),
    ...f.maybe("tMul", parseWithin(fromOne)),
    ...f.maybe("mMul", parseWithin(aboveZero)),
    ...f.maybe("alpha", parseWithin(fraction)),
  }),
  oneCycle: (f) => ({
    type: "oneCycle",
    ...f.maybe("warmupFraction", parseWithin([ABOVE_ZERO, 1])),
    ...f.maybe("anneal", parseOneOf("cosine", "linear")),
    ...f.maybe("divFactor", parseWithin(fromOne)),
    ...f.maybe("finalDivFactor", parseWithin(fromOne)),
    ...f.maybe("threePhase", parseFlag),
    ...f.maybe("momentum", momentum),
  }),
  step: (f) => ({
    type: "step",
    ...f.maybe("every", parseWhole(1)),
    ...f.maybe("factor", parseWithin([0, Infinity])),
  }),
  multiStep: (f) => ({
    type: "multiStep",
    ...f.maybe("milestones", parseMilestones),
    ...f.maybe("factor", parseWithin([0, Infinity])),
  }),
  exponential: (f) => ({
    type: "exponential",
    ...f.maybe("decayRate", parseWithin(aboveZero)),
    ...f.maybe("staircase", parseFlag),
  }),
  polynomial: (f) => ({
    type: "polynomial",
    ...f.maybe("power", parseWithin(aboveZero)),
    ...f.maybe("alpha", parseWithin(fraction)),
  }),
  plateau: (f) => ({ type: "plateau", ...readPlateau(f) }),
};

const isName = (name: unknown): name is RateCurve["type"] =>
  typeof name === "string" && Object.hasOwn(readers, name);

/** Every type of schedule in epochs. */
export const rateCurveNames: readonly RateCurve["type"][] = Object.keys(readers).filter(isName);

/** A schedule in epochs from its name, or from JSON. @throws FoveaError naming what does not fit */
export function parseRateCurve(who: string, value: unknown): RateCurve {
  if (isName(value)) return readCurve(value, { type: value });
  if (isObject(value)) {
    const { type } = value;
    if (isName(type)) return readCurve(type, value);
    // Written by earlier versions.
    if (type === "warmupCosine") return readCurve("cosine", { ...value, type: "cosine" });
  }
  throw unknownName(who, value, rateCurveNames);
}

const readCurve = (type: RateCurve["type"], options: object): RateCurve =>
  readFields(`schedule ${type}`, options, (f) => ({
    ...readers[type](f),
    ...f.maybe("warmupEpochs", parseWithin([0, Infinity])),
  }));

/** How long a training is. */
export interface TrainingLength {
  readonly epochs: number;
  /** Steps of the optimiser. */
  readonly stepsPerEpoch: number;
}

/** The schedule of a training of that length. */
export function scheduleOf(
  curve: RateCurve,
  { epochs, stepsPerEpoch }: TrainingLength,
): LearningRateSchedule {
  const totalSteps = epochs * stepsPerEpoch;
  const { warmupEpochs = 0 } = curve;
  const warmupSteps = Math.min(Math.ceil(warmupEpochs * stepsPerEpoch), totalSteps - 1);
  const warmup = warmupSteps > 0 ? { warmupSteps } : {};
  switch (curve.type) {
    case "constant":
      return constantRate(warmup);
    case "cosine":
      return cosine({ totalSteps, ...warmup, ...given(curve, ["alpha"]) });
    case "cosineRestarts": {
      const firstSteps = Math.max(1, Math.round((curve.firstEpochs ?? epochs / 7) * stepsPerEpoch));
      return cosineRestarts({ firstSteps, ...warmup, ...given(curve, ["tMul", "mMul", "alpha"]) });
    }
    case "oneCycle":
      return oneCycle({
        totalSteps,
        ...given(curve, [
          "warmupFraction",
          "anneal",
          "divFactor",
          "finalDivFactor",
          "threePhase",
          "momentum",
        ]),
        ...(warmupSteps > 0 && { warmupFraction: warmupSteps / totalSteps }),
      });
    case "step": {
      const every = (curve.every ?? Math.ceil(epochs / 3)) * stepsPerEpoch;
      return stepDecay({ every, ...warmup, ...given(curve, ["factor"]) });
    }
    case "multiStep": {
      const milestones = curve.milestones?.map((epoch) => epoch * stepsPerEpoch) ?? [
        ...new Set([0.5, 0.75].map((part) => Math.max(1, Math.round(part * totalSteps)))),
      ];
      return multiStepDecay({ milestones, ...warmup, ...given(curve, ["factor"]) });
    }
    case "exponential": {
      const { decayRate = hundredthIn(epochs) } = curve;
      return exponentialDecay({
        decaySteps: stepsPerEpoch,
        decayRate,
        ...warmup,
        ...given(curve, ["staircase"]),
      });
    }
    case "polynomial":
      return polynomialDecay({ totalSteps, ...warmup, ...given(curve, ["power", "alpha"]) });
    case "plateau": {
      const { type: _, warmupEpochs: __, ...options } = curve;
      return plateau({ ...options, ...warmup });
    }
    default:
      return curve satisfies never;
  }
}

/** The factor that leaves a hundredth after so many times: the same bits on every machine. */
const hundredthIn = (times: number): number =>
  learningRateAt(exponentialDecay({ decaySteps: times, decayRate: 0.01 }), 1, 2);

/** The fields of a record that are there. */
function given<T extends object, K extends keyof T>(
  record: T,
  keys: readonly K[],
): { [P in K]?: NonNullable<T[P]> } {
  const found: { [P in K]?: NonNullable<T[P]> } = {};
  for (const key of keys) {
    const value = record[key];
    if (value !== undefined && value !== null) found[key] = value;
  }
  return found;
}
