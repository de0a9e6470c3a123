import type { SplitWarning } from "../../../src/messages/index.ts";
import type { Sentences } from "./types.ts";

export const ofSplit: Sentences<SplitWarning> = {
  leakage: [
    [
      { leakShare: 0.975, source: "content" },
      "97.5% of the validation images share a group with training images (leakage), so the accuracy is optimistic.",
      "Use --split grouped: it keeps each group in one set.",
    ],
    // One image in 5,000 would be printed as 0.0%.
    [
      { leakShare: 0.0002, source: "column" },
      "Less than 0.1% of the validation images share a group with training images (leakage), so the accuracy is optimistic.",
      "Use --split grouped: it keeps each group in one set.",
    ],
  ],
  "validation-size": [
    [
      { requestedFraction: 0.2, validationFraction: 0.317, source: "pattern" },
      "The validation set has 31.7% of the images instead of 20.0%: whole groups allow no closer fraction.",
    ],
  ],
  "mixed-groups": [
    [
      { groups: 1, source: "content" },
      "1 group has images of several classes: one of the labels may be wrong.",
    ],
    [
      { groups: 3, source: "column" },
      "3 groups have images of several classes: right for patients, wrong where names begin anew in each class.",
    ],
  ],
  "few-validation-groups": [
    [
      { minGroups: 5, classes: [{ name: "MONOCYTE", groups: 4 }], source: "content" },
      "Only 4 validation groups for MONOCYTE: its metrics are unreliable.",
    ],
    [
      {
        minGroups: 5,
        classes: [
          { name: "a", groups: 0 },
          { name: "b", groups: 1 },
          { name: "c", groups: 2 },
          { name: "d", groups: 3 },
          { name: "e", groups: 4 },
        ],
        source: "file",
      },
      "Too few validation groups (fewer than 5) for reliable metrics: a (0), b (1), c (2), d (3) and 1 more class.",
    ],
  ],
};
