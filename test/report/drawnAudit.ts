import type { AuditReport, Finding } from "../../src/audit/index.ts";
import { pixels } from "./drawn.ts";

/** The audit of a collection that never was: every part of the page is filled. */
export function drawnAudit(
  options: { readonly classNames?: readonly string[]; readonly image?: string } = {},
): AuditReport {
  const { classNames = ["cat", "dog", "owl"], image = pixels() } = options;
  const paths = Array.from({ length: 12 }, (_, i) => `${classNames[i % classNames.length]}/${i}.jpg`);
  const finding = (rest: Pick<Finding, "code" | "severity" | "sentence" | "tryThis">): Finding => ({
    ...rest,
    images: paths,
    examples: Array.from({ length: 9 }, (_, i) => ({
      paths: [paths[i % 12]!, paths[(i + 1) % 12]!],
      says: `${paths[(i + 1) % 12]} is ${paths[i % 12]} turned by 90 degrees, mirrored`,
    })),
  });
  return {
    title: "animals",
    seconds: 12,
    groups: 400,
    groupSource: "content",
    largestGroup: 24,
    groupSizes: [
      { images: 1, groups: 100 },
      { images: 3, groups: 280 },
      { images: 24, groups: 20 },
    ],
    findings: [
      finding({
        code: "label-conflict",
        severity: "error",
        sentence: "12 images are in two classes.",
        tryThis: "Decide which class each belongs to.",
      }),
      finding({
        code: "near-duplicates",
        severity: "warning",
        sentence: "900 images are near-copies of others.",
        tryThis: "Keep --split grouped.",
      }),
      {
        code: "shortcut",
        severity: "note",
        sentence: "The size says little.",
        tryThis: "Nothing.",
        images: [],
        examples: [],
      },
    ],
    counts: { images: 1300, readable: 1298, grouped: 1200, ungrouped: 0 },
    classes: classNames.map((name, i) => ({ name, images: 400 + 50 * i, groups: 130 + i, unreadable: i })),
    parts: [
      { part: "train", images: 1000 },
      { part: "test", images: 300 },
    ],
    sizes: Array.from({ length: 14 }, (_, i) => ({ name: `${320 + i} x 240`, images: 200 - i })),
    formats: [{ name: "jpeg", images: 1298 }],
    colours: [
      { name: "colour", images: 1290 },
      { name: "grey", images: 8 },
    ],
    skipped: [{ path: "notes.docx", reason: "not an image" }],
    thumbnails: Object.fromEntries(paths.map((path) => [path, image])),
  };
}
