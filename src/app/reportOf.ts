import {
  type ReportFigure,
  type RunReport,
  bytesText,
  countText,
  durationText,
  plural,
} from "../report/index.ts";
import type { History } from "../train/index.ts";
import { titleOf } from "./paths.ts";
import type { EvaluateResult, TrainResult } from "./results.ts";
import type { Training } from "./runTraining.ts";
import { splitCaution } from "./splitReport.ts";

/** What the page of a run shows. */
export function reportOf(result: TrainResult, { settings }: Training, history: History): RunReport {
  const { bestEpoch, advice, leftOut, split, splitReport, test } = result;
  const { confusionMatrix, perClass } = test ?? result;
  return {
    title: titleOf(result.run),
    validation: figureOf(result),
    ...(test && { test: figureOf(test) }),
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
    caution: [splitCaution(split, splitReport), ...splitReport.warnings].join(" "),
  };
}

const figureOf = ({ accuracy, loss, count, intervals }: EvaluateResult): ReportFigure => ({
  accuracy,
  loss,
  count,
  interval: intervals.accuracy,
});

function factsOf(result: TrainResult, settings: Training["settings"]): RunReport["facts"] {
  const { pictures, parameters, memory, seconds, seed, split } = result;
  const { optimizer, size, batchSize, augment } = settings;
  const lastTest = pictures.test > 0 ? `, ${countText(pictures.test)} for a last test` : "";
  const facts = {
    Data: titleOf(settings.data),
    Pictures: `${countText(pictures.train)} to learn from, ${countText(pictures.validation)} kept back${lastTest}`,
    Split: `${split}, seed ${seed}`,
    Model: `${result.architecture}, ${countText(parameters)} numbers`,
    "Picture size": `${size} × ${size} pixels`,
    Training: `${plural(result.epochs, "epoch")}, batches of ${batchSize}, ${optimizer.type} at a learning rate of ${optimizer.learningRate}`,
    Augmentation: augment,
    Memory: bytesText(memory.total),
    Time: durationText(seconds),
  };
  return Object.entries(facts).map(([name, value]) => ({ name, value }));
}
