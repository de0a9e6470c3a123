import { plural, rateText } from "../../base/index.ts";
import type { LearningRateSuggestion } from "../../train/index.ts";
import type { Catalogue } from "../types.ts";

/** What a range test of the learning rate says. */
export type LearningRateStatement =
  | {
      readonly code: "learning-rate-suggested";
      readonly data: LearningRateSuggestion & {
        /** All runs, those among them that suggest nothing. */
        readonly tested: number;
      };
    }
  | {
      /** The loss of no run fell enough. */
      readonly code: "learning-rate-not-found";
      readonly data: {
        readonly tested: number;
        readonly minLearningRate: number;
        readonly maxLearningRate: number;
      };
    }
  | {
      /** What was done. */
      readonly code: "range-test";
      readonly data: {
        readonly model: string;
        readonly optimizer: string;
        readonly batchSize: number;
        readonly images: number;
        readonly runs: number;
        readonly steps: number;
        readonly minLearningRate: number;
        readonly maxLearningRate: number;
      };
    }
  | {
      /** How to read the chart. */
      readonly code: "range-test-chart";
      readonly data: object;
    };

/** The runs' suggestions differ by more than this factor: they tell an order of magnitude. */
const wide = 3;

export const learningRateMessages: Catalogue<LearningRateStatement> = {
  "learning-rate-suggested": ({ learningRate, low, high, runs, tested, isEdge }) => ({
    text: [
      `Suggested learning rate: ${rateText(learningRate)}, a tenth of the rate at which the smoothed loss is lowest`,
      runs === 1
        ? ` (${tested === 1 ? "one run" : `one of ${tested} runs`}: how far it is off cannot be told).`
        : ` (${runs === tested ? `${runs}` : `${runs} of ${tested}`} runs: ${rateText(low)} to ${rateText(high)}).`,
      high > wide * low ? " The runs differ widely: only its order of magnitude is known." : "",
      isEdge ? " The loss was still falling at the highest rate tested." : "",
    ].join(""),
    suggestion: isEdge
      ? "Repeat the test with a higher --max-lr."
      : `Train with --lr ${rateText(learningRate)}; this is a rule of thumb, so compare it with a third and three times of it on the validation set.`,
  }),
  "learning-rate-not-found": ({ tested, minLearningRate, maxLearningRate }) => ({
    text:
      `No learning rate can be suggested: between ${rateText(minLearningRate)} and ${rateText(maxLearningRate)} the smoothed loss of ` +
      `${tested === 1 ? "the run" : `all ${tested} runs`} fell by less than 5%.`,
    suggestion: "Repeat the test with more --steps or a larger --batch, or check the data with fovea audit.",
  }),
  "range-test": ({ model, optimizer, batchSize, images, runs, steps, minLearningRate, maxLearningRate }) => ({
    text:
      `Range test of ${model} with ${optimizer}, batch size ${batchSize}, on ${plural(images, "training image")}: ` +
      `${plural(runs, "run")} of up to ${steps} steps, from ${rateText(minLearningRate)} to ${rateText(maxLearningRate)}. The trained weights are discarded.`,
  }),
  "range-test-chart": () => ({
    text:
      "Each line is a run from other initial weights; the loss is a mean over 9 neighbouring steps. " +
      "A good rate is well left of the lowest point, where the loss still falls steeply. A run stops when its loss diverges.",
  }),
};
