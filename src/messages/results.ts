import { countText, percentText, plural, pointsText, rangeText } from "../base/index.ts";
import type { DrawMethod, GroupSource } from "../data/index.ts";
import type { Interval } from "../evaluate/index.ts";
import type { Catalogue } from "./types.ts";

/** Which images a metric is of; `folds`: all of them, each predicted by a model that was not trained on it. */
export type MeasuredSet = "validation" | "test" | "folds" | "data";

/** How the split was made. */
export type SplitBasis = Exclude<DrawMethod, "auto"> | "file";

/** What is stated of a result beside its tables. */
export type ResultStatement =
  | {
      readonly code: "accuracy";
      readonly data: {
        readonly set: MeasuredSet;
        readonly accuracy: number;
        readonly interval: Interval;
        readonly count: number;
        /** As many as images where no groups are known. */
        readonly groups: number;
        readonly source: GroupSource;
      };
    }
  | {
      readonly code: "unreliable-interval";
      readonly data: { readonly groups: number; readonly source: GroupSource };
    }
  | {
      readonly code: "uneven-classes";
      readonly data: { readonly balancedAccuracy: number; readonly interval?: Interval };
    }
  | {
      readonly code: "split-basis";
      readonly data: {
        readonly split: SplitBasis;
        readonly source: GroupSource;
        /** Share of the validation images whose group is in the training set too. */
        readonly leakShare: number;
        readonly folds: boolean;
        /** Scenes were found: the source images of one scene are one group. */
        readonly scenes: boolean;
      };
    }
  | {
      readonly code: "folds";
      readonly data: {
        readonly count: number;
        readonly accuracies: readonly number[];
        readonly mean: number;
        readonly deviation: number;
        /** The folds' nets are the model. @default false */
        readonly ensemble?: boolean;
        /** There is a test set, on which the model is measured. @default false */
        readonly tested?: boolean;
      };
    }
  | {
      readonly code: "baselines";
      readonly data: {
        readonly accuracy: number;
        readonly majority: { readonly label: string; readonly accuracy: number };
        readonly colour: { readonly accuracy: number; readonly interval: Interval };
      };
    };

const accuracyNames: Readonly<Record<MeasuredSet, string>> = {
  validation: "Validation accuracy",
  test: "Test accuracy",
  folds: "Cross-validated accuracy",
  data: "Accuracy",
};

/** "192 images, 24 groups"; the images alone where no groups are known. */
const sizeText = (count: number, groups: number, source: GroupSource): string =>
  source === "none" ? plural(count, "image") : `${plural(count, "image")}, ${plural(groups, "group")}`;

const individually =
  "the images were split individually; if several show the same object, the accuracy is optimistic.";

function basisText(split: SplitBasis, source: GroupSource, leakShare: number): string {
  const disjoint = source !== "none" && leakShare === 0;
  switch (split) {
    case "folders":
      return disjoint
        ? "The split follows the data set's own parts; no group is in the training set and in another."
        : "The split follows the data set's own parts.";
    case "file":
      return disjoint
        ? "The split comes from your file; no group appears in both training and validation."
        : "The split comes from your file.";
    case "grouped":
    case "pooled":
      return source === "none"
        ? `No groups are known: ${individually}`
        : "No group appears in both training and validation.";
    case "random":
      if (source === "none") return `Random split: ${individually}`;
      return disjoint
        ? "Random split: images were assigned individually, and no group happens to be in both sets."
        : "Random split: images were assigned individually, not by group.";
    default:
      return split satisfies never;
  }
}

const ensembleText = (count: number, tested: boolean | undefined): string =>
  `The model file holds all ${countText(count)} and averages their probabilities. ` +
  (tested
    ? "Cross-validated figures are those of one net, test figures those of the ensemble."
    : "The cross-validated accuracy and calibration error are those of one net; the ensemble has no figures of its own, " +
      "for each of these images was in the training set of all nets but one. An average of calibrated nets tends to be " +
      "a little underconfident. To measure it, evaluate it on new images.");

export const resultMessages: Catalogue<ResultStatement> = {
  accuracy: ({ set, accuracy, interval, count, groups, source }) => ({
    text:
      `${accuracyNames[set]}: ${percentText(accuracy)} ` +
      `(95% CI ${rangeText(interval, accuracy)}; ${sizeText(count, groups, source)}).`,
  }),
  "unreliable-interval": ({ groups, source }) => ({
    text: `Only ${plural(groups, source === "none" ? "image" : "group")}: the confidence interval is itself unreliable.`,
  }),
  "uneven-classes": ({ balancedAccuracy, interval }) => ({
    text:
      `Uneven classes: balanced accuracy (mean recall) is ${percentText(balancedAccuracy)}` +
      `${interval ? ` (95% CI ${rangeText(interval, balancedAccuracy)})` : ""}.`,
  }),
  "split-basis": ({ split, source, leakShare, folds, scenes }) => {
    const text =
      folds && source !== "none" && leakShare === 0
        ? "No group is in two folds."
        : basisText(split, source, leakShare);
    return { text: scenes ? `${text} Source images of one scene count as one group.` : text };
  },
  folds: ({ count, accuracies, mean, deviation, ensemble, tested }) => ({
    text:
      `Each image was predicted by the one of ${countText(count)} models that was not trained on its fold. ` +
      `Accuracy by fold: ${accuracies.map(percentText).join(", ")}; mean ${percentText(mean)}, ` +
      `standard deviation ${pointsText(deviation)}. ` +
      (ensemble
        ? ensembleText(count, tested)
        : "The final model was trained on the images of all folds, so the cross-validated accuracy is the estimate for it."),
  }),
  baselines: ({ accuracy, majority, colour }) => ({
    text:
      `Baselines: majority class (${majority.label}) ${percentText(majority.accuracy)}; colour histogram + random forest ` +
      `${percentText(colour.accuracy)} (95% CI ${rangeText(colour.interval, colour.accuracy)}). ` +
      `This model: ${percentText(accuracy)}.`,
  }),
};
