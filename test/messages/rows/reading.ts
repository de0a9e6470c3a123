import type { ReadingStatement } from "../../../src/messages/index.ts";
import type { Sentences } from "./types.ts";

export const ofReading: Sentences<ReadingStatement> = {
  groups: [
    [
      { source: "content", images: 960, groups: 124, ungrouped: 0 },
      "960 images form 124 groups of near-duplicates (detected by content).",
    ],
    [
      { source: "content", images: 10, groups: 8, ungrouped: 0, photographs: 9 },
      "10 images form 8 groups of near-duplicates (detected by content); 9 source images, those of one scene in one group.",
    ],
    [
      { source: "column", images: 240, groups: 10, ungrouped: 0, named: 120 },
      "240 images form 120 groups (from the column group), or 10 where groups that share near-duplicates count as one.",
    ],
    [
      { source: "content", images: 10, groups: 10, ungrouped: 0, photographs: 10 },
      "No near-duplicates among 10 images (detected by content).",
    ],
    [
      { source: "column", images: 10, groups: 8, ungrouped: 1 },
      "10 images form 8 groups (from the column group); 1 image without a group counts as its own group.",
    ],
    [
      { source: "pattern", images: 10, groups: 8, ungrouped: 3 },
      "10 images form 8 groups (from --group-pattern); 3 images without a group count as their own groups.",
    ],
    [{ source: "file", images: 1, groups: 1, ungrouped: 0 }, "1 image forms 1 group (from the split file)."],
  ],
  "group-sizes": [
    [
      { source: "content", images: 960, groups: 124, ungrouped: 0, largestGroup: 9 },
      "960 images from 124 groups (detected by content); the largest has 9 images.",
    ],
    [
      { source: "column", images: 10, groups: 3, ungrouped: 2, largestGroup: 8 },
      "10 images from 3 groups (from the column group); the largest has 8 images. 2 images without a group count as their own groups.",
    ],
    [
      { source: "none", images: 10, groups: 10, ungrouped: 0, largestGroup: 1 },
      "No two images share a group.",
    ],
  ],
  "images-spilled": [
    [{ images: 9000 }, "The 9,000 decoded images do not fit in memory; they are kept in a temporary file."],
    [{ images: 1 }, "The decoded image does not fit in memory; it is kept in a temporary file."],
  ],
  "columns-read": [
    [
      {
        table: "l.csv",
        columns: [
          { column: "filename", meaning: "path" },
          { column: "class", meaning: "label" },
        ],
        unused: [],
      },
      "l.csv: column filename is read as path and column class is read as label.",
    ],
    [
      { table: "l.csv", columns: [{ column: "weight", meaning: "weight" }], unused: [] },
      "l.csv: column weight is read as sample weight (what an image's loss counts in training).",
      "Rename the column of weights if it means something else.",
    ],
    [
      { table: "l.csv", columns: [{ column: "label", meaning: "label" }], unused: ["class", "target"] },
      "l.csv: column label is read as label; class and target are not used.",
    ],
  ],
  "encoding-assumed": [
    [
      { table: "l.csv", encoding: "Windows-1252", example: "Bär" },
      "l.csv is not UTF-8; it is read as Windows-1252 (for example: Bär).",
      "If that looks wrong, save it again as UTF-8.",
    ],
  ],
  "paths-found": [
    [
      { table: "l.csv", byName: 12 },
      "l.csv: 12 rows name their files without folder or extension; each is the only one of that name.",
    ],
    [
      { table: "l.csv", byName: 1, moved: { folder: "/old/set/", rows: 40 } },
      "l.csv: /old/set/ is taken off the front of 40 paths. l.csv: 1 row names its file without folder or extension; it is the only one of that name.",
    ],
  ],
  "conflicting-rows": [
    [
      {
        paths: ["1.jpg"],
        example: {
          path: "1.jpg",
          rows: [
            { table: "l.csv", row: 2 },
            { table: "l.csv", row: 5 },
          ],
          column: "label",
          values: ["cat", "dog"],
        },
      },
      "Rows of a table contradict each other: 1.jpg has the label cat in row 2 and dog in row 5 of l.csv. It is left out.",
      "Keep the correct row of each.",
    ],
    [
      {
        paths: ["1.jpg", "2.jpg", "3.jpg"],
        example: {
          path: "1.jpg",
          rows: [
            { table: "train.csv", row: 2 },
            { table: "test.csv", row: 5 },
          ],
          column: "split",
          values: ["train", "test"],
        },
      },
      "Rows of a table contradict each other: 1.jpg has the split train in row 2 of train.csv and test in row 5 of test.csv; 2 other images are named twice as well. They are left out.",
      "Keep the correct row of each.",
    ],
  ],
  "alike-classes": [
    [
      {
        sets: [
          [
            { name: "cat", images: 120 },
            { name: "Cat", images: 1 },
            { name: "c\u0430t", images: 3 },
          ],
        ],
      },
      'Classes have names that are hard to tell apart: "cat" (120 images), "Cat" (1 image) and "c\u0430t" (with U+0430, 3 images).',
      "If they are one class, add --merge-classes (in the library mergeClasses: true).",
    ],
    [
      {
        sets: [
          [
            { name: "a b", images: 2 },
            { name: "a_b", images: 1 },
          ],
          [
            { name: "c", images: 2 },
            { name: "c ", images: 1 },
          ],
        ],
      },
      '2 sets of classes have names that are hard to tell apart: "a b" (2 images) and "a_b" (1 image); "c" (2 images) and "c " (with U+0020, 1 image).',
      "If they are one class, add --merge-classes (in the library mergeClasses: true).",
    ],
  ],
  "merged-classes": [
    [
      {
        sets: [
          {
            into: "cat",
            classes: [
              { name: "cat", images: 120 },
              { name: "Cat", images: 3 },
            ],
          },
        ],
      },
      'Merged: "cat" (120 images) and "Cat" (3 images) into "cat".',
    ],
  ],
  "unused-range": [
    [
      { images: 16, bits: 16, max: 4010, full: 4095 },
      "Of 16 images with 16 bits a value, looked at as a sample, no value is above 4,010 of 65,535: as 8 bits they are 15 of 255 at most, nearly black.",
      "If 4,095 is white, train with --range 0-4095; the model then scales new images alike.",
    ],
  ],
  "range-exceeded": [
    [
      { images: 1, bits: 16, max: 9000, range: { min: 100, max: 4095 } },
      "In 1 image looked at as a sample, values go up to 9,000: those above 4,095 become white.",
      "Choose a --range that holds all values, such as 100-9000, unless brighter parts do not matter.",
    ],
  ],
  "classes-without-images": [
    [
      { classes: [{ name: "bird", files: 0 }] },
      "No image can be used, so this is no class: bird (empty).",
      "Add images, or remove what is meant to be no class.",
    ],
    [
      {
        classes: [
          { name: "bird", files: 1, reason: "not an image: .txt" },
          { name: "fish", files: 12, reason: "not an image: .svg" },
        ],
      },
      "No image can be used, so these are no classes: bird (1 file; not an image: .txt) and fish (12 files; not an image: .svg).",
      "Add images, or remove what is meant to be no class.",
    ],
  ],
};
