import type { Steps } from "../protocol.ts";
import { seeded } from "../../base/index.ts";
import { countCorrect } from "../../evaluate/index.ts";
import type { LearningRateSchedule } from "../../nn/index.ts";
import { withFoldText } from "../../messages/index.ts";
import { type StartEvent, bySeriousness, fit, withoutContradictions } from "../../train/index.ts";
import { normaliseOf, sourcesOf } from "./dataParts.ts";
import type { FoldEvent, TrainEvent } from "../events.ts";
import { evaluatePart } from "./evaluatePart.ts";
import { type FitInputs, fitOptions } from "./fitOptions.ts";
import { forwardEvents } from "./forwardEvents.ts";
import type { PartIndices } from "../files/tables.ts";
import type { Advice, FoldsResult } from "../results.ts";
import { readyEvent } from "./ready.ts";
import type { CrossValidation, FoldNet, FoldOutcome, PipelineContext, Training } from "./types.ts";

/**
 * Trains once for each fold on all others, with the same settings and a seed of its own, and predicts the fold with the model after
 * the last epoch: no epoch is chosen by the images that it is evaluated on. @throws when aborted.
 */
export async function* crossValidate(
  training: Training,
  context: PipelineContext,
): Steps<TrainEvent, CrossValidation> {
  const { task, split } = training;
  const { settings } = task;
  const { folds: count } = split;
  const inFolds = foldsIn(split);
  const { indices, foldOf } = inFolds;
  const classes = settings.classNames.length;
  const probabilities = new Float32Array(indices.length * classes);
  const folds: FoldOutcome[] = [];
  let last: CrossValidation["last"] | undefined;
  for (let fold = 0; fold < count; fold++) {
    const rows = Int32Array.from(foldOf.keys()).filter((row) => foldOf[row] === fold);
    const parts = partsOf(inFolds, fold);
    const inputs = inputsOf(training, parts, foldSeed(settings.seed, fold + 1));
    const begin = (event: StartEvent): readonly TrainEvent[] => [
      ...(fold === 0 ? [readyEvent(event, training)] : []),
      foldEvent({ fold: fold + 1, folds: count }, parts),
    ];
    last = yield* trainFold(inputs, begin, context);
    const { lastWeights: weights, history, advice } = last.end;
    yield { type: "working", on: "predicting" };
    const predicted = await evaluatePart(inputs, weights, inputs.sources.validation);
    const { data } = predicted.probabilities;
    for (const [i, row] of rows.entries())
      probabilities.set(data.subarray(i * classes, (i + 1) * classes), row * classes);
    const accuracy = countCorrect(data, predicted.targets.data, rows.length) / rows.length;
    folds.push({
      fold: fold + 1,
      count: parts.validation.length,
      accuracy,
      history,
      advice,
      ...(settings.ensemble && { net: { weights, normalise: inputs.normalise } }),
    });
  }
  if (!last) throw new Error("a cross-validation has folds");
  return { ...inFolds, probabilities, folds, last };
}

const foldEvent = (position: Pick<FoldEvent, "fold" | "folds">, parts: PartIndices): FoldEvent => ({
  type: "fold",
  ...position,
  trainCount: parts.train.length,
  validationCount: parts.validation.length,
});

type InFolds = Pick<CrossValidation, "indices" | "foldOf">;

function foldsIn({ parts: { validation: indices }, foldOf }: Training["split"]): InFolds {
  return { indices, foldOf: indices.map((index) => foldOf?.[index] ?? 0) };
}

const partsOf = ({ indices, foldOf }: InFolds, fold: number): PartIndices => ({
  train: indices.filter((_, row) => foldOf[row] !== fold),
  validation: indices.filter((_, row) => foldOf[row] === fold),
  test: new Int32Array(0),
});

const foldSeed = (seed: number, fold: number): number =>
  seeded(seed)
    .fork(`fold ${fold}`)
    .integer(2 ** 31);

/** The training with the settings of one fold. */
function inputsOf(
  { task, dataset, backend }: Training,
  parts: PartIndices,
  seed: number,
): FitInputs & Pick<FoldNet, "normalise"> {
  const settings = { ...task.settings, seed };
  const normalise = normaliseOf(dataset.prepared, parts, settings);
  const sources = sourcesOf(dataset.prepared, parts, { normalise, settings });
  return { backend, settings, sources, normalise };
}

async function* trainFold(
  inputs: FitInputs,
  begin: (event: StartEvent) => readonly TrainEvent[],
  { services, signal }: PipelineContext,
): Steps<TrainEvent, CrossValidation["last"]> {
  const { settings, sources } = inputs;
  const options = fitOptions(inputs, services, signal);
  const schedule = ofTraining(options.schedule);
  const events = fit(settings.model, sources, { ...options, ...(schedule && { schedule }), keeps: "last" });
  const fitted = yield* forwardEvents(events, {
    epochs: () => settings.epochs,
    count: sources.train.count,
    begin,
    quiet: true,
    services,
  });
  signal.throwIfAborted();
  return fitted;
}

/** A plateau of the training set, as the final training has it: the fold is what the model is evaluated on, and decides nothing. */
function ofTraining(schedule: LearningRateSchedule | undefined): LearningRateSchedule | undefined {
  if (schedule?.type !== "plateau") return schedule;
  const isOfLoss = schedule.monitor === "valLoss" || schedule.monitor === "loss";
  return { ...schedule, monitor: isOfLoss ? "loss" : "accuracy" };
}

/** What was noticed in any fold, the most serious first, each thing once, with the first fold that it was noticed in. */
export function foldsAdvice({ folds }: Pick<CrossValidation, "folds">): readonly Advice[] {
  const all = folds
    .flatMap(({ fold, advice }) => advice.map((one) => ({ ...one, fold })))
    .sort(bySeriousness);
  const once = all.filter(({ code }, i) => all.findIndex((other) => other.code === code) === i);
  return withoutContradictions(once).map((one) => withFoldText(one, { fold: one.fold, folds: folds.length }));
}

/** The accuracies of the folds, their mean, and their standard deviation, n - 1 in the divisor. */
export function foldsResult({ folds }: Pick<CrossValidation, "folds">): FoldsResult {
  const accuracies = folds.map(({ accuracy }) => accuracy);
  const mean = accuracies.reduce((sum, x) => sum + x, 0) / accuracies.length;
  const squares = accuracies.reduce((sum, x) => sum + (x - mean) ** 2, 0);
  return {
    count: folds.length,
    accuracies,
    mean,
    deviation: Math.sqrt(squares / (accuracies.length - 1)),
    ...(folds.every(({ net }) => net) && { ensemble: true }),
  };
}
