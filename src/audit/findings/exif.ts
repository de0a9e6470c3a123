import { plural } from "../../base/index.ts";
import type { ExifFacts } from "../../data/index.ts";
import { type ReadImage, type KnownCollection, pathsOf } from "../knownImages.ts";
import type { Finding } from "../types.ts";

const shownAtMost = 6;

type Words = Pick<Finding, "code" | "severity" | "tryThis"> & {
  readonly sentence: (count: number) => string;
  readonly applies: (exif: ExifFacts) => boolean;
  readonly says: (exif: ExifFacts) => string;
};

const withVerb = (count: number, one: string, many: string): string =>
  `${plural(count, "image")} ${count === 1 ? one : many}`;

const cases: readonly Words[] = [
  {
    code: "exif-place",
    severity: "warning",
    sentence: (count) =>
      `${withVerb(count, "carries", "carry")} the place where ${count === 1 ? "it was" : "they were"} taken (GPS).`,
    tryThis: "Take it out before you give the data to others. Fovea neither learns from it nor keeps it.",
    applies: ({ gps }) => gps,
    says: () => "GPS position",
  },
  {
    code: "exif-orientation",
    severity: "note",
    sentence: (count) =>
      `${withVerb(count, "is", "are")} stored turned or mirrored, with a note to turn ${count === 1 ? "it" : "them"} back.`,
    tryThis: "Nothing here: Fovea turns them upright. Other programs may show or learn them lying down.",
    applies: ({ orientation }) => orientation !== undefined,
    says: ({ orientation }) => `EXIF orientation ${orientation}`,
  },
  {
    code: "exif-thumbnail",
    severity: "note",
    sentence: (count) =>
      `${withVerb(count, "carries", "carry")} a small preview of ${count === 1 ? "itself" : "themselves"}, which may still show what was cut away later.`,
    tryThis: "Take it out before you give the data to others, where that matters.",
    applies: ({ thumbnail }) => thumbnail,
    says: ({ camera }) => `preview inside${camera ? `, ${camera}` : ""}`,
  },
];

/** What cameras wrote into the files that their owner may not know of. */
export const exifFindings = ({ read }: KnownCollection): readonly Finding[] =>
  cases.flatMap(({ code, severity, sentence, tryThis, applies, says }) => {
    const found = read.flatMap((subject: ReadImage) => {
      const { exif } = subject.facts;
      return exif && applies(exif) ? [{ subject, says: says(exif) }] : [];
    });
    if (found.length === 0) return [];
    return [
      {
        code,
        severity,
        sentence: sentence(found.length),
        tryThis,
        images: pathsOf(found.map(({ subject }) => subject)),
        examples: found
          .slice(0, shownAtMost)
          .map(({ subject, says: text }) => ({ paths: [subject.path], says: text })),
      },
    ];
  });
