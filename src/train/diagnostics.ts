import { percentText, portableLog } from "../base/index.ts";
import type { EpochRecord, History } from "./history.ts";

export type AdviceCode =
  | "chance"
  | "diverged"
  | "silentLayer"
  | "overfitting"
  | "stillFalling"
  | "classNeverPredicted"
  | "starved";

/** What a good engineer would say over the reader's shoulder. */
export interface Advice {
  readonly code: AdviceCode;
  /** What is seen, with its numbers. */
  readonly sentence: string;
  readonly tryThis: string;
}

/** A training so far, as the doctor needs to know it. */
export interface TrainingSummary {
  readonly history: History;
  /** Training examples by class. */
  readonly classCounts: readonly number[];
  /** Same order. @default "class 0", "class 1", … */
  readonly classNames?: readonly string[];
  /** No epoch follows. */
  readonly finished: boolean;
}

/** Looks at a training after an epoch; the most serious first. Nothing to say is an empty list. */
export function diagnose(patient: TrainingSummary): readonly Advice[] {
  const chance = atChance(patient);
  return [
    silentLayer(patient),
    chance,
    // At chance a single class is said all the time; naming the others would only distract.
    chance ? undefined : classNeverPredicted(patient),
    overfitting(patient),
    stillFalling(patient),
    starved(patient),
  ].filter((advice) => advice !== undefined);
}

/** Loss of one step against the first: infinite, NaN, or a thousand times what it was (and above 1000). */
export const isExploding = (loss: number, first: number): boolean =>
  !Number.isFinite(loss) || loss > 1000 * Math.max(first, 1);

/** What to say when training had to stop. */
export function diverged(loss: number, epoch: number, step: number): Advice {
  const what = Number.isFinite(loss) ? `grew to ${loss.toPrecision(3)}` : "is no number any more";
  return {
    code: "diverged",
    sentence: `The loss ${what} at step ${step} of epoch ${epoch}, so training stopped; the last good weights are kept.`,
    tryThis: "Use a learning rate ten times smaller, and check that the input is normalised.",
  };
}

/** Accuracy no better than always guessing the commonest class, and a loss no better than knowing only the class sizes. */
function atChance({ history, classCounts, finished }: TrainingSummary): Advice | undefined {
  const { most, entropy } = guessing(classCounts);
  const watched = history.slice(-2);
  const last = watched.at(-1);
  if (!last || (watched.length < 2 && !finished)) return undefined;
  const examples = sum(last.validation?.actual ?? classCounts);
  const margin = luckOf(most, examples);
  const guesses = (record: EpochRecord): boolean =>
    shownAccuracy(record) <= most + margin &&
    shownLoss(record) >= entropy * 0.95 &&
    record.loss >= entropy * 0.9;
  if (entropy === 0 || !watched.every(guesses)) return undefined;
  const classes = classCounts.filter((count) => count > 0).length;
  const even = Math.abs(entropy - portableLog(classes)) < 0.005;
  return {
    code: "chance",
    sentence:
      `Accuracy ${percentText(shownAccuracy(last))} is no better than guessing (${percentText(most)}), and the loss ` +
      `${last.loss.toFixed(3)} has not come below ${entropy.toFixed(3)}, ` +
      (even ? `which is ln(${classes}): ` : `which the class sizes alone give: `) +
      "the network has not begun to learn.",
    tryThis:
      "Use another learning rate (ten times smaller first), He initialisation and batch normalisation; " +
      "then check that the labels are right.",
  };
}

function silentLayer({ history }: TrainingSummary): Advice | undefined {
  const last = history.at(-1);
  const [first] = last?.deadLayers ?? [];
  if (!last || first === undefined) return undefined;
  return {
    code: "silentLayer",
    sentence: `Every output of the layer ${first} is 0 after epoch ${last.epoch}, so nothing before it can learn.`,
    tryThis: "Start again with a smaller learning rate, or use leakyRelu or batch normalisation there.",
  };
}

function classNeverPredicted({ history, classNames, finished }: TrainingSummary): Advice | undefined {
  const watched = history.slice(-2);
  if (watched.length < 2 && !finished) return undefined;
  const actual = watched.at(-1)?.validation?.actual ?? [];
  // In the first epochs a class may be late; two in a row are not.
  const missing = actual.flatMap((count, c) =>
    count > 0 && watched.every(({ validation }) => validation?.predicted[c] === 0) ? [c] : [],
  );
  if (missing.length === 0) return undefined;
  const one = missing.length === 1;
  const names = listed(missing.map((c) => classNames?.[c] ?? `class ${c}`));
  const count = sum(missing.map((c) => actual[c] ?? 0));
  return {
    code: "classNeverPredicted",
    sentence: `No validation image was named ${names}, though ${count} ${count === 1 ? "shows" : "show"} ${one ? "it" : "them"}.`,
    tryThis:
      `Train longer, add images of ${one ? "this class" : "these classes"}, and check that they do not look ` +
      "like those of another class.",
  };
}

function overfitting({ history, classCounts, finished }: TrainingSummary): Advice | undefined {
  const last = history.at(-1);
  if (!last?.validation || history.length < 2) return undefined;
  const { accuracy, loss } = last.validation;
  // Two standard deviations, at most, of an accuracy over so many images: with few, a gap may be luck.
  const luck = 1 / Math.sqrt(sum(last.validation.actual));
  if (last.accuracy - accuracy < Math.max(0.15, luck) || loss <= last.loss) return undefined;
  const gap = `Accuracy is ${percentText(last.accuracy)} on the training images but ${percentText(accuracy)} on the others: `;
  const cures = "Add images, augmentation or dropout, or use a smaller model";
  const { most } = guessing(classCounts);
  const early = history.length < 5 && accuracy <= most + luckOf(most, sum(last.validation.actual));
  if (!early && lossDrop(history) < 0.1) {
    return {
      code: "overfitting",
      sentence: `${gap}the network learns its images by heart.`,
      tryThis: `${cures}; more epochs will not help.`,
    };
  }
  // A validation that still gains, or has not yet left chance, may only be late: in the first few hundred steps
  // batch norm's averages trail the weights.
  if (!finished) return undefined;
  return {
    code: "overfitting",
    sentence: `${gap}what the network has learned does not yet hold for new images.`,
    tryThis: `Train longer; if the gap stays, ${cures.toLowerCase()}.`,
  };
}

function stillFalling({ history, finished }: TrainingSummary): Advice | undefined {
  const last = history.at(-1);
  if (!finished || !last || history.length < 2) return undefined;
  const best = bestBefore(history);
  if (best < 0.02 || lossDrop(history) < 0.05) return undefined;
  return {
    code: "stillFalling",
    sentence:
      `The loss was still falling in the last epoch (${best.toFixed(3)} to ${shownLoss(last).toFixed(3)}), ` +
      "so more epochs would help.",
    tryThis: `Train longer: ${history.length * 2} epochs instead of ${history.length}.`,
  };
}

/** The engine waits for batches much of the time, and long enough to be worth a word. */
function starved({ history }: TrainingSummary): Advice | undefined {
  const last = history.at(-1);
  const { stallFraction: waitShare = 0 } = last ?? {};
  if (!last || waitShare < 0.25 || waitShare * last.seconds < 5) return undefined;
  return {
    code: "starved",
    sentence:
      `In epoch ${last.epoch} the engine waited ${percentText(waitShare)} of the time for its next images: ` +
      "they are made ready more slowly than the network trains.",
    tryThis:
      "Use less augmentation; where the pixels lie in a temporary file, use smaller images, or give the process more memory.",
  };
}

/** Three standard deviations of a guesser's accuracy over so many examples. */
const luckOf = (most: number, examples: number): number =>
  Math.max(3 * Math.sqrt((most * (1 - most)) / examples), 0.02);

/** Lowest loss before the last epoch. */
const bestBefore = (history: History): number => Math.min(...history.slice(0, -1).map(shownLoss));

/** By which part the last epoch's loss is below the lowest before it; negative where it is above. */
function lossDrop(history: History): number {
  const last = history.at(-1);
  return last ? 1 - shownLoss(last) / bestBefore(history) : 0;
}

/** "a", "a or b", "a, b or c" */
const listed = (names: readonly string[]): string =>
  [names.slice(0, -1).join(", "), ...names.slice(-1)].filter((part) => part !== "").join(" or ");

/** Accuracy of always saying the commonest class, and the cross-entropy of saying the class sizes. */
function guessing(classCounts: readonly number[]): { most: number; entropy: number } {
  const total = sum(classCounts);
  const shares = classCounts.filter((count) => count > 0).map((count) => count / total);
  return { most: Math.max(...shares), entropy: -sum(shares.map((share) => share * portableLog(share))) };
}

const shownAccuracy = (record: EpochRecord): number => record.validation?.accuracy ?? record.accuracy;
const shownLoss = (record: EpochRecord): number => record.validation?.loss ?? record.loss;
const sum = (numbers: readonly number[]): number => numbers.reduce((total, x) => total + x, 0);
