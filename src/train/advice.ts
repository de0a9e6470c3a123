/** What a piece of advice asks for; some of these contradict each other. */
export type AdviceAction =
  | "fix-data"
  | "change-learning-rate"
  | "train-longer"
  | "regularize"
  | "add-data"
  | "change-model"
  | "speed-up-input";

/** The epoch that a piece of advice is about. */
interface OfEpoch {
  /** From 1. */
  readonly epoch: number;
  /** Once training has ended: the epoch whose weights are kept, and whose metrics stand beside the advice. */
  readonly keptEpoch?: number;
}

/** Where accuracy and loss were measured: on the training set where nothing is validated on. */
export type MeasuredOn = "validation" | "training";

/**
 * What stands out in a training, with the numbers that it was decided by.
 * @example
 * const isSerious = (advice: TrainingAdvice): boolean => advice.code === "diverged";
 */
export type TrainingAdvice =
  | {
      readonly code: "diverged";
      readonly action: "change-learning-rate";
      /** The loss is null where it is no number. */
      readonly data: { readonly epoch: number; readonly step: number; readonly loss: number | null };
    }
  | {
      /** The loss is no number because the data holds one that is none. */
      readonly code: "not-finite";
      readonly action: "fix-data";
      /** Where the number stands, and since when the loss is none. */
      readonly data: {
        readonly epoch: number;
        /** Step in which the number came up; absent where it is one of the validation set. */
        readonly step?: number;
        readonly set: MeasuredOn;
        /** The inputs, or the labels. */
        readonly array: "x" | "y";
        /** Index along each axis, that of the example first. */
        readonly at: readonly number[];
        readonly value: "NaN" | "Infinity" | "-Infinity";
      };
    }
  | {
      readonly code: "dead-layer";
      readonly action: "change-learning-rate";
      /** The numbers that it was decided by. */
      readonly data: OfEpoch & { readonly layer: string };
    }
  | {
      readonly code: "not-learning";
      readonly action: "change-learning-rate";
      /** The numbers that it was decided by. */
      readonly data: OfEpoch & {
        readonly set: MeasuredOn;
        readonly accuracy: number;
        readonly loss: number;
        /** Accuracy of always predicting the largest class. */
        readonly majorityAccuracy: number;
        /** Of the exact binomial test that the accuracy is higher than that; 0.05 or more. */
        readonly p: number;
        /** Cross-entropy of predicting the class sizes; at most `loss`, also when both are printed. */
        readonly entropy: number;
        readonly classes: number;
      };
    }
  | {
      readonly code: "class-never-predicted";
      readonly action: "add-data";
      /** The numbers that it was decided by. */
      readonly data: OfEpoch & {
        readonly classes: readonly { readonly name: string; readonly images: number }[];
      };
    }
  | {
      /** Training accuracy is far above validation accuracy, and validation gains no more. */
      readonly code: "overfitting";
      readonly action: "regularize";
      /** The numbers that it was decided by. */
      readonly data: OfEpoch & AccuracyGap;
    }
  | {
      /** The same gap while validation still gains, or after few epochs. */
      readonly code: "generalization-gap";
      readonly action: "train-longer";
      /** The numbers that it was decided by. */
      readonly data: OfEpoch & AccuracyGap;
    }
  | {
      readonly code: "loss-still-falling";
      readonly action: "train-longer";
      /** The numbers that it was decided by. */
      readonly data: {
        /** The last one, from 1; as many were trained. */
        readonly epoch: number;
        readonly set: MeasuredOn;
        /** Lowest before the last epoch. */
        readonly from: number;
        readonly to: number;
      };
    }
  | {
      readonly code: "input-bound";
      readonly action: "speed-up-input";
      /** Fraction of the epoch's training time in which the engine waited. */
      readonly data: { readonly epoch: number; readonly stallFraction: number };
    };

interface AccuracyGap {
  readonly trainingAccuracy: number;
  readonly validationAccuracy: number;
}

/**
 * Names of the pieces of advice, stable across versions.
 * @example
 * const codes = ({ advice }: TrainingHistory): readonly AdviceCode[] => advice.map(({ code }) => code);
 */
export type AdviceCode = TrainingAdvice["code"];

/** The most serious first. */
const seriousness: Readonly<Record<AdviceCode, number>> = {
  "not-finite": 0,
  diverged: 1,
  "dead-layer": 2,
  "not-learning": 3,
  "class-never-predicted": 4,
  overfitting: 5,
  "generalization-gap": 6,
  "loss-still-falling": 7,
  "input-bound": 8,
};

/** Compares for a sort: the more serious piece of advice comes first. */
export const bySeriousness = (
  one: { readonly code: AdviceCode },
  other: { readonly code: AdviceCode },
): number => seriousness[one.code] - seriousness[other.code];

/** Who should change something before the next training should not be told to train the same for longer. */
const changesBeforeTraining: ReadonlySet<AdviceAction> = new Set([
  "fix-data",
  "change-learning-rate",
  "change-model",
  "regularize",
]);

/** What remains of some advice, in the same order, once "train longer" is left out beside whatever speaks against it. */
export function withoutContradictions<A extends { readonly action: AdviceAction }>(
  advice: readonly A[],
): readonly A[] {
  const changes = advice.some(({ action }) => changesBeforeTraining.has(action));
  return changes ? advice.filter(({ action }) => action !== "train-longer") : advice;
}
