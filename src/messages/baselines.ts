import { percentOf } from "../base/index.ts";
import { decimalsFor } from "./decimals.ts";
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
  | { readonly code: "worse-than-baseline"; readonly action: "change-model"; readonly data: Comparison };

const names: { readonly [Name in BaselineName]: string } = {
  colour: "the colour baseline",
  majority: "the majority class",
};

function numbers({ accuracy, baselineAccuracy, difference, interval }: Comparison): string {
  const [low, high] = interval;
  // Where one is better, the printed numbers show it.
  const decimals = low > 0 || high < 0 ? decimalsFor(low > 0 ? low : high, [accuracy, baselineAccuracy]) : 1;
  const shown = (fraction: number): string => percentOf(fraction, decimals);
  return (
    `(${shown(accuracy)}% against ${shown(baselineAccuracy)}%; ` +
    `difference ${shown(difference)} points, 95% CI ${shown(low)} to ${shown(high)})`
  );
}

/** Where the colour baseline reaches this, the task is one of colours. */
const colourful = 0.9;

const colourCheck =
  "Check whether light or background give the classes away by accident: new images may not do so.";

/** The interval holds 0: with more images it is narrower, and the model may be better. */
const closeSuggestion = ({ baseline, baselineAccuracy }: Comparison): string =>
  baseline === "colour" && baselineAccuracy > colourful
    ? colourCheck
    : "Add images of each class, try another architecture (--model), and check the labels.";

/** The model misses what is there to learn, so that more epochs of the same are not the remedy. */
const worseSuggestion = ({ baseline, baselineAccuracy }: Comparison): string =>
  "Try another architecture (--model), and add images of each class; where there are few, " +
  "a pretrained backbone is the usual remedy (Fovea has none)." +
  (baseline === "colour" && baselineAccuracy > colourful ? ` ${colourCheck}` : "");

export const baselineMessages: Catalogue<BaselineComparison> = {
  "better-than-baseline": (data) => ({
    text: `The model is significantly better than ${names[data.baseline]} ${numbers(data)}.`,
  }),
  "not-distinguishable-from-baseline": (data) => ({
    text: `The model cannot be distinguished from ${names[data.baseline]} ${numbers(data)}.`,
    suggestion: closeSuggestion(data),
  }),
  "worse-than-baseline": (data) => ({
    text: `The model is significantly worse than ${names[data.baseline]} ${numbers(data)}.`,
    suggestion: worseSuggestion(data),
  }),
};
