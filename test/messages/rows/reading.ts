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
};
