import { countText, percentText, plural } from "../base/index.ts";
import { type GroupSource, groupWord } from "../data/index.ts";
import type { Catalogue } from "./types.ts";

/** What about a split makes its metrics mean less than they seem to. */
export type SplitWarning =
  | {
      readonly code: "leakage";
      /** Share of the validation images whose group is in the training set too. */
      readonly data: { readonly leakShare: number; readonly source: GroupSource };
    }
  | {
      readonly code: "validation-size";
      readonly data: {
        readonly requestedFraction: number;
        readonly validationFraction: number;
        readonly source: GroupSource;
      };
    }
  | {
      readonly code: "mixed-groups";
      /** Groups with images of several classes. */
      readonly data: { readonly groups: number; readonly source: GroupSource };
    }
  | {
      readonly code: "few-validation-groups";
      readonly data: {
        /** Fewer than this are few. */
        readonly minGroups: number;
        readonly classes: readonly { readonly name: string; readonly groups: number }[];
        readonly source: GroupSource;
      };
    };

/** What is so small that it would be printed as nothing is still leakage. */
const leakText = (share: number): string => (share < 0.0005 ? "Less than 0.1%" : percentText(share));

export const splitMessages: Catalogue<SplitWarning> = {
  leakage: ({ leakShare, source }) => ({
    text:
      `${leakText(leakShare)} of the validation images share a ${groupWord(source)} with training images ` +
      "(leakage), so the accuracy is optimistic.",
    suggestion: `Use --split grouped: it keeps each ${groupWord(source)} in one set.`,
  }),
  "validation-size": ({ requestedFraction, validationFraction, source }) => ({
    text:
      `The validation set has ${percentText(validationFraction)} of the images instead of ` +
      `${percentText(requestedFraction)}: whole ${groupWord(source)}s allow no closer fraction.`,
  }),
  "mixed-groups": ({ groups, source }) => ({
    text:
      `${plural(groups, groupWord(source))} ${groups === 1 ? "has" : "have"} images of several classes: ` +
      (source === "content"
        ? "one of the labels may be wrong."
        : "right for patients, wrong where names begin anew in each class."),
  }),
  "few-validation-groups": ({ minGroups, classes, source }) => {
    const word = groupWord(source);
    const [first, ...others] = classes;
    if (first && others.length === 0)
      return {
        text: `Only ${plural(first.groups, `validation ${word}`)} for ${first.name}: its metrics are unreliable.`,
      };
    const names = classes.slice(0, 4).map(({ name, groups }) => `${name} (${countText(groups)})`);
    const rest = classes.length - names.length;
    const more = rest > 0 ? ` and ${plural(rest, "more class", "more classes")}` : "";
    return {
      text: `Too few validation ${word}s (fewer than ${minGroups}) for reliable metrics: ${names.join(", ")}${more}.`,
    };
  },
};
