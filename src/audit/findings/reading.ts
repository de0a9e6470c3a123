import { plural } from "../../base/index.ts";
import { type KnownCollection, type UnreadImage, pathsOf } from "../knownImages.ts";
import type { Finding } from "../types.ts";

const shownAtMost = 12;

/** Files that are no images at all, and images that are cut off or damaged. */
export function readingFindings({ unread }: KnownCollection): readonly Finding[] {
  const damaged = unread.filter(({ recoverable }) => recoverable !== undefined);
  const strange = unread.filter(({ recoverable }) => recoverable === undefined);
  return [...unreadable(strange), ...truncated(damaged)];
}

function unreadable(subjects: readonly UnreadImage[]): readonly Finding[] {
  if (subjects.length === 0) return [];
  return [
    {
      code: "unreadable",
      severity: "error",
      sentence: `${plural(subjects.length, "file")} cannot be read as ${subjects.length === 1 ? "an image" : "images"}.`,
      tryThis: "Replace or remove them. Training leaves them out.",
      images: pathsOf(subjects),
      examples: subjects
        .slice(0, shownAtMost)
        .map(({ path, reason }) => ({ paths: [path], says: shortReason(reason) })),
    },
  ];
}

/** "expected an image, received a text file" says enough in its second half. */
const shortReason = (reason: string): string => /received (.*)$/.exec(reason)?.[1] ?? reason;

function truncated(subjects: readonly UnreadImage[]): readonly Finding[] {
  if (subjects.length === 0) return [];
  const saved = subjects.filter(({ recoverable = 0 }) => recoverable > 0);
  const lost = subjects.length - saved.length;
  const fate = [
    ...(saved.length > 0 ? [`of ${saved.length} a part can be recovered`] : []),
    ...(lost > 0 ? [`of ${lost} nothing`] : []),
  ];
  return [
    {
      code: "truncated",
      severity: "error",
      sentence: `${plural(subjects.length, "image")} ${subjects.length === 1 ? "is" : "are"} cut off or damaged: ${fate.join(", ")}.`,
      tryThis: "Copy them anew from where they came from. Training leaves them out.",
      images: pathsOf(subjects),
      examples: subjects
        .toSorted((a, b) => (b.recoverable ?? 0) - (a.recoverable ?? 0))
        .slice(0, shownAtMost)
        .map(({ path, recoverable = 0 }) => ({ paths: [path], says: recoveryText(recoverable) })),
    },
  ];
}

function recoveryText(share: number): string {
  if (share === 0) return "cut off; nothing can be recovered";
  // The rows that a decoder gives up last may be whole but coarse.
  if (share > 0.995) return "damaged; nearly all of it can be recovered";
  return `cut off; the upper ${Math.max(Math.round(share * 100), 1)}% can be recovered`;
}
