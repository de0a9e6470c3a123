import { at } from "../../base/index.ts";
import { type KnownCollection, type ReadImage, pathsOf, pixelKey, setsOf } from "../knownImages.ts";
import type { Example, Finding } from "../types.ts";

const maxExamples = 8;
const maxPathsOfSet = 4;

type EqualImages = readonly ReadImage[];

/** Images whose pixels are equal to the last, within a class and across classes. */
export function duplicateFindings({ read }: KnownCollection): readonly Finding[] {
  const sets = setsOf(read, pixelKey).filter(({ length }) => length > 1);
  const conflicts = sets.filter((set) => labelsOf(set).length > 1);
  return [...conflicting(conflicts), ...duplicates(sets)];
}

const labelsOf = (set: EqualImages): readonly string[] => [...new Set(set.map(({ label }) => label))];

function conflicting(sets: readonly EqualImages[]): readonly Finding[] {
  if (sets.length === 0) return [];
  const images = sets.flat();
  return [
    {
      code: "label-conflict",
      data: { images: images.length, distinct: sets.length },
      severity: "error",
      images: pathsOf(images),
      examples: sets.slice(0, maxExamples).map((set) => {
        const classes = labelsOf(set);
        // One of each class before a second of any.
        const firsts = setsOf(set, ({ label }) => label).map((own) => at(own, 0));
        return { code: "equal-pixels", data: { classes }, paths: pathsOf(firsts).slice(0, maxPathsOfSet) };
      }),
    },
  ];
}

function duplicates(sets: readonly EqualImages[]): readonly Finding[] {
  if (sets.length === 0) return [];
  return [
    {
      code: "duplicates",
      data: {
        surplus: sets.reduce((sum, { length }) => sum + length - 1, 0),
        sameFile: sets.reduce((sum, set) => sum + set.length - filesOf(set), 0),
      },
      severity: "warning",
      images: pathsOf(sets.flat()),
      examples: sets
        .toSorted((a, b) => b.length - a.length)
        .slice(0, maxExamples)
        .map(exampleOf),
    },
  ];
}

const filesOf = (set: EqualImages): number => new Set(set.map(({ sha256 }) => sha256)).size;

const exampleOf = (set: EqualImages): Example => ({
  code: "equal-images",
  data: { images: set.length, sameFile: filesOf(set) === 1 },
  paths: pathsOf(set).slice(0, maxPathsOfSet),
});
