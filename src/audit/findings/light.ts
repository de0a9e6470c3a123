import { plural, spreadOf } from "../../base/index.ts";
import { type ReadImage, type KnownCollection, pathsOf } from "../knownImages.ts";
import type { Finding, FindingCode } from "../types.ts";

const shownAtMost = 8;

/** Brightness, 0 to 255, beyond which little can be seen. */
const veryDark = 30;
const veryBright = 230;
/** Of what is usual in the collection: a set of dark microscope images is not dark by mistake. */
const usualDeviations = 4;
const leastDeviation = 6;
/** Difference of the brightest and the darkest pixels. */
const nearlyNone = 10;
/** Sharpness below which edges are soft at the size that a network sees, and the part of what is usual. */
const soft = 0.18;
const softerThanUsual = 1 / 2.5;

const rangeOf = ({ facts }: ReadImage): number => facts.brightness.range[1] - facts.brightness.range[0];

/** Images too dark, too bright, too blurred or too empty to learn from, by themselves and beside the others. */
export function lightFindings({ read }: KnownCollection): readonly Finding[] {
  if (read.length === 0) return [];
  const { median, low, high } = spreadOf(read.map(({ facts }) => facts.brightness.mean));
  // The quartiles of a normal distribution are 1.349 deviations apart.
  const reach = usualDeviations * Math.max((high - low) / 1.349, leastDeviation);
  const ranges = spreadOf(read.map(rangeOf));
  const sharpness = spreadOf(read.map(({ facts }) => facts.sharpness));
  const isEmpty = (one: ReadImage): boolean => rangeOf(one) < Math.min(nearlyNone, ranges.median / 4);
  const mean = ({ facts }: ReadImage): number => facts.brightness.mean;
  const isDark = (one: ReadImage): boolean => mean(one) < Math.min(veryDark, median - reach);
  const isBright = (one: ReadImage): boolean => mean(one) > Math.max(veryBright, median + reach);
  const isSoft = ({ facts }: ReadImage): boolean =>
    facts.sharpness < Math.min(soft, sharpness.median * softerThanUsual);
  // One reason each: an empty image is blurred as well.
  const seen = (one: ReadImage): boolean => isEmpty(one) || isDark(one) || isBright(one);
  return [
    ...finding(
      "empty",
      read.filter(isEmpty).toSorted((a, b) => rangeOf(a) - rangeOf(b)),
    ),
    ...finding(
      "dark",
      read.filter((one) => isDark(one) && !isEmpty(one)).toSorted((a, b) => mean(a) - mean(b)),
    ),
    ...finding(
      "bright",
      read.filter((one) => isBright(one) && !isEmpty(one)).toSorted((a, b) => mean(b) - mean(a)),
    ),
    ...finding(
      "blurred",
      read
        .filter((one) => isSoft(one) && !seen(one))
        .toSorted((a, b) => a.facts.sharpness - b.facts.sharpness),
    ),
  ];
}

interface Words {
  readonly what: string;
  readonly says: (subject: ReadImage) => string;
  readonly tryThis: string;
}

const brightnessText = ({ facts }: ReadImage): string =>
  `brightness ${Math.round(facts.brightness.mean)} of 255`;

const words = {
  empty: {
    what: "nearly empty: one even tone and nothing else",
    says: () => "nearly one tone",
    tryThis: "Look at them, and remove those that show nothing.",
  },
  dark: {
    what: "very dark, beside the others too",
    says: brightnessText,
    tryThis: "Look at them, and remove or brighten those in which nothing can be seen.",
  },
  bright: {
    what: "very bright, beside the others too",
    says: brightnessText,
    tryThis: "Look at them, and remove those in which nothing can be seen.",
  },
  blurred: {
    what: "far more blurred than the others",
    says: ({ facts }) => `sharpness ${facts.sharpness.toFixed(2)}`,
    tryThis: "Look at them, and remove those in which the object cannot be told.",
  },
} satisfies Partial<Record<FindingCode, Words>>;

function finding(code: keyof typeof words, subjects: readonly ReadImage[]): readonly Finding[] {
  if (subjects.length === 0) return [];
  const { what, says, tryThis }: Words = words[code];
  return [
    {
      code,
      severity: "warning",
      sentence: `${plural(subjects.length, "image")} ${subjects.length === 1 ? "is" : "are"} ${what}.`,
      tryThis,
      images: pathsOf(subjects),
      examples: subjects.slice(0, shownAtMost).map((one) => ({ paths: [one.path], says: says(one) })),
    },
  ];
}
