/** Metrics that follow from sums over the images; null where the denominator is 0. */
export interface SummedMetrics {
  /** Fraction of the images whose predicted class is the true one. */
  readonly accuracy: number;
  /** Mean recall of the classes that have images. */
  readonly balancedAccuracy: number;
  /** Plain mean over all classes, those without images too. */
  readonly macroF1: number;
  /** Mean cross-entropy, in nats. */
  readonly loss: number;
  /** Brier score: mean squared distance from the one-hot truth, in [0, 2]; halved for two classes. */
  readonly brier: number;
  /** Cohen's kappa: agreement beyond what the class shares alone would bring; at most 1. */
  readonly kappa: number | null;
  /** Expected calibration error: mean distance of confidence and accuracy over 15 bins of equal width. */
  readonly ece: number;
}

/** How well a class's probability ranks its images before the others. */
export interface Areas {
  /**
   * Area under the ROC curve: the chance that an image of the class gets a higher probability than one of
   * another; equal ones count half. Null where the class has no images, or all of them.
   */
  readonly rocAuc: number | null;
  /** Mean precision over the thresholds, weighted by the recall that each adds. Null where the class has no images. */
  readonly averagePrecision: number | null;
}

/** Curves of one class against the rest for drawing, from the strictest threshold to the loosest. */
export interface ClassCurves {
  /** From (0, 0) to (1, 1). */
  readonly roc: {
    readonly falsePositiveRate: readonly number[];
    readonly truePositiveRate: readonly number[];
  };
  /** From (0, 1) on. */
  readonly precisionRecall: { readonly recall: readonly number[]; readonly precision: readonly number[] };
}

/** Images of similar confidence: one point of the reliability diagram. */
export interface ReliabilityBin {
  /** Confidences above `from` and up to `to`. */
  readonly from: number;
  readonly to: number;
  /** Images in it. */
  readonly count: number;
  /** Mean probability of the predicted class. */
  readonly confidence: number;
  /** Fraction correct; equal to the confidence where the model is calibrated. */
  readonly accuracy: number;
}

/**
 * Metrics of one class. A fraction 0/0 is 0, as scikit-learn's zero_division=0.
 * @example
 * const line = ({ name, recall, support }: ClassMetrics): string => `${name}: ${recall} of ${support}`;
 */
export interface ClassMetrics extends Areas {
  /** As in `classNames`. */
  readonly name: string;
  /** Fraction of the predictions of this class that are correct. */
  readonly precision: number;
  /** Fraction of the images of this class that are predicted as it. */
  readonly recall: number;
  /** Harmonic mean of precision and recall. */
  readonly f1: number;
  /** Images of this class. */
  readonly support: number;
  /** Images predicted as this class. */
  readonly predicted: number;
}

/**
 * Metrics of predictions against true labels; areas are unweighted means over the classes that have one.
 * @example
 * const missed = ({ perClass }: Metrics): readonly string[] =>
 *   perClass.filter(({ recall }) => recall < 0.5).map(({ name }) => name);
 */
export interface Metrics extends SummedMetrics, Areas {
  /** Images. */
  readonly count: number;
  /** Fraction whose true class is among the k most probable: topK[k]. */
  readonly topK: Readonly<Record<string, number>>;
  /** Images by true class (row) and predicted class (column). */
  readonly confusionMatrix: readonly (readonly number[])[];
  /** In the order of the classes. */
  readonly perClass: readonly ClassMetrics[];
  /** Plain means over all classes. */
  readonly macro: { readonly precision: number; readonly recall: number; readonly f1: number };
  /** Reliability diagram: accuracy by confidence. */
  readonly reliability: readonly ReliabilityBin[];
  /** Of each class, in the order of the classes. */
  readonly curves: readonly (ClassCurves | null)[];
}
