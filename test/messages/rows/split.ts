import type { AugmentationChoice, SplitWarning } from "../../../src/messages/index.ts";
import type { Sentences } from "./types.ts";

export const ofSplit: Sentences<SplitWarning> = {
  leakage: [
    [
      {
        source: "content",
        split: "random",
        leaking: { validation: 187, test: 0 },
        nearDuplicates: false,
        images: { validation: 192, test: 0 },
      },
      "187 of 192 validation images share a group with training images (leakage), so the validation accuracy is optimistic.",
      "Use --split grouped: it keeps each group in one set.",
    ],
    [
      {
        source: "column",
        split: "folders",
        leaking: { validation: 1, test: 0 },
        nearDuplicates: false,
        images: { validation: 5000, test: 32 },
      },
      "1 of 5,000 validation images shares a group with training images (leakage), so the validation accuracy is optimistic.",
      "Use --split grouped: it draws training and validation set anew by whole groups; a test part is kept.",
    ],
    [
      {
        source: "content",
        split: "folders",
        leaking: { validation: 12, test: 5 },
        nearDuplicates: true,
        images: { validation: 64, test: 32 },
      },
      "12 of 64 validation images and 5 of 32 test images share a group or near-duplicates with training images (leakage), so the validation and test accuracies are optimistic.",
      "Take the groups concerned out of the training images, or use --split pooled: it draws training and validation set from all images by whole groups and leaves no test set.",
    ],
  ],
  "linked-groups": [
    [
      { source: "column", images: 85, groups: 40, apart: false },
      "85 images in 40 groups have near-duplicates in other groups; groups that share some are on one side of the split.",
      "Check the column group: such groups may show the same objects.",
    ],
    [
      { source: "pattern", images: 2, groups: 2, apart: true },
      "2 images in 2 groups have near-duplicates in other groups, and not all of these groups are on one side of the split.",
      "Check --group-pattern: such groups may show the same objects.",
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

export const ofAugmentation: Sentences<AugmentationChoice> = {
  "augmentation-turns": [
    [
      { images: 768, turned: 412 },
      "Augmentation: turns (left-right mirror and 90° rotations), since 412 of 768 training images have near-duplicates that are turned.",
    ],
  ],
  "augmentation-none": [
    [
      { images: 400, plain: 364, mirrored: 220 },
      "Augmentation: none, since mirroring seems to change the class: of 400 training images, 91.0% are most like another of their class, and 55.0% when mirrored.",
    ],
  ],
  "augmentation-mirror": [
    [
      { images: 400 },
      "Augmentation: mirror (left-right). Where no direction is up (microscopy, views from above), --augment turns is better.",
    ],
  ],
};
