import { countText, percentText, plural } from "../base/index.ts";
import { type GroupSource, groupWord } from "../data/index.ts";
import type { SplitBasis } from "./results.ts";
import type { Catalogue } from "./types.ts";

/** What about a split makes its metrics mean less than they seem to. */
export type SplitWarning =
  | {
      readonly code: "leakage";
      readonly data: {
        readonly source: GroupSource;
        readonly split: SplitBasis;
        /** Images of each set whose group is in the training set too. */
        readonly leaking: HeldOutCounts;
        /** Images of each set; 0 where there is none. */
        readonly images: HeldOutCounts;
        /** Near-duplicates across groups that the data names count as well. */
        readonly nearDuplicates: boolean;
      };
    }
  | {
      /** In groups that a column or a pattern names. */
      readonly code: "linked-groups";
      readonly data: {
        readonly source: GroupSource;
        /** With near-duplicates in other groups. */
        readonly images: number;
        /** That they are in. */
        readonly groups: number;
        /** Some of them are on both sides of the split. */
        readonly apart: boolean;
      };
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

/** What says the groups. */
const groupOrigin: Readonly<Record<GroupSource, string>> = {
  column: "the column group",
  pattern: "--group-pattern",
  file: "the groups of the split file",
  content: "the groups",
  none: "the groups",
};

interface HeldOutCounts {
  readonly validation: number;
  readonly test: number;
}

const leakText = (set: keyof HeldOutCounts, leaking: HeldOutCounts, images: HeldOutCounts): string =>
  `${countText(leaking[set])} of ${plural(images[set], `${set} image`)}`;

/** What to do about groups on both sides, which depends on what was kept and what was drawn. */
function leakRemedy(split: SplitBasis, { test }: HeldOutCounts, word: string): string {
  if (test > 0)
    return (
      `Take the ${word}s concerned out of the training images, or use --split pooled: it draws training and validation set from all ` +
      "images by whole groups and leaves no test set."
    );
  return split === "folders"
    ? "Use --split grouped: it draws training and validation set anew by whole groups; a test part is kept."
    : `Use --split grouped: it keeps each ${word} in one set.`;
}

export const splitMessages: Catalogue<SplitWarning> = {
  leakage: ({ source, split, leaking, images, nearDuplicates }) => {
    const sets = (["validation", "test"] as const).filter((set) => leaking[set] > 0);
    const one = sets.length === 1 && leaking[sets[0] ?? "test"] === 1;
    const word = groupWord(source);
    return {
      text:
        `${sets.map((set) => leakText(set, leaking, images)).join(" and ")} ${one ? "shares" : "share"} a ${word} ` +
        `${nearDuplicates ? "or near-duplicates " : ""}with training images ` +
        `(leakage), so the ${sets.join(" and ")} ${sets.length === 1 ? "accuracy is" : "accuracies are"} optimistic.`,
      suggestion: leakRemedy(split, leaking, word),
    };
  },
  "linked-groups": ({ source, images, groups, apart }) => ({
    text:
      `${plural(images, "image")} in ${plural(groups, "group")} have near-duplicates in other groups` +
      (apart
        ? ", and not all of these groups are on one side of the split."
        : "; groups that share some are on one side of the split."),
    suggestion: `Check ${groupOrigin[source]}: such groups may show the same objects.`,
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
