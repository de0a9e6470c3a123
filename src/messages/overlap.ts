import { countText, plural } from "../base/index.ts";
import type { Catalogue } from "./types.ts";

/** Whether images that a model is evaluated on are those that it was made from: files of the same bytes. */
export type TrainingOverlap =
  | {
      readonly code: "training-overlap";
      readonly data: {
        /** Evaluated on. */
        readonly images: number;
        /** Of these, in the training set. */
        readonly training: number;
        /** Of these, in the validation set, by which epoch and temperature were chosen. */
        readonly validation: number;
      };
    }
  | { readonly code: "no-training-overlap"; readonly data: { readonly images: number } }
  | {
      /** No list of the training images is beside the model file. */
      readonly code: "training-overlap-unknown";
      readonly data: { readonly images: number };
    };

const nearDuplicates = "Near-duplicates of training images were not looked for.";

const beVerb = (n: number): string => (n === 1 ? "is" : "are");

function overlapText(images: number, training: number, validation: number): string {
  const of = `of ${plural(images, "image")}`;
  if (training === 0)
    return `${countText(validation)} ${of} ${beVerb(validation)} in the model's validation set`;
  const first = `${countText(training)} ${of} ${beVerb(training)} in the model's training set`;
  return validation === 0 ? first : `${first} and ${countText(validation)} in its validation set`;
}

export const overlapMessages: Catalogue<TrainingOverlap> = {
  "training-overlap": ({ images, training, validation }) => ({
    text:
      `${overlapText(images, training, validation)} (files of the same bytes, by split.csv), so the accuracy is optimistic. ` +
      nearDuplicates,
    suggestion: "Evaluate on images that the model was not made from.",
  }),
  "no-training-overlap": ({ images }) => ({
    text:
      (images === 1
        ? "The one image is not in the model's training or validation set"
        : `None of the ${plural(images, "image")} is in the model's training or validation set`) +
      ` (files of the same bytes, by split.csv). ${nearDuplicates}`,
  }),
  "training-overlap-unknown": ({ images }) => ({
    text:
      `No split.csv is beside the model file, so ${images === 1 ? "the image" : `the ${plural(images, "image")}`} ` +
      "could not be compared with its training set.",
  }),
};
