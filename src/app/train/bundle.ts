import { at, ndarray } from "../../base/index.ts";
import { type Bundle, type Proof, proofSize, writeBundle, writeEnsemble } from "../../bundle/index.ts";
import { stagesOf } from "../../data/index.ts";
import { type Predictions, imageSource } from "../../evaluate/index.ts";
import type { Weights } from "../../train/index.ts";
import type { TrainResult } from "../results.ts";
import { evaluatePart } from "./evaluatePart.ts";
import type { TrainSettings } from "./settings.ts";
import { ensembleOf } from "./steps/calibrate.ts";
import type { CrossValidation, Fitted, Training } from "./types.ts";

/** What is known of a model when its file is written. */
export interface Finished {
  readonly result: Pick<TrainResult, "accuracy" | "loss" | "count" | "calibration">;
  readonly fitted: Fitted;
  /** Uncalibrated, of the validation set. */
  readonly predictions: Predictions;
}

/** Bytes of the model file: of the one net that is kept, or of those of all folds. */
export async function modelFileOf(training: Training, finished: Finished): Promise<Uint8Array> {
  const { crossValidation } = finished.fitted;
  return ensembleOf(crossValidation).length > 0 && crossValidation
    ? writeEnsemble(await netsOf(training, finished, crossValidation))
    : writeBundle(await bundleOf(training, finished));
}

/**
 * The folds' nets. All have the temperature that was fitted on the predictions for all folds, each by the net that was not trained on it:
 * that is the one whose calibration error is measured, and a fold alone is often too small to fit one.
 */
async function netsOf(
  training: Training,
  { result, predictions }: Finished,
  { folds, foldOf, indices }: CrossValidation,
): Promise<readonly Bundle[]> {
  const { settings } = training.task;
  const { prepare, augment } = stagesOf(training.transforms);
  const classes = settings.classNames.length;
  return Promise.all(
    folds.flatMap(({ net, fold, count, accuracy }) => {
      if (!net) return [];
      const rows = [...foldOf.keys()].filter((row) => foldOf[row] === fold - 1).slice(0, proofSize);
      const probabilities = new Float32Array(rows.length * classes);
      rows.forEach((row, i) =>
        probabilities.set(
          predictions.probabilities.data.subarray(row * classes, (row + 1) * classes),
          i * classes,
        ),
      );
      const images = Int32Array.from(rows, (row) => at(indices, row));
      return [
        proofOf(training, images, probabilities).then((proof) => ({
          ...sharedOf(training),
          transforms: [...prepare, ...augment, ...net.normalise],
          weights: net.weights,
          temperature: result.calibration.temperature,
          proof,
          training: { ...optionsOf(settings), fold, folds: folds.length, accuracy, count },
        })),
      ];
    }),
  );
}

const sharedOf = ({ task: { settings }, dataset }: Training): Omit<Bundle, "transforms" | "weights"> => ({
  model: settings.model,
  inputShape: dataset.prepared.shape,
  classNames: settings.classNames,
});

const optionsOf = ({
  seed,
  split,
  epochs,
  batchSize,
  optimizer,
  augment,
  monitor,
}: TrainSettings): Readonly<Record<string, unknown>> => ({
  ...({ seed, split, epochs, batchSize, optimizer, augment } satisfies Partial<TrainSettings>),
  ...(monitor !== undefined && { monitor }),
});

/** What the model file holds; the path of the data stays out of it. */
export async function bundleOf(
  training: Training,
  { result, fitted, predictions }: Finished,
): Promise<Bundle> {
  const { task, split, transforms } = training;
  const { settings } = task;
  const { end, crossValidation } = fitted;
  const { accuracy, loss, count, calibration } = result;
  const ofKept = crossValidation ? await evaluateFirst(training, end.weights) : predictions;
  const indices = split.parts.validation.subarray(0, proofSize);
  const stored = ofKept.probabilities.data.slice(0, indices.length * settings.classNames.length);
  return {
    ...sharedOf(training),
    transforms,
    weights: end.weights,
    temperature: calibration.temperature,
    proof: await proofOf(training, indices, stored),
    training: {
      accuracy,
      loss,
      count,
      bestEpoch: end.bestEpoch,
      ...optionsOf(settings),
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

/** Some validation images with the network's probabilities, by which whoever loads it can check it. */
async function proofOf(
  { task: { settings }, dataset: { prepared } }: Training,
  indices: Int32Array,
  probabilities: Float32Array,
): Promise<Proof> {
  const [height, width, channels] = prepared.shape;
  const size = height * width * channels;
  const images = new Uint8Array(indices.length * size);
  for (const [slot, index] of indices.entries()) await prepared.copyInto(index, images, slot * size);
  const classes = settings.classNames.length;
  return {
    images: ndarray(images, [indices.length, ...prepared.shape]),
    probabilities: ndarray(probabilities, [indices.length, classes]),
  };
}
