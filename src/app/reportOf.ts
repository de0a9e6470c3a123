import { type RunReport, bytesText, countText, durationText } from "../report/index.ts";
import type { History } from "../train/index.ts";
import { titleOf } from "./paths.ts";
import type { TrainResult } from "./results.ts";
import type { Training } from "./runTraining.ts";

/** What the page of a run shows. */
export function reportOf(result: TrainResult, { settings }: Training, history: History): RunReport {
  const { accuracy, loss, count, bestEpoch, confusionMatrix, perClass, advice, leftOut, split } = result;
  return {
    title: titleOf(settings.data),
    accuracy,
    loss,
    count,
    bestEpoch,
    confusionMatrix,
    perClass,
    advice,
    leftOut,
    classNames: result.classes,
    history: history.map(({ epoch, loss, accuracy, validation }) => ({
      epoch,
      loss,
      accuracy,
      validationLoss: validation?.loss ?? Number.NaN,
      validationAccuracy: validation?.accuracy ?? Number.NaN,
    })),
    facts: factsOf(result, settings),
    caution:
      split === "random"
        ? "These pictures were drawn at random from all of them. If several pictures show the same object, the figure flatters."
        : "The split follows the data's own folders; where they name no validation pictures, those were drawn at random.",
  };
}

function factsOf(result: TrainResult, settings: Training["settings"]): RunReport["facts"] {
  const { pictures, parameters, memory, seconds, seed, split } = result;
  const { optimizer, size, batchSize, augment } = settings;
  const facts = {
    Pictures: `${countText(pictures.train)} to learn from, ${countText(pictures.validation)} kept back, ${countText(pictures.test)} for a last test`,
    Split: `${split}, seed ${seed}`,
    Model: `${result.architecture}, ${countText(parameters)} numbers`,
    "Picture size": `${size} × ${size} pixels`,
    Training: `${result.epochs} epochs, batches of ${batchSize}, ${optimizer.type} at a learning rate of ${optimizer.learningRate}`,
    Augmentation: augment,
    Memory: bytesText(memory.total),
    Time: durationText(seconds),
  };
  return Object.entries(facts).map(([name, value]) => ({ name, value }));
}
