import type { ResultVerdict } from "../../../src/messages/index.ts";
import type { Sentences } from "./types.ts";

const clean = { end: "whole", reservations: 0 } as const;

export const ofVerdict: Sentences<ResultVerdict> = {
  "result-verdict": [
    [
      { comparison: "better-than-baseline", baseline: "colour", ...clean },
      "This model is better than the colour baseline (colour histograms only).",
    ],
    [
      { comparison: "better-than-baseline", baseline: "majority", end: "interrupted", reservations: 1 },
      "This model is better than always predicting the largest class, with reservations. Training was interrupted.",
    ],
    [
      { comparison: "not-distinguishable-from-baseline", baseline: "colour", ...clean },
      "This model is not clearly better than the colour baseline (colour histograms only).",
    ],
    [
      { comparison: "worse-than-baseline", baseline: "colour", end: "diverged", reservations: 2 },
      "This model is worse than the colour baseline (colour histograms only). Training diverged.",
    ],
  ],
  "no-baseline": [[{}, "Only one class has images, so there is no baseline to compare with."]],
};
