import type { ComparisonBasis, ComparisonStatement } from "../../../src/messages/comparison.ts";
import type { Sentences } from "./types.ts";

const base = {
  first: { name: "a", accuracy: 0.9, leaked: 0 },
  second: { name: "b", accuracy: 0.87, leaked: 0 },
  images: 1200,
  groups: 120,
  difference: -0.03,
  interval: [-0.05, -0.01],
} as const;

export const ofComparison: Sentences<ComparisonStatement | ComparisonBasis> = {
  "first-better": [
    [
      base,
      "a is significantly better than b: accuracy 90.0% against 87.0%, difference 3.0 points (95% CI 1.0 to 5.0; 1,200 images, 120 groups).",
    ],
  ],
  "second-better": [
    // One decimal would print a difference from 0.0 on, and one accuracy twice.
    [
      {
        ...base,
        first: { ...base.first, accuracy: 0.9001 },
        second: { ...base.second, accuracy: 0.9004 },
        difference: 0.0003,
        interval: [0.0002, 0.0004],
      },
      "b is significantly better than a: accuracy 90.04% against 90.01%, difference 0.03 points (95% CI 0.02 to 0.04; 1,200 images, 120 groups).",
    ],
  ],
  "not-distinguishable": [
    [
      { ...base, interval: [-0.07, 0.01] },
      "No significant difference: a 90.0%, b 87.0%; second less first -3.0 points (95% CI -7.0 to 1.0; 1,200 images, 120 groups).",
    ],
  ],
  "not-comparable": [
    [
      { ...base, reason: "leakage", second: { ...base.second, leaked: 1 } },
      "Not comparable: b (87.0%) was trained on groups of 1 of these 1,200 images (leakage), a (90.0%) on none.",
      "Train b again with --split and the split.csv of a.",
    ],
  ],
  "compared-images": [
    [{ images: 40, totals: [40, 40] }, "Both were evaluated on the same 40 images."],
    [{ images: 12, totals: [40, 1200] }, "Compared on the 12 images in common, of 40 and 1,200."],
  ],
  "discordant-images": [
    [
      { onlyFirst: 9, onlySecond: 1, p: 0.021484375 },
      "Correct only by the first: 9; only by the second: 1 (exact McNemar test: p = 0.021; it takes images as independent).",
    ],
    [
      { onlyFirst: 0, onlySecond: 1200, p: 0 },
      "Correct only by the first: 0; only by the second: 1,200 (exact McNemar test: p < 0.0001; it takes images as independent).",
    ],
  ],
};
