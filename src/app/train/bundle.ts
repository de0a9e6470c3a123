import { ndarray } from "../../base/index.ts";
import { type Bundle, type Proof, proofSize } from "../../bundle/index.ts";
import { stagesOf } from "../../data/index.ts";
import { type Predictions, imageSource } from "../../evaluate/index.ts";
import type { Weights } from "../../train/index.ts";
import type { TrainResult } from "../results.ts";
import { evaluatePart } from "./evaluatePart.ts";
import type { TrainSettings } from "./settings.ts";
import type { Fitted, Training } from "./types.ts";

/** What is known of a model when its file is written. */
export interface Finished {
  readonly result: Pick<TrainResult, "accuracy" | "loss" | "count" | "calibration">;
  readonly fitted: Fitted;
  /** Uncalibrated, of the validation set. */
  readonly predictions: Predictions;
}

/** What the model file holds; the path of the data stays out of it. */
export async function bundleOf(
  training: Training,
  { result, fitted, predictions }: Finished,
): Promise<Bundle> {
  const { task, dataset, transforms } = training;
  const { settings } = task;
  const { end, crossValidation } = fitted;
  const { accuracy, loss, count, calibration } = result;
  const ofKept = crossValidation ? await evaluateFirst(training, end.weights) : predictions;
  const { seed, split, epochs, batchSize, optimizer, augment, monitor } = settings;
  return {
    model: settings.model,
    inputShape: dataset.prepared.shape,
    classNames: settings.classNames,
    transforms,
    weights: end.weights,
    temperature: calibration.temperature,
    proof: await proofOf(training, ofKept),
    training: {
      accuracy,
      loss,
      count,
      bestEpoch: end.bestEpoch,
      ...({ seed, split, epochs, batchSize, optimizer, augment } satisfies Partial<TrainSettings>),
      ...(monitor !== undefined && { monitor }),
    },
  };
}

/** The predictions of the model that is kept for the first validation images. */
function evaluateFirst(training: Training, weights: Weights): Promise<Predictions> {
  const { task, dataset, split, backend, transforms } = training;
  const indices = split.parts.validation.subarray(0, proofSize);
  const { normalise } = stagesOf(transforms);
  const source = imageSource(dataset.prepared, { indices, normalise });
  return evaluatePart({ settings: task.settings, backend }, weights, source);
}

/** The first validation images with the network's probabilities, by which whoever loads it can check it. */
async function proofOf(
  { task: { settings }, dataset: { prepared }, split }: Training,
  { probabilities }: Predictions,
): Promise<Proof> {
  const indices = split.parts.validation.subarray(0, proofSize);
  const [height, width, channels] = prepared.shape;
  const size = height * width * channels;
  const images = new Uint8Array(indices.length * size);
  for (const [slot, index] of indices.entries()) await prepared.copyInto(index, images, slot * size);
  const classes = settings.classNames.length;
  return {
    images: ndarray(images, [indices.length, ...prepared.shape]),
    probabilities: ndarray(probabilities.data.slice(0, indices.length * classes), [indices.length, classes]),
  };
}
