import {
  countText,
  pValueText,
  percentOf,
  percentText,
  plural,
  pointsText,
  signedRangeText,
} from "../base/index.ts";
import type { Interval } from "../evaluate/index.ts";
import { decimalsFor } from "./decimals.ts";
import type { Catalogue } from "./types.ts";

/** One of two runs on the images in common. */
export interface ComparedModel {
  readonly name: string;
  readonly accuracy: number;
  /** Images in common whose group is in its training set. */
  readonly leaked: number;
}

interface ComparisonText {
  readonly first: ComparedModel;
  readonly second: ComparedModel;
  /** In common. */
  readonly images: number;
  /** As many as images where no groups are known. */
  readonly groups: number;
  /** Accuracy of the second less that of the first. */
  readonly difference: number;
  /** Of the difference, 95%. */
  readonly interval: Interval;
}

/** What comparing two runs came to. */
export type ComparisonStatement =
  | {
      readonly code: "first-better" | "second-better" | "not-distinguishable";
      readonly data: ComparisonText;
    }
  | {
      readonly code: "not-comparable";
      /** One of the two was trained on groups of these images, the other was not. */
      readonly data: ComparisonText & { readonly reason: "leakage" };
    };

/** What a comparison rests on, beside its outcome. */
export type ComparisonBasis =
  | {
      readonly code: "compared-images";
      readonly data: {
        /** In common. */
        readonly images: number;
        /** That the first and the second run were evaluated on. */
        readonly totals: readonly [number, number];
      };
    }
  | {
      readonly code: "discordant-images";
      readonly data: {
        /** Predicted correctly by the first run alone. */
        readonly onlyFirst: number;
        readonly onlySecond: number;
        /** Of the exact McNemar test. */
        readonly p: number;
      };
    };

function betterText(
  better: ComparedModel,
  other: ComparedModel,
  data: ComparisonText,
  [low, high]: Interval,
): string {
  const decimals = decimalsFor(low, [other.accuracy, better.accuracy]);
  const shown = (fraction: number): string => percentOf(fraction, decimals);
  return (
    `${better.name} is significantly better than ${other.name}: accuracy ${shown(better.accuracy)}% against ${shown(other.accuracy)}%, ` +
    `difference ${shown(Math.abs(data.difference))} points (95% CI ${shown(low)} to ${shown(high)}; ${sizeText(data)}).`
  );
}

const sizeText = ({ images, groups }: ComparisonText): string =>
  `${plural(images, "image")}, ${plural(groups, "group")}`;

export const comparisonMessages: Catalogue<ComparisonStatement | ComparisonBasis> = {
  "first-better": (data) => {
    const [low, high] = data.interval;
    return { text: betterText(data.first, data.second, data, [-high, -low]) };
  },
  "second-better": (data) => ({ text: betterText(data.second, data.first, data, data.interval) }),
  "not-distinguishable": (data) => {
    const { first, second, difference, interval } = data;
    return {
      text:
        `No significant difference: ${first.name} ${percentText(first.accuracy)}, ${second.name} ${percentText(second.accuracy)}; ` +
        `second less first ${pointsText(difference)} (95% CI ${signedRangeText(interval)}; ${sizeText(data)}).`,
    };
  },
  "compared-images": ({ images, totals: [first, second] }) => ({
    text:
      first === images && second === images
        ? `Both were evaluated on the same ${plural(images, "image")}.`
        : `Compared on the ${plural(images, "image")} in common, of ${countText(first)} and ${countText(second)}.`,
  }),
  "discordant-images": ({ onlyFirst, onlySecond, p }) => ({
    text:
      `Correct only by the first: ${countText(onlyFirst)}; only by the second: ${countText(onlySecond)} ` +
      `(exact McNemar test: ${pValueText(p)}; it takes images as independent).`,
  }),
  "not-comparable": ({ first, second, images }) => {
    const [leaking, clean] = first.leaked > 0 ? [first, second] : [second, first];
    return {
      text:
        `Not comparable: ${leaking.name} (${percentText(leaking.accuracy)}) was trained on groups of ${countText(leaking.leaked)} of these ` +
        `${plural(images, "image")} (leakage), ${clean.name} (${percentText(clean.accuracy)}) on none.`,
      suggestion: `Train ${leaking.name} again with --split and the split.csv of ${clean.name}.`,
    };
  },
};
