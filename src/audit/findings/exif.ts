import type { ExifFacts } from "../../data/index.ts";
import type { KnownCollection } from "../knownImages.ts";
import type { ExampleStatement } from "../statements.ts";
import type { Finding, Severity } from "../types.ts";

const maxExamples = 6;

interface ExifCase {
  readonly code: "exif-place" | "exif-orientation" | "exif-thumbnail";
  readonly severity: Severity;
  /** What there is to see; nothing where the case does not apply. */
  readonly exampleOf: (exif: ExifFacts) => ExampleStatement | undefined;
}

const cases: readonly ExifCase[] = [
  {
    code: "exif-place",
    severity: "warning",
    exampleOf: ({ gps }) => (gps ? { code: "gps-position", data: {} } : undefined),
  },
  {
    code: "exif-orientation",
    severity: "note",
    exampleOf: ({ orientation }) =>
      orientation === undefined ? undefined : { code: "orientation-tag", data: { orientation } },
  },
  {
    code: "exif-thumbnail",
    severity: "note",
    exampleOf: ({ thumbnail, camera }) =>
      thumbnail ? { code: "embedded-preview", data: camera ? { camera } : {} } : undefined,
  },
];

/** What cameras wrote into the files that their owner may not know of. */
export const exifFindings = ({ read }: KnownCollection): readonly Finding[] =>
  cases.flatMap(({ code, severity, exampleOf }): readonly Finding[] => {
    const found = read.flatMap(({ path, facts: { exif } }) => {
      const example = exif && exampleOf(exif);
      return example ? [{ ...example, paths: [path] }] : [];
    });
    if (found.length === 0) return [];
    const images = found.flatMap(({ paths }) => paths);
    return [
      { code, data: { images: images.length }, severity, images, examples: found.slice(0, maxExamples) },
    ];
  });
