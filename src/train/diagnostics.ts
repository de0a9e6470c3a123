import { binomialTail, lossText, portableLog } from "../base/index.ts";
import { type MeasuredOn, type TrainingAdvice, withoutContradictions } from "./advice.ts";
import type { EpochRecord, History } from "./history.ts";

/** A training so far, as the diagnostics need to know it. */
export interface TrainingSummary {
  readonly history: History;
  /** Epochs that were planned. */
  readonly epochs: number;
  /** Training examples by class; empty where the loss is none over classes. */
  readonly classCounts: readonly number[];
  /** Same order. @default "class 0", "class 1", … */
  readonly classNames?: readonly string[];
  /** The training loss counts what that of validation does not: weights, or mixed examples. @default false */
  readonly trainsOnOtherLoss?: boolean;
  /** No epoch follows, as planned. */
  readonly finished: boolean;
  /** Once training has ended: the epoch whose weights are kept. The advice is about this one then. */
  readonly kept?: EpochRecord;
}

/** What stands out after an epoch; the most serious first, and nothing that contradicts it. Often an empty list. */
export function diagnose(summary: TrainingSummary): readonly TrainingAdvice[] {
  const rules = [deadLayer, notLearning, classNeverPredicted, overfitting, lossStillFalling, inputBound];
  return withoutContradictions(rules.flatMap((rule) => rule(summary) ?? []));
}

/** Loss of one step against the first: infinite, NaN, or a thousand times what it was (and above 1000). */
export const isExploding = (loss: number, first: number): boolean =>
  !Number.isFinite(loss) || loss > 1000 * Math.max(first, 1);

/** What to say when training had to stop. */
export const diverged = (loss: number, epoch: number, step: number): TrainingAdvice => ({
  code: "diverged",
  action: "change-learning-rate",
  data: { epoch, step, loss: Number.isFinite(loss) ? loss : null },
});

/** From this probability on, an accuracy may well be luck. */
const alpha = 0.05;

/** The epoch to speak of: the kept one, or the last so far. */
const subjectOf = ({ history, kept }: TrainingSummary): EpochRecord | undefined => kept ?? history.at(-1);

const ofEpoch = ({ epoch }: EpochRecord, { kept }: TrainingSummary) => ({
  epoch,
  ...(kept && { keptEpoch: kept.epoch }),
});

function deadLayer(summary: TrainingSummary): TrainingAdvice | undefined {
  const record = subjectOf(summary);
  const layer = record?.deadLayers[0];
  if (!record || layer === undefined) return undefined;
  return {
    code: "dead-layer",
    action: "change-learning-rate",
    data: { ...ofEpoch(record, summary), layer },
  };
}

/** Accuracy that may be luck, and a loss no better than knowing only the class sizes, for long enough. */
function notLearning(summary: TrainingSummary): TrainingAdvice | undefined {
  const { history, epochs, finished, classCounts } = summary;
  const record = subjectOf(summary);
  // A first third at chance is nothing unusual, with a warm-up or batch norm.
  const patience = Math.max(3, Math.ceil(epochs / 3));
  const watched = history.slice(-patience);
  const [first, last] = [watched[0], watched.at(-1)];
  if (!record || !first || !last) return undefined;
  if (!finished && (watched.length < patience || last.loss < 0.98 * first.loss)) return undefined;
  const entropy = entropyOf(classCounts);
  const stuck = (one: EpochRecord): boolean =>
    printed(shownLoss(one)) >= printed(entropy) &&
    one.loss >= 0.98 * entropy &&
    luckOf(one, classCounts).p >= alpha;
  if (!(entropy > 0) || ![record, ...(finished ? [] : watched)].every(stuck)) return undefined;
  return {
    code: "not-learning",
    action: "change-learning-rate",
    data: {
      ...ofEpoch(record, summary),
      set: setOf(record),
      accuracy: shownAccuracy(record),
      loss: shownLoss(record),
      ...luckOf(record, classCounts),
      entropy,
      classes: classCounts.filter((count) => count > 0).length,
    },
  };
}

function classNeverPredicted(summary: TrainingSummary): TrainingAdvice | undefined {
  const { history, classNames, classCounts, kept, finished } = summary;
  const record = subjectOf(summary);
  const watched = kept ? [kept] : history.slice(-2);
  // At chance a single class is predicted all the time; naming the others would only distract.
  if (!record?.validation || isBlind(record, classCounts)) return undefined;
  // In the first epochs a class may be late; two in a row are not.
  if (watched.length < 2 && !kept && !finished) return undefined;
  const classes = record.validation.actual.flatMap((images, c) =>
    images > 0 && watched.every(({ validation }) => validation?.predicted[c] === 0)
      ? [{ name: classNames?.[c] ?? `class ${c}`, images }]
      : [],
  );
  if (classes.length === 0) return undefined;
  return {
    code: "class-never-predicted",
    action: "add-data",
    data: { ...ofEpoch(record, summary), classes },
  };
}

/** One class is predicted for every image, and no better than by luck. */
const isBlind = (record: EpochRecord, classCounts: readonly number[]): boolean =>
  record.validation?.predicted.filter((count) => count > 0).length === 1 &&
  luckOf(record, classCounts).p >= alpha;

function overfitting(summary: TrainingSummary): TrainingAdvice | undefined {
  const { history, classCounts, finished } = summary;
  const last = history.at(-1);
  // The kept epoch may still be sound while the later ones are not.
  const record = [subjectOf(summary), last].find((one) => one && isGap(one, summary));
  if (!record?.validation) return undefined;
  const data = {
    ...ofEpoch(record, summary),
    trainingAccuracy: record.accuracy,
    validationAccuracy: record.validation.accuracy,
  };
  const early = history.length < 5 && luckOf(record, classCounts).p >= alpha;
  if (!early && lossDrop(history) < 0.1) return { code: "overfitting", action: "regularize", data };
  // A validation that still gains, or has not yet left chance, may only be late: in the first few hundred steps
  // batch norm's averages trail the weights.
  return finished ? { code: "generalization-gap", action: "train-longer", data } : undefined;
}

function isGap({ epoch, accuracy, loss, validation }: EpochRecord, summary: TrainingSummary): boolean {
  if (!validation || epoch < 2) return false;
  // A loss is held against one that counts the same: where training's does not, validation has to be worse than it was.
  const before = summary.history.filter((one) => one.epoch < epoch).map(shownLoss);
  const wanted = summary.trainsOnOtherLoss ? Math.min(...before) : loss;
  // Two standard deviations, at most, of an accuracy over so many images: with few, a gap may be luck.
  const luck = 1 / Math.sqrt(sum(validation.actual));
  return accuracy - validation.accuracy >= Math.max(0.15, luck) && validation.loss > wanted;
}

function lossStillFalling({ history, finished }: TrainingSummary): TrainingAdvice | undefined {
  const last = history.at(-1);
  if (!finished || !last || history.length < 2) return undefined;
  const from = bestBefore(history);
  if (from < 0.02 || lossDrop(history) < 0.05) return undefined;
  return {
    code: "loss-still-falling",
    action: "train-longer",
    data: { epoch: last.epoch, set: setOf(last), from, to: shownLoss(last) },
  };
}

/** The engine waits for batches much of the time, and long enough to be worth a word. */
function inputBound({ history }: TrainingSummary): TrainingAdvice | undefined {
  const last = history.at(-1);
  const { stallFraction = 0 } = last ?? {};
  if (!last || stallFraction < 0.25 || stallFraction * last.seconds < 5) return undefined;
  return {
    code: "input-bound",
    action: "speed-up-input",
    data: { epoch: last.epoch, stallFraction },
  };
}

/** Lowest loss before the last epoch. */
const bestBefore = (history: History): number => Math.min(...history.slice(0, -1).map(shownLoss));

/** By which part the last epoch's loss is below the lowest before it; negative where it is above. */
function lossDrop(history: History): number {
  const last = history.at(-1);
  return last ? 1 - shownLoss(last) / bestBefore(history) : 0;
}

/** The accuracy of always predicting the largest class of training, and the chance to do as well as the model by that. */
function luckOf(
  record: EpochRecord,
  classCounts: readonly number[],
): { readonly majorityAccuracy: number; readonly p: number } {
  const majority = classCounts.indexOf(Math.max(...classCounts));
  const counts = record.validation?.actual ?? classCounts;
  const examples = sum(counts);
  // Without classes there is nothing to guess.
  if (majority < 0 || examples === 0) return { majorityAccuracy: 0, p: 0 };
  const majorityAccuracy = (counts[majority] ?? 0) / examples;
  const correct = Math.round(shownAccuracy(record) * examples);
  return { majorityAccuracy, p: binomialTail(correct, examples, majorityAccuracy) };
}

/** The cross-entropy of predicting the class sizes. */
function entropyOf(classCounts: readonly number[]): number {
  const total = sum(classCounts);
  const shares = classCounts.filter((count) => count > 0).map((count) => count / total);
  return -sum(shares.map((share) => share * portableLog(share)));
}

const printed = (loss: number): number => Number(lossText(loss));
const setOf = ({ validation }: EpochRecord): MeasuredOn => (validation ? "validation" : "training");
const shownAccuracy = (record: EpochRecord): number => record.validation?.accuracy ?? record.accuracy;
const shownLoss = (record: EpochRecord): number => record.validation?.loss ?? record.loss;
const sum = (numbers: readonly number[]): number => numbers.reduce((total, x) => total + x, 0);
