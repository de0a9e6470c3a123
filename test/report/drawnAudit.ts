import type { AuditReport, Finding } from "../../src/audit/index.ts";
import { pixels } from "./drawn.ts";

/** The audit of a collection that never was: every part of the page is filled. */
export function drawnAudit(
  options: { readonly classNames?: readonly string[]; readonly picture?: string } = {},
): AuditReport {
  const { classNames = ["cat", "dog", "owl"], picture = pixels() } = options;
  const paths = Array.from({ length: 12 }, (_, i) => `${classNames[i % classNames.length]}/${i}.jpg`);
  const finding = (rest: Pick<Finding, "code" | "severity" | "sentence" | "tryThis">): Finding => ({
    ...rest,
    pictures: paths,
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
      { pictures: 1, groups: 100 },
      { pictures: 3, groups: 280 },
      { pictures: 24, groups: 20 },
    ],
    problems: [
      finding({
        code: "label-conflict",
        severity: "error",
        sentence: "12 pictures are in two classes.",
        tryThis: "Decide which class each belongs to.",
      }),
      finding({
        code: "near-copies",
        severity: "warning",
        sentence: "900 pictures are near-copies of others.",
        tryThis: "Keep --split grouped.",
      }),
      {
        code: "giveaway",
        severity: "note",
        sentence: "The size says little.",
        tryThis: "Nothing.",
        pictures: [],
        examples: [],
      },
    ],
    counts: { pictures: 1300, readable: 1298, grouped: 1200, unnamed: 0 },
    classes: classNames.map((name, i) => ({ name, pictures: 400 + 50 * i, groups: 130 + i, unreadable: i })),
    parts: [
      { part: "train", pictures: 1000 },
      { part: "test", pictures: 300 },
    ],
    sizes: Array.from({ length: 14 }, (_, i) => ({ name: `${320 + i} x 240`, pictures: 200 - i })),
    formats: [{ name: "jpeg", pictures: 1298 }],
    colours: [
      { name: "colour", pictures: 1290 },
      { name: "grey", pictures: 8 },
    ],
    leftOut: [{ path: "notes.docx", reason: "not a picture" }],
    thumbnails: Object.fromEntries(paths.map((path) => [path, picture])),
  };
}
