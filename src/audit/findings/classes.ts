import type { KnownCollection } from "../knownImages.ts";
import type { ClassFacts, Finding } from "../types.ts";

// Of two classes, always predicting the larger one is correct for two thirds from the first on, for five sixths from the second;
// chosen, not measured.
const minImbalance = 2;
const minSevereImbalance = 5;
// Of ten groups two are held out: an accuracy of 0, 50 or 100%. Chosen, not measured.
const minGroups = 10;

/** Images, groups and failures of each class. */
export function classFactsOf({ classNames, all, read }: KnownCollection): readonly ClassFacts[] {
  return classNames.map((name) => {
    const own = all.filter(({ label }) => label === name);
    const readable = read.filter(({ label }) => label === name);
    return {
      name,
      images: own.length,
      groups: new Set(readable.map(({ groupNumber }) => groupNumber)).size,
      unreadable: own.length - readable.length,
    };
  });
}

/** Classes of unequal size, and classes with too few groups to evaluate. */
export const classFindings = (classes: readonly ClassFacts[]): readonly Finding[] => [
  ...balance(classes),
  ...tooFew(classes),
];

function balance(classes: readonly ClassFacts[]): readonly Finding[] {
  const sorted = classes.toSorted((a, b) => b.images - a.images);
  const [largest, smallest] = [sorted[0], sorted.at(-1)];
  if (!largest || !smallest || largest === smallest) return [];
  if (largest.images < minImbalance * smallest.images) return [];
  const severe = largest.images >= minSevereImbalance * smallest.images;
  return [
    {
      code: "class-balance",
      data: {
        images: classes.reduce((sum, { images }) => sum + images, 0),
        largest: { name: largest.name, images: largest.images },
        smallest: { name: smallest.name, images: smallest.images },
      },
      severity: severe ? "warning" : "note",
      images: [],
      examples: [],
    },
  ];
}

function tooFew(classes: readonly ClassFacts[]): readonly Finding[] {
  const few = classes.filter(({ groups }) => groups < minGroups);
  if (few.length === 0) return [];
  return [
    {
      code: "few-groups",
      data: { minGroups, classes: few.map(({ name, images, groups }) => ({ name, images, groups })) },
      severity: "warning",
      images: [],
      examples: [],
    },
  ];
}
