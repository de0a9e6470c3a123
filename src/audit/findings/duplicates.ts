import { plural } from "../../base/index.ts";
import { type ReadImage, type KnownCollection, listed, pathsOf, pixelKey, setsOf } from "../knownImages.ts";
import type { Example, Finding } from "../types.ts";

const shownAtMost = 8;
const shownOfSet = 4;

type Set = readonly ReadImage[];

/** Images whose pixels are equal to the last, within a class and across classes. */
export function duplicateFindings({ read }: KnownCollection): readonly Finding[] {
  const sets = setsOf(read, pixelKey).filter(({ length }) => length > 1);
  const conflicts = sets.filter((set) => labelsOf(set).length > 1);
  return [...conflicting(conflicts), ...duplicates(sets)];
}

const labelsOf = (set: Set): readonly string[] => [...new Set(set.map(({ label }) => label))];

function conflicting(sets: readonly Set[]): readonly Finding[] {
  if (sets.length === 0) return [];
  const images = sets.flat();
  return [
    {
      code: "label-conflict",
      severity: "error",
      sentence:
        `${plural(images.length, "image")} contradict each other: ` +
        `${sets.length === 1 ? "the same image stands" : `${plural(sets.length, "image")} stand`} in more than one class.`,
      tryThis: "Keep each in its right class and remove the others.",
      images: pathsOf(images),
      examples: sets.slice(0, shownAtMost).map((set) => {
        // One of each class before a second of any.
        const firsts = labelsOf(set).map((name) => set.find(({ label }) => label === name)!);
        return {
          paths: pathsOf(firsts).slice(0, shownOfSet),
          says: `the same pixels as ${listed(labelsOf(set))}`,
        };
      }),
    },
  ];
}

function duplicates(sets: readonly Set[]): readonly Finding[] {
  if (sets.length === 0) return [];
  const surplus = sets.reduce((sum, { length }) => sum + length - 1, 0);
  const files = sets.reduce((sum, set) => sum + set.length - filesOf(set), 0);
  const kinds =
    files === surplus
      ? "the same file"
      : files === 0
        ? "the same pixels in another file"
        : `${files} the same file, ${surplus - files} the same pixels in another file`;
  return [
    {
      code: "duplicates",
      severity: "warning",
      sentence: `${plural(surplus, "image")} ${surplus === 1 ? "is an exact copy of another" : "are exact copies of others"} (${kinds}).`,
      tryThis: "Remove the copies: they teach nothing new, and count double wherever accuracy is measured.",
      images: pathsOf(sets.flat()),
      examples: sets
        .toSorted((a, b) => b.length - a.length)
        .slice(0, shownAtMost)
        .map(exampleOf),
    },
  ];
}

const filesOf = (set: Set): number => new Set(set.map(({ sha256 }) => sha256)).size;

const exampleOf = (set: Set): Example => ({
  paths: pathsOf(set).slice(0, shownOfSet),
  says: `${filesOf(set) === 1 ? "the same file" : "the same pixels"} ${set.length === 2 ? "twice" : `${set.length} times`}`,
});
