import { at, median } from "../../base/index.ts";
import { type KnownCollection, type ReadImage, pathsOf, setsOf } from "../knownImages.ts";
import type { Example, Finding, Share } from "../types.ts";

const maxExamples = 8;
/** Times below the median of the shorter sides; such images stay blurred when resized. Chosen, not measured. */
const muchSmaller = 3;
/** From the median aspect ratio; chosen, not measured. */
const maxFactor = 1.5;

const sizeOf = ({ facts: { width, height } }: ReadImage) => ({ width, height });
const sizeName = ({ facts }: ReadImage): string => `${facts.width} x ${facts.height}`;
const aspectOf = ({ facts }: ReadImage): number => facts.width / facts.height;
const sideOf = ({ facts }: ReadImage): number => Math.min(facts.width, facts.height);

/** How many images have each value, the most frequent first. */
export const sharesOf = (
  read: readonly ReadImage[],
  nameOf: (image: ReadImage) => string,
): readonly Share[] =>
  frequentSets(read, nameOf).map((set) => ({ name: nameOf(at(set, 0)), images: set.length }));

/** The images of each name, the most frequent first. */
const frequentSets = (
  read: readonly ReadImage[],
  nameOf: (image: ReadImage) => string,
): readonly (readonly ReadImage[])[] =>
  setsOf(read, nameOf).toSorted(
    (a, b) => b.length - a.length || (nameOf(at(a, 0)) < nameOf(at(b, 0)) ? -1 : 1),
  );

export const sizeShares = (read: readonly ReadImage[]): readonly Share[] => sharesOf(read, sizeName);

/** Images of other sizes and shapes than the rest. */
export const shapeFindings = ({ read }: KnownCollection): readonly Finding[] => [
  ...sizes(read),
  ...aspects(read),
];

const exampleOf = (image: ReadImage): Example => ({
  code: "image-size",
  data: sizeOf(image),
  paths: [image.path],
});

function sizes(read: readonly ReadImage[]): readonly Finding[] {
  const sets = frequentSets(read, sizeName);
  const [usual] = sets;
  if (!usual || sets.length === 1) return [];
  const sorted = read.toSorted((a, b) => sideOf(a) - sideOf(b));
  const limit = median(read.map(sideOf)) / muchSmaller;
  const small = sorted.filter((image) => sideOf(image) < limit);
  return [
    {
      code: "sizes",
      data: {
        images: read.length,
        sizes: sets.length,
        smallest: sizeOf(at(sorted, 0)),
        largest: sizeOf(at(sorted, sorted.length - 1)),
        usual: { ...sizeOf(at(usual, 0)), images: usual.length },
        muchSmaller: small.length,
      },
      severity: small.length > 0 ? "warning" : "note",
      images: pathsOf(small),
      examples: small.slice(0, maxExamples).map(exampleOf),
    },
  ];
}

function aspects(read: readonly ReadImage[]): readonly Finding[] {
  if (read.length === 0) return [];
  const usual = median(read.map(aspectOf));
  const factorOf = (image: ReadImage): number => Math.max(aspectOf(image) / usual, usual / aspectOf(image));
  const odd = read
    .filter((image) => factorOf(image) > maxFactor)
    .toSorted((a, b) => factorOf(b) - factorOf(a));
  if (odd.length === 0) return [];
  const wider = odd.filter((image) => aspectOf(image) > usual).length;
  return [
    {
      code: "aspect-ratios",
      data: { factor: maxFactor, wider, taller: odd.length - wider },
      severity: "note",
      images: pathsOf(odd),
      examples: odd.slice(0, maxExamples).map(exampleOf),
    },
  ];
}
