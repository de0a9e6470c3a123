import { ndarray } from "../base/index.ts";
import { type Bundle, type Proof, proofSize, writeBundle } from "../bundle/index.ts";
import { stagesOf } from "../data/index.ts";
import { type BatchSource, evaluateModel, pictureSource } from "../evaluate/index.ts";
import type { Weights } from "../train/index.ts";
import { type CrossValidation, foldsAdvice, foldsResult } from "./crossValidate.ts";
import { type Measured, measured } from "./measure.ts";
import { join } from "./paths.ts";
import { historyCsv, jsonText } from "./records.ts";
import { reportPage } from "./reportPage.ts";
import type { TrainResult } from "./results.ts";
import { runFiles } from "./runFolder.ts";
import type { Fitted } from "./follow.ts";
import type { Training } from "./runTraining.ts";
import type { Services } from "./services.ts";

/** Measures the best model and writes everything that a run folder holds. */
export async function finishRun(
  training: Training,
  { start, end }: Fitted,
  services: Services,
): Promise<TrainResult> {
  const { run, settings, sources, parts, collection, prepared, started } = training;
  const kept = { source: sources.validation, indices: parts.validation };
  const { crossValidation } = training;
  const validation = crossValidation
    ? ofFolds(training, crossValidation)
    : await evaluatePart(training, end.weights, kept);
  const test =
    sources.test &&
    (await evaluatePart(training, end.weights, { source: sources.test, indices: parts.test }));
  const result: TrainResult = {
    run: run.path,
    model: join(run.path, runFiles.model),
    report: join(run.path, runFiles.report),
    ...validation.result,
    architecture: settings.modelName,
    seconds: (services.clock() - started) / 1000,
    readSeconds: training.readSeconds,
    waitShares: end.history.flatMap(({ waitShare }) => waitShare ?? []),
    end: end.reason,
    epochs: end.history.length,
    bestEpoch: end.bestEpoch,
    split: settings.split,
    splitReport: training.splitReport,
    ...(crossValidation && { folds: foldsResult(crossValidation) }),
    seed: settings.seed,
    arithmetic: training.backend.arithmetic,
    pictures: {
      train: parts.train.length,
      validation: parts.validation.length,
      test: parts.test.length,
    },
    parameters: start.parameters,
    memory: start.memory,
    leftOut: [...collection.leftOut, ...prepared.leftOut],
    advice: crossValidation ? foldsAdvice(crossValidation) : end.advice,
    ...(test && { test: test.result }),
  };
  const said = crossValidation
    ? await evaluateFirst(training, end.weights)
    : { ...validation, indices: parts.validation };
  const bundle: Bundle = {
    model: settings.model,
    inputShape: prepared.shape,
    classNames: settings.classNames,
    transforms: training.transforms,
    weights: end.weights,
    proof: await proofOf(training, said),
    training: {
      accuracy: result.accuracy,
      loss: result.loss,
      count: result.count,
      bestEpoch: end.bestEpoch,
      ...plain(settings),
    },
  };
  await run.write(runFiles.model, writeBundle(bundle));
  await run.write(runFiles.metrics, jsonText(result));
  await run.write(runFiles.history, historyCsv(end.history));
  const outcome = {
    result,
    end,
    indices: test ? parts.test : parts.validation,
    probabilities: (test ?? validation).probabilities,
  };
  await run.write(runFiles.report, await reportPage(training, outcome, services));
  return result;
}

interface PartToMeasure {
  readonly source: BatchSource;
  readonly indices: Int32Array;
}

async function evaluatePart(
  { settings, backend, prepared, grouping }: Training,
  weights: Weights,
  { source, indices }: PartToMeasure,
): Promise<Measured> {
  const { model, batchSize, classNames } = settings;
  const evaluation = await evaluateModel({ model, weights }, source, { backend, batchSize });
  if (!evaluation) throw new Error("evaluation stopped though nobody asked it to");
  return measured(evaluation, { prepared, indices, classNames, groupSource: grouping.source });
}

/** What the model that is kept says of a few pictures. */
async function evaluateFirst(
  training: Training,
  weights: Weights,
): Promise<Measured & Pick<PartToMeasure, "indices">> {
  const indices = training.parts.validation.subarray(0, proofSize);
  const { normalise } = stagesOf(training.transforms);
  const source = pictureSource(training.prepared, { indices, normalise });
  return { ...(await evaluatePart(training, weights, { source, indices })), indices };
}

/** The figures of models that had not learned from the pictures, though the one that is kept has. */
function ofFolds(
  { settings, prepared, grouping, parts }: Training,
  { probabilities }: CrossValidation,
): Measured {
  const { classNames } = settings;
  const predictions = {
    probabilities: ndarray(probabilities, [prepared.count, classNames.length]),
    targets: ndarray(Float32Array.from(prepared.labels), [prepared.count]),
  };
  return measured(predictions, {
    prepared,
    indices: parts.validation,
    classNames,
    groupSource: grouping.source,
  });
}

/** The first pictures kept back with what the model says of them; whoever loads it can check that it still says so. */
async function proofOf(
  { prepared, settings }: Training,
  { indices: all, probabilities }: Pick<Measured & PartToMeasure, "indices" | "probabilities">,
): Promise<Proof> {
  const indices = all.subarray(0, proofSize);
  const [height, width, channels] = prepared.shape;
  const size = height * width * channels;
  const pictures = new Uint8Array(indices.length * size);
  for (const [place, index] of indices.entries()) await prepared.copyInto(index, pictures, place * size);
  const classes = settings.classNames.length;
  return {
    pictures: ndarray(pictures, [indices.length, ...prepared.shape]),
    probabilities: ndarray(probabilities.slice(0, indices.length * classes), [indices.length, classes]),
  };
}

/** What of the settings is worth carrying in the model file; the path of the data is nobody else's business. */
const plain = ({
  seed,
  split,
  epochs,
  batchSize,
  optimizer,
  augment,
}: Training["settings"]): Readonly<Record<string, unknown>> => ({
  seed,
  split,
  epochs,
  batchSize,
  optimizer,
  augment,
});
