import type { Steps } from "../protocol.ts";
import { seeded } from "../../base/index.ts";
import { evaluateModel } from "../../evaluate/index.ts";
import { written } from "../../messages/index.ts";
import {
  type History,
  type StartEvent,
  type TrainingAdvice,
  type Weights,
  fit,
  withoutContradictions,
} from "../../train/index.ts";
import { normaliseOf, sourcesOf } from "./dataParts.ts";
import type { FoldEvent, TrainEvent } from "../events.ts";
import { follow } from "./follow.ts";
import type { PartIndices } from "../records.ts";
import type { Advice, FoldsResult } from "../results.ts";
import type { Services } from "../context.ts";
import type { TrainSettings } from "./settings.ts";
import { fitOptions } from "./training.ts";
import type { CrossValidation, FoldOutcome, Prepared, Sources } from "./types.ts";

/** What a cross-validation works with. */
export interface Validated extends Pick<Prepared, "prepared" | "settings" | "backend"> {
  readonly foldOf: Int32Array;
  /** What to say once the first fold is compiled. */
  readonly begin: (event: StartEvent) => TrainEvent;
}

/**
 * Trains once for each fold on all others, with the same settings and a seed of its own, and asks the model after the last epoch for the fold:
 * no epoch is chosen by the images that it is judged on. @throws when aborted.
 */
export async function* crossValidate(
  validated: Validated,
  services: Services,
  signal: AbortSignal,
): Steps<TrainEvent, CrossValidation> {
  const { prepared, settings, foldOf, begin } = validated;
  const classes = settings.classNames.length;
  const probabilities = new Float32Array(prepared.count * classes);
  const count = foldOf.reduce((most, fold) => Math.max(most, fold), 0) + 1;
  const folds: FoldOutcome[] = [];
  for (let fold = 0; fold < count; fold++) {
    const parts = partsOf(foldOf, fold);
    const place = { fold: fold + 1, folds: count };
    const work = workOf(validated, parts, foldSeed(settings.seed, fold + 1));
    const opening = (event: StartEvent): readonly TrainEvent[] => [
      ...(fold === 0 ? [begin(event)] : []),
      foldEvent(place, parts),
    ];
    const { history, advice, weights } = yield* trainFold(work, { opening, services, signal });
    const said = await predict(work, weights);
    for (const [place, index] of parts.validation.entries())
      probabilities.set(said.rows.subarray(place * classes, (place + 1) * classes), index * classes);
    folds.push({ fold: fold + 1, count: parts.validation.length, accuracy: said.accuracy, history, advice });
  }
  return { foldOf, probabilities, folds };
}

const foldEvent = (place: Pick<FoldEvent, "fold" | "folds">, parts: PartIndices): FoldEvent => ({
  type: "fold",
  ...place,
  trainCount: parts.train.length,
  validationCount: parts.validation.length,
});

function partsOf(foldOf: Int32Array, fold: number): PartIndices {
  const indices = Int32Array.from(foldOf.keys());
  return {
    train: indices.filter((i) => foldOf[i] !== fold),
    validation: indices.filter((i) => foldOf[i] === fold),
    test: new Int32Array(0),
  };
}

const foldSeed = (seed: number, fold: number): number =>
  seeded(seed)
    .fork(`fold ${fold}`)
    .integer(2 ** 31);

interface FoldWork extends Pick<Prepared, "prepared" | "settings" | "backend"> {
  readonly sources: Sources;
}

function workOf({ prepared, backend, ...rest }: Validated, parts: PartIndices, seed: number): FoldWork {
  const settings: TrainSettings = { ...rest.settings, seed };
  const normalise = normaliseOf(prepared, parts, settings);
  return { prepared, backend, settings, sources: sourcesOf(prepared, parts, { normalise, settings }) };
}

interface Trained {
  readonly weights: Weights;
  readonly history: History;
  readonly advice: readonly TrainingAdvice[];
}

interface FoldOptions {
  readonly opening: (event: StartEvent) => readonly TrainEvent[];
  readonly services: Services;
  readonly signal: AbortSignal;
}

async function* trainFold(
  work: FoldWork,
  { opening, services, signal }: FoldOptions,
): Steps<TrainEvent, Trained> {
  const { settings, sources } = work;
  const events = fit(settings.model, sources, {
    ...fitOptions(work, services, signal),
    keeps: "last",
  });
  const { end } = yield* follow(events, {
    epochs: settings.epochs,
    count: sources.train.count,
    begin: opening,
    quiet: true,
    services,
  });
  signal.throwIfAborted();
  return { weights: end.lastWeights, history: end.history, advice: end.advice };
}

async function predict(
  { settings, backend, sources }: FoldWork,
  weights: Weights,
): Promise<{ readonly rows: Float32Array; readonly accuracy: number }> {
  const { model, batchSize } = settings;
  const evaluation = await evaluateModel({ model, weights }, sources.validation, { backend, batchSize });
  if (!evaluation) throw new Error("evaluation stopped though nobody asked it to");
  return { rows: evaluation.probabilities.data, accuracy: evaluation.accuracy };
}

/** What was noticed in any fold, each thing once, with the fold that its numbers are from. */
export function foldsAdvice({ folds }: CrossValidation): readonly Advice[] {
  const all = folds.flatMap(({ fold, advice }) => advice.map((one) => ({ ...one, fold })));
  const once = all.filter(({ code }, i) => all.findIndex((other) => other.code === code) === i);
  return withoutContradictions(once).map((one) => {
    const { text, ...message } = written(one);
    return { ...one, ...message, text: `Fold ${one.fold} of ${folds.length}: ${text}` };
  });
}

/** The accuracies of the folds, their mean, and their standard deviation, n - 1 in the divisor. */
export function foldsResult({ folds }: CrossValidation): FoldsResult {
  const accuracies = folds.map(({ accuracy }) => accuracy);
  const mean = accuracies.reduce((sum, x) => sum + x, 0) / accuracies.length;
  const squares = accuracies.reduce((sum, x) => sum + (x - mean) ** 2, 0);
  return { count: folds.length, accuracies, mean, deviation: Math.sqrt(squares / (accuracies.length - 1)) };
}
