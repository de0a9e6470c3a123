import { type Random, at, ndarray, seeded } from "../../base/index.ts";
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
import {
  type TrainingSource,
  augmentedSource,
  checkWeights,
  classFactors,
  imageSource,
  withClassFactors,
  withWeights,
} from "../../evaluate/index.ts";
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
  const { seed } = settings;
  const train = augmentedSource(prepared, { indices: parts.train, normalise, augment, seed });
  return {
    train: weighed(train, { prepared, indices: parts.train, settings }),
    validation: imageSource(prepared, { indices: parts.validation, normalise }),
    ...(parts.test.length > 0 && { test: imageSource(prepared, { indices: parts.test, normalise }) }),
  };
}

interface Weighing {
  readonly prepared: Pick<PreparedImages, "images">;
  /** Of the training images. */
  readonly indices: Int32Array;
  readonly settings: Pick<TrainSettings, "data" | "classNames" | "classWeights">;
}

/** Training images with the weights of the data and of their classes, where there are such. @throws where no image counts */
function weighed(
  source: TrainingSource,
  { prepared: { images }, indices, settings: { data, classNames, classWeights } }: Weighing,
): TrainingSource {
  const isWeighted = images.some(({ weight }) => weight !== undefined);
  const weights = Float32Array.from(indices, (index) => at(images, index).weight ?? 1);
  if (isWeighted)
    checkWeights(
      `${data}: weights of the training images`,
      ndarray(weights, [weights.length]),
      weights.length,
    );
  const own = isWeighted ? withWeights(source, weights) : source;
  if (classWeights === undefined) return own;
  const known = { classes: classNames.length, classNames, labels: source.labels?.() };
  return withClassFactors(own, classFactors("--class-weights", classWeights, known));
}
