import { countText, pValueText, percentText, plural } from "../base/index.ts";
import { type GroupSource, groupWord } from "../data/index.ts";
import type { Catalogue } from "./types.ts";

/** What cross-validation says of the labels. */
export type LabelsStatement =
  | {
      /** The models predict no better than the majority class, so that their opinion of one label is worth nothing. */
      readonly code: "labels-not-reviewable";
      readonly data: {
        readonly accuracy: number;
        readonly majority: { readonly label: string; readonly accuracy: number };
        /** Of the exact binomial test that the accuracy is higher than that of the majority class. */
        readonly p: number;
        /** Independent trials of that test: groups, or images where no groups are known. */
        readonly trials: number;
        readonly source: GroupSource;
      };
    }
  | {
      readonly code: "suspect-labels";
      readonly data: {
        readonly suspects: number;
        /** Wrong labels expected in all; need not be whole. */
        readonly expectedWrong: number;
      };
    }
  | { readonly code: "no-suspect-labels"; readonly data: { readonly images: number } };

/** How the labels were reviewed. */
export interface LabelsPredicted {
  readonly code: "labels-predicted";
  readonly data: { readonly images: number; readonly folds: number; readonly accuracy: number };
}

/** What has become of the data that was looked at. */
export interface DataUnchanged {
  readonly code: "data-unchanged";
  readonly data: { readonly by: "labels" | "audit" };
}

export const labelMessages: Catalogue<LabelsStatement | LabelsPredicted | DataUnchanged> = {
  "data-unchanged": ({ by }) => ({
    text:
      by === "labels"
        ? "Nothing was changed: look at each image before you move it."
        : "Nothing in your data was changed; groups.csv has the groups.",
  }),
  "labels-predicted": ({ images, folds, accuracy }) => ({
    text:
      `${plural(images, "image")}, each predicted by one of ${countText(folds)} models that were not trained on it: ` +
      `cross-validated accuracy ${percentText(accuracy)}.`,
  }),
  "labels-not-reviewable": ({ accuracy, majority, p, trials, source }) => ({
    text:
      `The labels cannot be reviewed: accuracy ${percentText(accuracy)} is not significantly better than the majority class ` +
      `${majority.label} (${percentText(majority.accuracy)}; ${pValueText(p)}, exact test over ${plural(trials, groupWord(source))}), ` +
      "so a prediction says nothing about a label. No label is marked as suspect.",
    suggestion: "Find settings that do better with fovea train and its advice, then review with them.",
  }),
  "suspect-labels": ({ suspects, expectedWrong }) => ({
    text:
      `${plural(suspects, "label looks", "labels look")} wrong; about ${countText(Math.round(expectedWrong))} of all may be, ` +
      "or be of images that the models cannot classify.",
  }),
  "no-suspect-labels": ({ images }) => ({
    text: images === 1 ? "The label looks right." : `None of the ${plural(images, "label")} looks wrong.`,
  }),
};
