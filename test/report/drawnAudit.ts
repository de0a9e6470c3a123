import type { AuditReport, Example } from "../../src/audit/index.ts";
import { pixels } from "./drawn.ts";

/** The audit of a collection that never was: every part of the page is filled. */
export function drawnAudit(
  options: { readonly classNames?: readonly string[]; readonly image?: string } = {},
): AuditReport {
  const { classNames = ["cat", "dog", "owl"], image = pixels() } = options;
  const paths = Array.from({ length: 12 }, (_, i) => `${classNames[i % classNames.length]}/${i}.jpg`);
  const examples = Array.from({ length: 9 }, (_, i): Example => ({
    code: "changed-image",
    data: {
      changes: [{ kind: "mirrored" }, { kind: "rotated", degrees: 90 }],
      classes: [classNames[0]!, classNames[1]!],
    },
    paths: [paths[i % 12]!, paths[(i + 1) % 12]!],
  }));
  const about = { images: paths, examples };
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
      { code: "label-conflict", data: { images: 12, distinct: 6 }, severity: "error", ...about },
      {
        code: "near-duplicates",
        data: { images: 900, total: 1298, sourceImages: 300, largest: 24, changes: [] },
        severity: "warning",
        ...about,
      },
      {
        code: "class-balance",
        data: {
          images: 1300,
          largest: { name: classNames[0]!, images: 900 },
          smallest: { name: classNames[1]!, images: 400 },
        },
        severity: "note",
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
