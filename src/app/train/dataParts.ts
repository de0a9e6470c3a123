import { type Random, seeded } from "../../base/index.ts";
import {
  type NormaliseTransform,
  type Image,
  type PreparedImages,
  type Split,
  augmentSteps,
  channelStatistics,
  indicesOf,
  rescale,
  split,
  standardize,
} from "../../data/index.ts";
import { augmentedSource, imageSource } from "../../evaluate/index.ts";
import type { PartIndices } from "../files/tables.ts";
import type { TrainSettings } from "./settings.ts";
import type { Sources } from "./types.ts";

/** The draw that decides the validation set; it depends on the seed alone. */
export const splitRandom = (seed: number): Random => seeded(seed).fork("split");

/** Draws the parts as the settings say. @throws when a class has too few images. */
export const splitAs = (
  images: readonly Image[],
  settings: Pick<TrainSettings, "split" | "validation" | "seed" | "classNames">,
): Split =>
  split(images, {
    ...(settings.split !== "file" && { method: settings.split }),
    validation: settings.validation,
    random: splitRandom(settings.seed),
    classNames: settings.classNames,
  });

/** Indices of the images of each part. */
export const partIndices = (prepared: PreparedImages, { train, validation, test }: Split): PartIndices => ({
  train: indicesOf(prepared, train),
  validation: indicesOf(prepared, validation),
  test: indicesOf(prepared, test),
});

/** The step from bytes to the network's numbers; statistics come from the training set alone. */
export function normaliseOf(
  prepared: PreparedImages,
  { train }: PartIndices,
  { normalise }: TrainSettings,
): readonly NormaliseTransform[] {
  switch (normalise) {
    case "standardize":
      return [standardize(channelStatistics(prepared, train))];
    case "rescale":
      return [rescale()];
    default:
      return normalise satisfies never;
  }
}

/** The parts as examples, ready for batches. */
export function sourcesOf(
  prepared: PreparedImages,
  parts: PartIndices,
  { normalise, settings }: { normalise: readonly NormaliseTransform[]; settings: TrainSettings },
): Sources {
  const augment = augmentSteps(settings.augment);
  return {
    train: augmentedSource(prepared, { indices: parts.train, normalise, augment, seed: settings.seed }),
    validation: imageSource(prepared, { indices: parts.validation, normalise }),
    ...(parts.test.length > 0 && { test: imageSource(prepared, { indices: parts.test, normalise }) }),
  };
}
