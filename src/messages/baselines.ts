import { percentText, pointsText, signedRangeText } from "../base/index.ts";
import type { Catalogue } from "./types.ts";

/** The stronger of the two baselines: a random forest on colour histograms, or the largest class alone. */
export type BaselineName = "colour" | "majority";

interface Comparison {
  readonly baseline: BaselineName;
  readonly accuracy: number;
  readonly baselineAccuracy: number;
  /** Accuracy of the model less that of the baseline, on the same images. */
  readonly difference: number;
  /** Of the difference, 95%, paired over groups. */
  readonly interval: readonly [number, number];
}

/** Whether the model is worth more than what needs no network; one of three. */
export type BaselineComparison =
  | { readonly code: "better-than-baseline"; readonly data: Comparison }
  | {
      readonly code: "not-distinguishable-from-baseline";
      readonly action: "add-data";
      readonly data: Comparison;
    }
  | { readonly code: "worse-than-baseline"; readonly action: "add-data"; readonly data: Comparison };

const names: { readonly [Name in BaselineName]: string } = {
  colour: "the colour baseline",
  majority: "the majority class",
};

const numbers = ({ accuracy, baselineAccuracy, difference, interval }: Comparison): string =>
  `(${percentText(accuracy)} against ${percentText(baselineAccuracy)}; ` +
  `difference ${pointsText(difference)}, 95% CI ${signedRangeText(interval)})`;

/** Where the colour baseline reaches this, the task is one of colours. */
const colourful = 0.9;

const suggestion = ({ baseline, baselineAccuracy }: Comparison): string =>
  baseline === "colour" && baselineAccuracy > colourful
    ? "Check whether light or background give the classes away by accident: new images may not do so."
    : "Add images of each class, try another architecture (--model), and check the labels.";

export const baselineMessages: Catalogue<BaselineComparison> = {
  "better-than-baseline": (data) => ({
    text: `The model is significantly better than ${names[data.baseline]} ${numbers(data)}.`,
  }),
  "not-distinguishable-from-baseline": (data) => ({
    text: `The model cannot be distinguished from ${names[data.baseline]} ${numbers(data)}.`,
    suggestion: suggestion(data),
  }),
  "worse-than-baseline": (data) => ({
    text: `The model is significantly worse than ${names[data.baseline]} ${numbers(data)}.`,
    suggestion: suggestion(data),
  }),
};
