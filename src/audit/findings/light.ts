import { spreadOf } from "../../base/index.ts";
import { type ReadImage, type KnownCollection, pathsOf } from "../knownImages.ts";
import type { ExampleStatement, FindingCode } from "../statements.ts";
import type { Example, Finding } from "../types.ts";

const maxExamples = 8;

// All limits of this file are chosen, not measured.

/** Brightness, 0 to 255, beyond which little can be seen. */
const maxDark = 30;
const minBright = 230;
/** Of what is usual in the collection: a set of dark microscope images is not dark by mistake. */
const usualDeviations = 4;
const minDeviation = 6;
/** Difference of the brightest and the darkest pixels below which an image is empty. */
const minRange = 10;
/** Sharpness below which edges are soft at the size that a network sees, and the part of what is usual. */
const maxSoftness = 0.18;
const maxOfUsual = 1 / 2.5;

const meanOf = ({ facts }: ReadImage): number => facts.brightness.mean;
const rangeOf = ({ facts }: ReadImage): number => facts.brightness.range[1] - facts.brightness.range[0];

/** Images too dark, too bright, too blurred or too empty to train on, by themselves and compared with the others. */
export function lightFindings({ read }: KnownCollection): readonly Finding[] {
  if (read.length === 0) return [];
  const { median, low, high } = spreadOf(read.map(({ facts }) => facts.brightness.mean));
  // The quartiles of a normal distribution are 1.349 deviations apart.
  const reach = usualDeviations * Math.max((high - low) / 1.349, minDeviation);
  const ranges = spreadOf(read.map(rangeOf));
  const sharpness = spreadOf(read.map(({ facts }) => facts.sharpness));
  const isEmpty = (one: ReadImage): boolean => rangeOf(one) < Math.min(minRange, ranges.median / 4);
  const isDark = (one: ReadImage): boolean => meanOf(one) < Math.min(maxDark, median - reach);
  const isBright = (one: ReadImage): boolean => meanOf(one) > Math.max(minBright, median + reach);
  const isSoft = ({ facts }: ReadImage): boolean =>
    facts.sharpness < Math.min(maxSoftness, sharpness.median * maxOfUsual);
  // One reason each: an empty image is blurred as well.
  const seen = (one: ReadImage): boolean => isEmpty(one) || isDark(one) || isBright(one);
  return [
    ...finding(
      "empty",
      read.filter(isEmpty).toSorted((a, b) => rangeOf(a) - rangeOf(b)),
    ),
    ...finding(
      "dark",
      read.filter((one) => isDark(one) && !isEmpty(one)).toSorted((a, b) => meanOf(a) - meanOf(b)),
    ),
    ...finding(
      "bright",
      read.filter((one) => isBright(one) && !isEmpty(one)).toSorted((a, b) => meanOf(b) - meanOf(a)),
    ),
    ...finding(
      "blurred",
      read
        .filter((one) => isSoft(one) && !seen(one))
        .toSorted((a, b) => a.facts.sharpness - b.facts.sharpness),
    ),
  ];
}

const exampleOf = {
  empty: () => ({ code: "even-tone", data: {} }),
  dark: (image) => ({ code: "brightness", data: { mean: meanOf(image) } }),
  bright: (image) => ({ code: "brightness", data: { mean: meanOf(image) } }),
  blurred: ({ facts: { sharpness } }) => ({ code: "sharpness", data: { sharpness } }),
} satisfies Partial<Record<FindingCode, (image: ReadImage) => ExampleStatement>>;

function finding(code: keyof typeof exampleOf, images: readonly ReadImage[]): readonly Finding[] {
  if (images.length === 0) return [];
  return [
    {
      code,
      data: { images: images.length },
      severity: "warning",
      images: pathsOf(images),
      examples: images
        .slice(0, maxExamples)
        .map((image): Example => ({ ...exampleOf[code](image), paths: [image.path] })),
    },
  ];
}
