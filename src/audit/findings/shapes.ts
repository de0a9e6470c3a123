import { countText, median, percentText, plural } from "../../base/index.ts";
import { type ReadImage, type KnownCollection, listed, pathsOf, setsOf } from "../knownImages.ts";
import type { Example, Finding, Share } from "../types.ts";

const shownAtMost = 8;
const muchSmaller = 3;
const otherShape = 1.5;

const sizeText = ({ facts }: ReadImage): string => `${facts.width} x ${facts.height}`;
const aspectOf = ({ facts }: ReadImage): number => facts.width / facts.height;
const sideOf = ({ facts }: ReadImage): number => Math.min(facts.width, facts.height);

/** How many images have each value, the most frequent first. */
export const sharesOf = (
  read: readonly ReadImage[],
  nameOf: (subject: ReadImage) => string,
): readonly Share[] =>
  setsOf(read, nameOf)
    .map((set) => ({ name: nameOf(set[0]!), images: set.length }))
    .toSorted((a, b) => b.images - a.images || (a.name < b.name ? -1 : 1));

export const sizeShares = (read: readonly ReadImage[]): readonly Share[] => sharesOf(read, sizeText);

/** Images of other sizes and shapes than the rest. */
export const shapeFindings = ({ read }: KnownCollection): readonly Finding[] => [
  ...sizes(read),
  ...aspects(read),
];

const exampleOf = (subject: ReadImage): Example => ({ paths: [subject.path], says: sizeText(subject) });

function sizes(read: readonly ReadImage[]): readonly Finding[] {
  const shares = sizeShares(read);
  const [usual] = shares;
  if (!usual || shares.length === 1) return [];
  const sorted = read.toSorted((a, b) => sideOf(a) - sideOf(b));
  const limit = median(read.map(sideOf)) / muchSmaller;
  const small = sorted.filter((subject) => sideOf(subject) < limit);
  const range = `from ${sizeText(sorted[0]!)} to ${sizeText(sorted.at(-1)!)} pixels`;
  const smaller =
    small.length > 0
      ? ` ${plural(small.length, "image")} ${small.length === 1 ? "is" : "are"} far smaller than most.`
      : "";
  return [
    {
      code: "sizes",
      severity: small.length > 0 ? "warning" : "note",
      sentence:
        `Images come in ${countText(shares.length)} sizes, ${range}; ` +
        `${percentText(usual.images / read.length)} are ${usual.name}.${smaller}`,
      tryThis:
        small.length > 0
          ? "Training brings all to one size, and a small image stays blurred: look for larger originals."
          : "Training brings all to one size; nothing needs to be done unless the classes differ in it.",
      images: pathsOf(small),
      examples: small.slice(0, shownAtMost).map(exampleOf),
    },
  ];
}

function aspects(read: readonly ReadImage[]): readonly Finding[] {
  if (read.length === 0) return [];
  const usual = median(read.map(aspectOf));
  const offBy = (subject: ReadImage): number =>
    Math.max(aspectOf(subject) / usual, usual / aspectOf(subject));
  const odd = read.filter((subject) => offBy(subject) > otherShape).toSorted((a, b) => offBy(b) - offBy(a));
  if (odd.length === 0) return [];
  const wide = odd.filter((subject) => aspectOf(subject) > usual).length;
  const kinds = [
    ...(wide > 0 ? [`${countText(wide)} wider`] : []),
    ...(wide < odd.length ? [`${countText(odd.length - wide)} taller`] : []),
  ];
  return [
    {
      code: "aspect-ratios",
      severity: "note",
      sentence:
        `${plural(odd.length, "image")} ${odd.length === 1 ? "has" : "have"} another shape than most (${listed(kinds)}): ` +
        "squeezed to one size, what they show is distorted.",
      tryThis: "Crop them to what they show, in the shape of the others.",
      images: pathsOf(odd),
      examples: odd.slice(0, shownAtMost).map(exampleOf),
    },
  ];
}
