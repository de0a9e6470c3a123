import { type KnownCollection, type UnreadImage, pathsOf } from "../knownImages.ts";
import type { Finding } from "../types.ts";

const maxExamples = 12;

/** Files that are no images at all, and images that are truncated or damaged. */
export function readingFindings({ unread }: KnownCollection): readonly Finding[] {
  const damaged = unread.filter(({ recoverable }) => recoverable !== undefined);
  const foreign = unread.filter(({ recoverable }) => recoverable === undefined);
  return [...unreadable(foreign), ...truncated(damaged)];
}

function unreadable(images: readonly UnreadImage[]): readonly Finding[] {
  if (images.length === 0) return [];
  return [
    {
      code: "unreadable",
      data: { files: images.length },
      severity: "error",
      images: pathsOf(images),
      examples: images.slice(0, maxExamples).map(({ path, reason }) => ({
        code: "unreadable-file",
        data: { reason },
        paths: [path],
      })),
    },
  ];
}

function truncated(images: readonly UnreadImage[]): readonly Finding[] {
  if (images.length === 0) return [];
  return [
    {
      code: "truncated",
      data: {
        images: images.length,
        recoverable: images.filter(({ recoverable = 0 }) => recoverable > 0).length,
      },
      severity: "error",
      images: pathsOf(images),
      examples: images
        .toSorted((a, b) => (b.recoverable ?? 0) - (a.recoverable ?? 0))
        .slice(0, maxExamples)
        .map(({ path, recoverable = 0 }) => ({
          code: "damaged-image",
          data: { recoverable },
          paths: [path],
        })),
    },
  ];
}
