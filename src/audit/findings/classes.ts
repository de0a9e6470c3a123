import { countText, percentText, plural } from "../../base/index.ts";
import { type KnownCollection, listed } from "../knownImages.ts";
import type { ClassFacts, Finding } from "../types.ts";

// A net that always says the largest class is then right more often than it is wrong, or close to it.
const unequal = 2;
const veryUnequal = 5;
// Of ten photographs two are kept back to judge by: an accuracy of 0, 50 or 100 %.
const fewGroups = 10;

/** Images, groups and failures of each class. */
export function classFactsOf({ classNames, all, read }: KnownCollection): readonly ClassFacts[] {
  return classNames.map((name) => {
    const own = all.filter(({ label }) => label === name);
    const good = read.filter(({ label }) => label === name);
    return {
      name,
      images: own.length,
      groups: new Set(good.map(({ groupNumber }) => groupNumber)).size,
      unreadable: own.length - good.length,
    };
  });
}

/** Classes of unequal size, and classes with too few photographs to judge. */
export const classFindings = (classes: readonly ClassFacts[]): readonly Finding[] => [
  ...balance(classes),
  ...tooFew(classes),
];

function balance(classes: readonly ClassFacts[]): readonly Finding[] {
  const sorted = classes.toSorted((a, b) => b.images - a.images);
  const [most, least] = [sorted[0], sorted.at(-1)];
  if (!most || !least || most === least || most.images < unequal * least.images) return [];
  const total = classes.reduce((sum, { images }) => sum + images, 0);
  const times = most.images / least.images;
  return [
    {
      code: "class-balance",
      severity: times >= veryUnequal ? "warning" : "note",
      sentence:
        `The classes are of unequal size: ${most.name} has ${countText(most.images)} images, ` +
        `${least.name} ${countText(least.images)} (${times < 10 ? times.toFixed(1) : Math.round(times)} times fewer). ` +
        `Always saying ${most.name} would already be right for ${percentText(most.images / total)}.`,
      tryThis: `Judge by balanced accuracy and by each class's recall, and collect more of ${least.name}.`,
      images: [],
      examples: [],
    },
  ];
}

function tooFew(classes: readonly ClassFacts[]): readonly Finding[] {
  const few = classes.filter(({ groups }) => groups < fewGroups);
  if (few.length === 0) return [];
  const named = few
    .slice(0, 6)
    .map(({ name, groups, images }) =>
      groups < images
        ? `${name} (${plural(images, "image")} of ${plural(groups, "photograph")})`
        : `${name} (${plural(images, "image")})`,
    );
  const more = few.length > 6 ? [`${few.length - 6} more`] : [];
  return [
    {
      code: "few-groups",
      severity: "warning",
      sentence: `Too few independent images to judge by: ${listed([...named, ...more])}.`,
      tryThis:
        "Collect more different ones: no other image of the same thing, but other things of the class.",
      images: [],
      examples: [],
    },
  ];
}
