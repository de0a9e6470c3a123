import {
  type ParameterCount,
  bytesText,
  countText,
  durationText,
  parametersText,
  percentText,
  plural,
} from "../base/index.ts";
import type { GroupSource } from "../data/index.ts";
import type { EndReason, MonitorName } from "../train/index.ts";
import { monitorText } from "./training.ts";
import type { Catalogue } from "./types.ts";

/** What is said from the split of the images to the end of a training. */
export type ProgressStatement =
  | {
      readonly code: "set-sizes";
      readonly data: {
        readonly source: GroupSource;
        /** Images of each set; 0 where there is none. */
        readonly images: SetCounts;
        readonly groups: SetCounts;
        /** Share of the validation images whose group is in the training set too. */
        readonly leakShare: number;
      };
    }
  | {
      readonly code: "fold-sizes";
      readonly data: {
        readonly source: GroupSource;
        readonly folds: number;
        readonly images: number;
        readonly groups: number;
      };
    }
  | { readonly code: "own-parts"; readonly data: OwnParts }
  | {
      readonly code: "model";
      readonly data: {
        readonly model: string;
        /** The run or model file whose architecture it has, where one was given. */
        readonly from?: string | undefined;
        readonly parameters: ParameterCount;
        /** Side of the input in pixels. */
        readonly size: number;
        /** Of memory that training takes. */
        readonly bytes: number;
      };
    }
  | {
      readonly code: "training-begins";
      readonly data: {
        readonly epochs: number;
        readonly batchSize: number;
        /** Validation measures and the file holds the moving average of the weights (EMA). */
        readonly averaged: boolean;
        /** From 1; more where a run goes on. */
        readonly firstEpoch: number;
        /** Of a cross-validation; 0 where there is none. */
        readonly folds: number;
        /** Of each image that the finished model looks at; 1 where it is the image alone. */
        readonly views: number;
        /** Where a time was given. */
        readonly time?: GivenTime | undefined;
      };
    }
  | {
      readonly code: "fold-begins";
      readonly data: {
        readonly fold: number;
        readonly folds: number;
        readonly training: number;
        readonly validation: number;
      };
    }
  | { readonly code: "final-model-begins"; readonly data: { readonly images: number } }
  | {
      readonly code: "training-ended";
      readonly data: {
        readonly end: EndReason;
        /** Whole ones. */
        readonly epochs: number;
        /** From 1; the one that is kept. */
        readonly bestEpoch: number;
        /** Figure of the validation set by which it is the best. */
        readonly monitor: MonitorName;
        readonly seconds: number;
        /** Of a cross-validation; 0 where there is none. */
        readonly folds: number;
        /** No final model was trained: the folds' nets are kept. */
        readonly ensemble?: boolean;
      };
    };

/** What the epochs follow from. */
export interface GivenTime {
  readonly minutes: number;
  /** Epochs of the model's own recipe, and the minutes that they would take, where the time is short for them. */
  readonly short?: { readonly epochs: number; readonly minutes: number };
}

/** Which data augmentation the training images decided for, and why. */
export type AugmentationChoice =
  | {
      readonly code: "augmentation-turns";
      readonly data: {
        /** In the training set. */
        readonly images: number;
        /** Of these, with a turned near-duplicate of their class among them. */
        readonly turned: number;
      };
    }
  | {
      readonly code: "augmentation-none";
      readonly data: {
        /** Training images that were looked up among the others. */
        readonly images: number;
        /** Of these, most like an image of their class: as they are, and mirrored. */
        readonly plain: number;
        readonly mirrored: number;
      };
    }
  | { readonly code: "augmentation-mirror"; readonly data: { readonly images: number } };

/** What became of the parts that the data brings itself. */
export interface OwnParts {
  /**
   * kept: all of them; drawn: there is no validation part, so that the validation set (or folds) come from the training part;
   * redrawn: training and validation part were pooled; pooled: test images are among those that were drawn from.
   */
  readonly outcome: "kept" | "drawn" | "redrawn" | "pooled";
  /** Images of the data's own test part. */
  readonly test: number;
  /** Of these, in the training or validation set; above 0 where they are pooled. */
  readonly pooled: number;
  readonly folds: boolean;
}

interface SetCounts {
  readonly training: number;
  readonly validation: number;
  readonly test: number;
}

function setText(
  name: string,
  { images, groups, source }: { images: number; groups: number; source: GroupSource },
): string {
  return `${name}: ${plural(images, "image")}${source === "none" ? "" : ` (${plural(groups, "group")})`}.`;
}

export const progressMessages: Catalogue<ProgressStatement> = {
  "set-sizes": ({ source, images, groups, leakShare }) => {
    const one = (name: string, set: keyof SetCounts): string =>
      setText(name, { source, images: images[set], groups: groups[set] });
    const sets = [
      one("Training", "training"),
      one("Validation", "validation"),
      ...(images.test > 0 ? [one("Test", "test")] : []),
    ];
    const disjoint = source === "none" || leakShare > 0 ? "" : " No group is in both.";
    return { text: `${sets.join(" ")}${disjoint}` };
  },
  "fold-sizes": ({ folds, ...sizes }) => ({
    text: `${setText(`Cross-validation in ${countText(folds)} folds`, sizes)} Each image is predicted by a model that was not trained on it.`,
  }),
  "own-parts": ({ outcome, test, pooled, folds }) => {
    const drawn = folds ? "divided into folds" : "split again";
    const kept = test === 0 ? "" : folds ? "; its test part is in no fold" : "; its test part is kept";
    switch (outcome) {
      case "kept":
        return { text: "The data set's own parts are kept." };
      case "drawn":
        return {
          text: `The ${folds ? "folds were" : "validation set was"} drawn from the data set's own training part${kept}.`,
        };
      case "redrawn":
        return {
          text: `The data set's own training and validation parts were pooled and ${drawn}${kept}.`,
          ...(!folds && { suggestion: "--split auto keeps them." }),
        };
      case "pooled":
        return {
          text:
            `The data set's own parts were pooled and ${drawn}: ${countText(pooled)} of ${plural(test, "image")} of its test part ` +
            `${pooled === 1 ? "was" : "were"} drawn as well.`,
          suggestion: "--split auto keeps them.",
        };
      default:
        return outcome satisfies never;
    }
  },
  model: ({ model, from, parameters, size, bytes }) => ({
    text: `Model ${model}: ${parametersText(parameters)}, input ${size} × ${size} × 3, about ${bytesText(bytes)} of memory.${from === undefined ? "" : ` Architecture of ${from}; the weights are new.`}`,
  }),
  "training-begins": ({ epochs, batchSize, averaged, firstEpoch, folds, views, time }) => ({
    text:
      (firstEpoch > 1
        ? `Resuming at epoch ${firstEpoch} of ${epochs}`
        : `Training: ${plural(epochs, "epoch")}${folds > 0 ? " per fold" : ""} (passes over the training set)`) +
      `, batch size ${countText(batchSize)}.` +
      timeText(time) +
      (averaged ? " Validated and saved: the moving average of the weights (EMA)." : "") +
      (views > 1
        ? ` The epochs are validated by the image alone, the finished model by the mean of ${views} views of it.`
        : ""),
  }),
  "fold-begins": ({ fold, folds, training, validation }) => ({
    text: `Fold ${fold} of ${folds}: ${plural(training, "training image")}, ${plural(validation, "validation image")}.`,
  }),
  "final-model-begins": ({ images }) => ({
    text:
      images === 1
        ? "Final model: trained on the one image."
        : `Final model: trained on all ${plural(images, "image")}.`,
  }),
  "training-ended": ({ end, epochs, bestEpoch, monitor, seconds, folds, ensemble }) => {
    const time = durationText(seconds);
    const saved = epochs > 0 ? ` Saved epoch ${bestEpoch} (best validation ${monitorText[monitor]}).` : "";
    switch (end) {
      case "done":
        return {
          text:
            folds > 0
              ? `Finished ${countText(folds)} folds${ensemble ? "" : " and the final model"}, ${plural(epochs, "epoch")} each, in ${time}.`
              : `Finished ${plural(epochs, "epoch")} in ${time}.${saved}`,
        };
      case "stopped early":
        return { text: `Stopped early after ${plural(epochs, "epoch")} and ${time}.${saved}` };
      case "interrupted":
        return {
          text:
            epochs > 0
              ? `Interrupted after ${plural(epochs, "whole epoch")} and ${time}.${saved}`
              : `Interrupted in the first epoch, after ${time}. Saved the model as it was.`,
        };
      case "diverged":
        return { text: `Training diverged after ${time}. Saved the last finite weights.` };
      default:
        return end satisfies never;
    }
  },
};

export const augmentationMessages: Catalogue<AugmentationChoice> = {
  "augmentation-turns": ({ images, turned }) => ({
    text:
      `Augmentation: turns (left-right mirror and 90° rotations), since ${countText(turned)} of ${plural(images, "training image")} ` +
      "have near-duplicates that are turned.",
  }),
  "augmentation-none": ({ images, plain, mirrored }) => ({
    text:
      `Augmentation: none, since mirroring seems to change the class: of ${plural(images, "training image")}, ${percentText(plain / images)} ` +
      `are most like another of their class, and ${percentText(mirrored / images)} when mirrored.`,
  }),
  "augmentation-mirror": () => ({
    text: "Augmentation: mirror (left-right). Where no direction is up (microscopy, views from above), --augment turns is better.",
  }),
};

function timeText(time: GivenTime | undefined): string {
  if (!time) return "";
  const { minutes, short } = time;
  const begin = ` So many fit into ${plural(minutes, "minute")} on this machine; they change where it turns out slower or faster.`;
  if (!short) return begin;
  return `${begin} That is short: the model's own ${plural(short.epochs, "epoch")} take ${plural(short.minutes, "minute")}.`;
}
