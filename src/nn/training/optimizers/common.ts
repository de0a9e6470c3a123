import { fault } from "../../../base/index.ts";
import { type Fields, readFields } from "../../model/fields.ts";
import { ABOVE_ZERO, parseFlag, parseIf, parseWhole, parseWithin } from "../../model/values.ts";

/** Averages fast weights into slow ones at times, and continues from those (Zhang et al. 2019). */
export interface Lookahead {
  /** Steps of the optimiser between two averages, a whole number from 1; the end of an epoch is one too. @default 6 */
  readonly syncPeriod?: number;
  /** How far the slow weights go towards the fast ones, above 0 and at most 1. @default 0.5 */
  readonly slowStepSize?: number;
  /**
   * Let the slow weights keep little of themselves at first: at a fraction p of all steps they keep p^rampPower of what
   * `slowStepSize` leaves them (Jordan 2024: 3). A whole number from 1. @default the same at all steps
   */
  readonly rampPower?: number;
}

/** What every optimiser may be given; names and rules of Keras's optimisers, but for `lookahead` and what is said to differ. */
export interface OptimizerOptions {
  /** Size of the steps, 0 or more; a schedule scales it. */
  readonly learningRate: number;
  /** Decay of weights: at each step w -= learningRate · weightDecay · w besides the optimiser's own step; 0 or more. @default none */
  readonly weightDecay?: number;
  /**
   * Whether the decay stands beside the step, as in Keras and AdamW. If not, weightDecay · w is added to the gradient, as PyTorch's SGD
   * and Adam have it. @default true
   */
  readonly decoupledWeightDecay?: boolean;
  /** Parameters without decay: all but the kernels of convolutions and dense layers. @default none is excluded, as in Keras */
  readonly excludeFromWeightDecay?: "biasesAndNorms";
  /** The gradient of each parameter shrinks so that the root of the sum of its squares is at most this, above 0. @default none */
  readonly clipNorm?: number;
  /** All gradients shrink together so that the root of the sum of all squares is at most this, above 0. @default none */
  readonly globalClipNorm?: number;
  /** Each number of a gradient is brought to between -clipValue and clipValue, above 0. @default none */
  readonly clipValue?: number;
  /**
   * Batches whose gradients make up one step, a whole number from 1: their mean over the examples. A group ends with its epoch, so
   * the last one may have fewer batches. @default 1
   */
  readonly gradientAccumulationSteps?: number;
  /**
   * Keep an exponential moving average (EMA) of the weights and of batch norm's statistics: validation, the best epoch and the final
   * model use it; training continues from the weights themselves. @default false
   */
  readonly useEma?: boolean;
  /** Part of the average that is kept at each step, in [0, 1). @default 0.99 */
  readonly emaMomentum?: number;
  /** At step t keep no more than (1 + t) / (10 + t) of the average, so that it forgets the beginning. @default false */
  readonly emaWarmup?: boolean;
  /** Keep slow weights beside the fast ones. @default none */
  readonly lookahead?: Lookahead;
}

/** What a maker of an optimiser may be given: its own fields, and those of all. */
export type OptionsOf<T> = Partial<Omit<T, "type">>;

/** Half-open ranges for numbers. */
export const positive = [0, Infinity] as const;
export const unit = [0, 1] as const;

const aboveZero = parseWithin([ABOVE_ZERO, Infinity]);

const parseExcluded = parseIf(
  '"biasesAndNorms"',
  (value): value is "biasesAndNorms" => value === "biasesAndNorms",
);

const parseStepSize = parseIf(
  "a number above 0, at most 1",
  (value): value is number => typeof value === "number" && value > 0 && value <= 1,
);

const parseLookahead = (who: string, value: unknown): Lookahead =>
  readFields(who, value, (f) => ({
    ...f.maybe("syncPeriod", parseWhole(1)),
    ...f.maybe("slowStepSize", parseStepSize),
    ...f.maybe("rampPower", parseWhole(1)),
  }));

/** Reads what all optimisers share. @throws naming a field that does not fit, or a second kind of clipping */
export const readCommon = (f: Fields, learningRate: number): OptimizerOptions =>
  checkClipping({
    learningRate: f.within("learningRate", positive, learningRate),
    ...f.maybe("weightDecay", parseWithin(positive)),
    ...f.maybe("decoupledWeightDecay", parseFlag),
    ...f.maybe("excludeFromWeightDecay", parseExcluded),
    ...f.maybe("clipNorm", aboveZero),
    ...f.maybe("globalClipNorm", aboveZero),
    ...f.maybe("clipValue", aboveZero),
    ...f.maybe("gradientAccumulationSteps", parseWhole(1)),
    ...f.maybe("useEma", parseFlag),
    ...f.maybe("emaMomentum", parseWithin(unit)),
    ...f.maybe("emaWarmup", parseFlag),
    ...f.maybe("lookahead", parseLookahead),
  });

function checkClipping(options: OptimizerOptions): OptimizerOptions {
  const given = (["clipNorm", "globalClipNorm", "clipValue"] as const).filter((name) => name in options);
  if (given.length <= 1) return options;
  throw fault("optimizer", {
    expected: "one of clipNorm, globalClipNorm and clipValue",
    received: given.join(" and "),
    exitCode: 2,
  });
}
