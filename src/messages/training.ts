import {
  countText,
  listText,
  lossText,
  pValueText,
  percentText,
  portableLog,
  significantText,
} from "../base/index.ts";
import type { ScanNote } from "../data/index.ts";
import type { AdviceCode, MonitorName, TrainingAdvice, TrainingNote, ValueRange } from "../train/index.ts";
import type { Catalogue } from "./types.ts";

/** How a figure of the validation set is called in a sentence. */
export const monitorText: Readonly<Record<MonitorName, string>> = {
  accuracy: "accuracy",
  loss: "loss",
  balancedAccuracy: "balanced accuracy",
  macroF1: "macro F1",
};

/** Advice that was given while training and no longer holds. */
export interface AdviceWithdrawn {
  readonly code: "advice-withdrawn";
  readonly data: { readonly advice: AdviceCode };
}

/** "Epoch 3 (kept)" once training has ended, "Epoch 3" before. */
const epochText = ({ epoch, keptEpoch }: { readonly epoch: number; readonly keptEpoch?: number }): string => {
  if (keptEpoch === undefined) return `Epoch ${epoch}`;
  return epoch === keptEpoch ? `Epoch ${epoch} (kept)` : `Epoch ${epoch} (epoch ${keptEpoch} is kept)`;
};

const topics: { readonly [Code in AdviceCode]: string } = {
  "not-finite": "a value that is not finite",
  diverged: "the divergence",
  "dead-layer": "the dead layer",
  "not-learning": "not learning",
  "class-never-predicted": "a class that is never predicted",
  overfitting: "overfitting",
  "generalization-gap": "the gap between training and validation accuracy",
  "loss-still-falling": "training longer",
  "input-bound": "waiting for images",
};

const gapText = (data: { readonly trainingAccuracy: number; readonly validationAccuracy: number }): string =>
  `training accuracy ${percentText(data.trainingAccuracy)}, validation accuracy ${percentText(data.validationAccuracy)}`;

const regularize = "add images, augmentation or dropout, or use a smaller model";

export const trainingMessages: Catalogue<TrainingAdvice | AdviceWithdrawn> = {
  "advice-withdrawn": ({ advice }) => ({ text: `No longer applies: the advice on ${topics[advice]}.` }),
  diverged: ({ epoch, step, loss }) => ({
    text:
      `Epoch ${epoch}: the loss ${loss === null ? "became NaN" : `grew to ${significantText(loss, 3)}`} at step ${countText(step)}; ` +
      "training stopped and the last finite weights were kept.",
    suggestion: "Use a learning rate ten times smaller, and check that the input is normalised.",
  }),
  "not-finite": ({ epoch, step, set, array, at, value }) => ({
    text:
      `Epoch ${epoch}: the ${set} loss is not a number${step === undefined ? "" : ` at step ${countText(step)}`}, ` +
      `since ${array}[${at.join(", ")}] of the ${set} set is ${value}; ` +
      "training stopped and the last finite weights were kept.",
    suggestion: `Replace values that are not finite, or leave out their examples (the first index is the example's, from 0).`,
  }),
  "dead-layer": ({ layer, ...data }) => ({
    text: `${epochText(data)}: every output of the layer ${layer} is 0 (dead), so no gradient passes through it.`,
    suggestion:
      "Start again with a smaller learning rate, or use leakyRelu or batch normalisation in that layer.",
  }),
  "not-learning": ({ set, accuracy, majorityAccuracy, p, loss, entropy, classes, ...data }) => {
    const even = lossText(entropy) === lossText(portableLog(classes));
    const limit = even ? `ln(${classes})` : "the entropy of the class sizes,";
    return {
      text:
        `${epochText(data)}: ${set} accuracy ${percentText(accuracy)} is not significantly better than the majority class ` +
        `(${percentText(majorityAccuracy)}, ${pValueText(p)}), and the ${set} loss ${lossText(loss)} is not below ` +
        `${limit} ${even ? "= " : ""}${lossText(entropy)}: the model is not learning.`,
      suggestion:
        "Use another learning rate (ten times smaller first), He initialisation and batch normalisation; " +
        "then check that the labels are correct.",
    };
  },
  "class-never-predicted": ({ classes, ...data }) => {
    const one = classes.length === 1;
    const images = classes.reduce((sum, { images: count }) => sum + count, 0);
    const names = classes.map(({ name }) => name);
    return {
      text:
        `${epochText(data)}: no validation image is predicted as ${listText(names, { most: 6, last: "or" })}, ` +
        `though ${countText(images)} ${images === 1 ? "is" : "are"} labelled so.`,
      suggestion:
        `Add images of ${one ? "this class" : "these classes"}, and check that they do not look ` +
        "like those of another class.",
    };
  },
  overfitting: ({ trainingAccuracy, validationAccuracy, ...data }) => ({
    text: `${epochText(data)}: the model is overfitting (${gapText({ trainingAccuracy, validationAccuracy })}).`,
    suggestion: `${regularize[0]!.toUpperCase()}${regularize.slice(1)}; more epochs will not help.`,
  }),
  "generalization-gap": ({ trainingAccuracy, validationAccuracy, ...data }) => ({
    text: `${epochText(data)}: the model does not generalise yet (${gapText({ trainingAccuracy, validationAccuracy })}).`,
    suggestion: `Train longer; if the gap stays, ${regularize}.`,
  }),
  "loss-still-falling": ({ epoch, set, from, to }) => ({
    text: `The ${set} loss was still falling in the last epoch (${epoch}): from ${lossText(from)} to ${lossText(to)}.`,
    suggestion: `Train longer: ${countText(epoch * 2)} epochs instead of ${countText(epoch)}.`,
  }),
  "input-bound": ({ epoch, stallFraction }) => ({
    text: `Epoch ${epoch}: input-bound, the engine waited for data ${percentText(stallFraction)} of the time.`,
    suggestion:
      "Use less augmentation; where the pixels lie in a temporary file, use smaller images, or give the process more memory.",
  }),
};

/** What is noted of a run before it trains: how its data was read, and what is to be said of the training. */
export type RunNote = ScanNote | TrainingNote;

/** "-2.12 to 2.64" */
const rangeText = ([low, high]: ValueRange): string =>
  `${significantText(low, 3)} to ${significantText(high, 3)}`;

export const trainingNoteMessages: Catalogue<TrainingNote> = {
  "rounded-separately": ({ runtime }) => ({
    text:
      `${runtime ?? "This processor"} has no fused multiply-add${runtime === undefined ? "" : " for WebAssembly"}: every product and sum is rounded by itself. ` +
      "The weights differ in their last bits, and so the metrics a little, from those of machines that have one.",
    suggestion:
      "For the same bits everywhere, use exact arithmetic there too (--exact; exact: true in the library).",
  }),
  "repeated-rescaling": ({ layer, scale, from, to }) => ({
    text:
      `The layer ${layer} multiplies by ${significantText(scale, 3)} what is scaled already: ` +
      `its input is ${rangeText(from)}, its output ${rangeText(to)}. Images that are so nearly equal slow the training down.`,
    suggestion: "Remove the layer, or give it images that are not scaled yet.",
  }),
};
