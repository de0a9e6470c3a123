import type { BaselineComparison, BaselineName } from "../baselines.ts";
import type { TrainingAdvice } from "../../train/index.ts";
import type { Catalogue, Written } from "../types.ts";

/** What was noticed while training, or beside the baselines, with its words. */
export type ReportedAdvice = Written<TrainingAdvice | BaselineComparison>;

/** What the result of a training or an evaluation comes to, in a line. */
export type ResultVerdict =
  | {
      readonly code: "result-verdict";
      readonly data: {
        /** The model against the baseline. */
        readonly comparison: BaselineComparison["code"];
        readonly baseline: BaselineName;
        /** Whether training reached its end. */
        readonly end: "whole" | "interrupted" | "diverged";
        /** Statements beside it that weaken the accuracy or the model. */
        readonly reservations: number;
      };
    }
  | { readonly code: "no-baseline"; readonly data: object };

const baselines: Readonly<Record<BaselineName, string>> = {
  colour: "the colour baseline (colour histograms only)",
  majority: "always predicting the largest class",
};

const ends = {
  whole: "",
  interrupted: " Training was interrupted.",
  diverged: " Training diverged.",
} as const;

const outcomes: Readonly<Record<BaselineComparison["code"], (baseline: string) => string>> = {
  "better-than-baseline": (baseline) => `This model is better than ${baseline}`,
  "not-distinguishable-from-baseline": (baseline) => `This model is not clearly better than ${baseline}`,
  "worse-than-baseline": (baseline) => `This model is worse than ${baseline}`,
};

export const verdictMessages: Catalogue<ResultVerdict> = {
  "no-baseline": () => ({
    text: "Only one class has images, so there is no baseline to compare with.",
  }),
  "result-verdict": ({ comparison, baseline, end, reservations }) => ({
    text:
      outcomes[comparison](baselines[baseline]) +
      (reservations > 0 && comparison === "better-than-baseline" ? ", with reservations." : ".") +
      ends[end],
  }),
};
