import type { Statement } from "../../src/messages/index.ts";

type Row = readonly [statement: Statement, text: string, suggestion?: string];

/** Every statement once or more, with the exact words that it is given. */
export const sentences: readonly Row[] = [
  [
    { code: "leakage", data: { leakShare: 0.975, source: "content" } },
    "97.5% of the validation images share a photograph with training images (leakage), so the accuracy is optimistic.",
    "Use --split grouped: it keeps each photograph in one set.",
  ],
  [
    {
      code: "validation-size",
      data: { requestedFraction: 0.2, validationFraction: 0.317, source: "pattern" },
    },
    "The validation set has 31.7% of the images instead of 20.0%: whole groups allow no closer fraction.",
  ],
  [
    { code: "mixed-groups", data: { groups: 1, source: "content" } },
    "1 photograph has images of several classes: one of the labels may be wrong.",
  ],
  [
    { code: "mixed-groups", data: { groups: 3, source: "column" } },
    "3 groups have images of several classes: right for patients, wrong where names begin anew in each class.",
  ],
  [
    {
      code: "few-validation-groups",
      data: { minGroups: 5, classes: [{ name: "MONOCYTE", groups: 4 }], source: "content" },
    },
    "Only 4 validation photographs for MONOCYTE: its metrics are unreliable.",
  ],
  [
    {
      code: "few-validation-groups",
      data: {
        minGroups: 5,
        classes: ["a", "b", "c", "d", "e"].map((name, groups) => ({ name, groups })),
        source: "file",
      },
    },
    "Too few validation groups (fewer than 5) for reliable metrics: a (0), b (1), c (2), d (3) and 1 more class.",
  ],
];
