import { isObject, unknownName } from "../../../base/index.ts";
import { type Fields, readFields } from "../../model/fields.ts";
import { ABOVE_ZERO, parseFlag, parseWithin } from "../../model/values.ts";

interface FromLogits {
  /** The model ends without activation, and the loss applies the one that it needs to its outputs. @default false */
  readonly fromLogits?: boolean;
}

interface Smoothed extends FromLogits {
  /** Share of every target that is spread evenly over all classes, in [0, 1) (Szegedy et al. 2016, §7). @default 0 */
  readonly labelSmoothing?: number;
}

interface Focal extends Smoothed {
  /** Power of 1 - p that turns down examples that are predicted well, 0 or more. @default 2 */
  readonly gamma?: number;
}

/** -Σ t·ln p over the classes; labels are class indices [B]. */
export interface SparseCategoricalCrossentropy extends Smoothed {
  readonly type: "sparseCategoricalCrossentropy";
}

/** -Σ t·ln p over the classes; targets are rows [B, classes]. */
export interface CategoricalCrossentropy extends Smoothed {
  readonly type: "categoricalCrossentropy";
}

/** -Σ alpha·(1 - p)^gamma·t·ln p over the classes (Lin et al. 2017); class indices [B] or rows [B, classes]. */
export interface CategoricalFocalCrossentropy extends Focal {
  readonly type: "categoricalFocalCrossentropy";
  /** Factor of the loss, or one for each class; each 0 or more. @default 0.25 */
  readonly alpha?: number | readonly number[];
}

/** -t·ln p - (1 - t)·ln(1 - p), mean over the outputs; targets are rows [B, outputs]. */
export interface BinaryCrossentropy extends Smoothed {
  readonly type: "binaryCrossentropy";
}

/** Binary cross-entropy times (1 - q)^gamma, q the probability of the target (Lin et al. 2017); targets are rows [B, outputs]. */
export interface BinaryFocalCrossentropy extends Focal {
  readonly type: "binaryFocalCrossentropy";
  /** Weigh targets of 1 by `alpha`, those of 0 by 1 - alpha. @default false */
  readonly applyClassBalancing?: boolean;
  /** Weight of targets of 1 where classes are balanced, in [0, 1). @default 0.25 */
  readonly alpha?: number;
}

/** max(0, 1 + the largest output of another class - the output of the class); class indices [B] or rows [B, classes]. */
export interface CategoricalHinge {
  readonly type: "categoricalHinge";
}

/** (y - t)², mean over the outputs; targets have the outputs' shape. */
export interface MeanSquaredError {
  readonly type: "meanSquaredError";
}

/** |y - t|, mean over the outputs; targets have the outputs' shape. */
export interface MeanAbsoluteError {
  readonly type: "meanAbsoluteError";
}

/** (y - t)² / 2 where |y - t| is at most delta, delta·|y - t| - delta² / 2 beyond; targets have the outputs' shape (Huber 1964). */
export interface Huber {
  readonly type: "huber";
  /** Where the parabola turns into a line, above 0. @default 1 */
  readonly delta?: number;
}

/** A loss with its options, as plain data. */
export type LossSpec =
  | SparseCategoricalCrossentropy
  | CategoricalCrossentropy
  | CategoricalFocalCrossentropy
  | BinaryCrossentropy
  | BinaryFocalCrossentropy
  | CategoricalHinge
  | MeanSquaredError
  | MeanAbsoluteError
  | Huber;

/** Name of a loss, which stands for its defaults. */
export type LossName = LossSpec["type"];

/**
 * The loss that training minimises, by name with its defaults or with its options; names and definitions are Keras's.
 * @example
 * const loss: Loss = { type: "categoricalCrossentropy", labelSmoothing: 0.1 };
 */
export type Loss = LossName | LossSpec;

type OptionsOf<T> = Omit<T, "type">;

const unit = [0, 1] as const;

const positive = parseWithin([ABOVE_ZERO, Infinity]);

/** One number, or one for each class. */
function parseAlpha(who: string, value: unknown): number | readonly number[] {
  const parse = parseWithin([0, Infinity]);
  return Array.isArray(value)
    ? value.map((item: unknown, i) => parse(`${who}[${i}]`, item))
    : parse(who, value);
}

const smoothed = (f: Fields): Smoothed => ({
  ...f.maybe("labelSmoothing", parseWithin(unit)),
  ...f.maybe("fromLogits", parseFlag),
});

const focal = (f: Fields): Focal => ({ ...f.maybe("gamma", parseWithin([0, Infinity])), ...smoothed(f) });

/**
 * Cross-entropy of class indices [B] (Keras: SparseCategoricalCrossentropy; PyTorch: CrossEntropyLoss).
 * @default labelSmoothing 0, fromLogits false
 * @example
 * model.compile({ loss: sparseCategoricalCrossentropy({ labelSmoothing: 0.1 }) });
 */
export const sparseCategoricalCrossentropy = (
  options: OptionsOf<SparseCategoricalCrossentropy> = {},
): SparseCategoricalCrossentropy =>
  readFields("sparseCategoricalCrossentropy", options, (f) => ({
    type: "sparseCategoricalCrossentropy",
    ...smoothed(f),
  }));

/**
 * Cross-entropy of rows [B, classes] (Keras: CategoricalCrossentropy; PyTorch: CrossEntropyLoss).
 * @default labelSmoothing 0, fromLogits false
 * @example
 * model.compile({ loss: categoricalCrossentropy({ labelSmoothing: 0.1 }) });
 */
export const categoricalCrossentropy = (
  options: OptionsOf<CategoricalCrossentropy> = {},
): CategoricalCrossentropy =>
  readFields("categoricalCrossentropy", options, (f) => ({
    type: "categoricalCrossentropy",
    ...smoothed(f),
  }));

/**
 * Focal loss of class indices [B] or rows [B, classes] (Keras: CategoricalFocalCrossentropy).
 * @default alpha 0.25, gamma 2, labelSmoothing 0, fromLogits false
 * @example
 * model.compile({ loss: categoricalFocalCrossentropy({ gamma: 1.5, alpha: [1, 3] }) });
 */
export const categoricalFocalCrossentropy = (
  options: OptionsOf<CategoricalFocalCrossentropy> = {},
): CategoricalFocalCrossentropy =>
  readFields("categoricalFocalCrossentropy", options, (f) => ({
    type: "categoricalFocalCrossentropy",
    ...f.maybe("alpha", parseAlpha),
    ...focal(f),
  }));

/**
 * Cross-entropy of sigmoid outputs [B, outputs] (Keras: BinaryCrossentropy; PyTorch: BCELoss, BCEWithLogitsLoss).
 * @default labelSmoothing 0, fromLogits false
 * @example
 * model.compile({ loss: binaryCrossentropy({ labelSmoothing: 0.1 }) });
 */
export const binaryCrossentropy = (options: OptionsOf<BinaryCrossentropy> = {}): BinaryCrossentropy =>
  readFields("binaryCrossentropy", options, (f) => ({ type: "binaryCrossentropy", ...smoothed(f) }));

/**
 * Focal loss of sigmoid outputs [B, outputs] (Keras: BinaryFocalCrossentropy).
 * @default applyClassBalancing false, alpha 0.25, gamma 2, labelSmoothing 0, fromLogits false
 * @example
 * model.compile({ loss: binaryFocalCrossentropy({ gamma: 2, applyClassBalancing: true, alpha: 0.75 }) });
 */
export const binaryFocalCrossentropy = (
  options: OptionsOf<BinaryFocalCrossentropy> = {},
): BinaryFocalCrossentropy =>
  readFields("binaryFocalCrossentropy", options, (f) => ({
    type: "binaryFocalCrossentropy",
    ...f.maybe("applyClassBalancing", parseFlag),
    ...f.maybe("alpha", parseWithin(unit)),
    ...focal(f),
  }));

/**
 * Huber's loss (Keras: Huber; PyTorch: HuberLoss). @default delta 1
 * @example
 * model.compile({ loss: huber({ delta: 0.5 }) });
 */
export const huber = (options: OptionsOf<Huber> = {}): Huber =>
  readFields("huber", options, (f) => ({ type: "huber", ...f.maybe("delta", positive) }));

const bare =
  <T extends CategoricalHinge | MeanSquaredError | MeanAbsoluteError>(loss: T) =>
  (options: object): T =>
    readFields(loss.type, options, () => loss);

const makers: { readonly [T in LossName]: (options: object) => LossSpec } = {
  sparseCategoricalCrossentropy,
  categoricalCrossentropy,
  categoricalFocalCrossentropy,
  binaryCrossentropy,
  binaryFocalCrossentropy,
  categoricalHinge: bare({ type: "categoricalHinge" }),
  meanSquaredError: bare({ type: "meanSquaredError" }),
  meanAbsoluteError: bare({ type: "meanAbsoluteError" }),
  huber,
};

const isName = (name: unknown): name is LossName => typeof name === "string" && Object.hasOwn(makers, name);

/** Checks a loss that the user typed, by name or with options. @throws naming what does not fit */
export function parseLoss(who: string, value: unknown): Loss {
  if (isName(value)) return value;
  if (isObject(value) && isName(value["type"])) return makers[value["type"]](value);
  throw unknownName(who, value, Object.keys(makers));
}

/** A loss with its options; a name has none. */
export const lossSpec = (loss: Loss): LossSpec => (typeof loss === "string" ? makers[loss]({}) : loss);
