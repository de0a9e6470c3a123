import { ndarray } from "../base/index.ts";
import { type Bundle, type Proof, proofSize, writeBundle } from "../bundle/index.ts";
import { type BatchSource, evaluateModel } from "../evaluate/index.ts";
import type { EndEvent, Weights } from "../train/index.ts";
import { measured } from "./measure.ts";
import { join } from "./paths.ts";
import { csvText, jsonText } from "./records.ts";
import { reportPage } from "./reportPage.ts";
import type { EvaluateResult, TrainResult } from "./results.ts";
import { runFiles } from "./runFolder.ts";
import type { Fitted, Training } from "./runTraining.ts";
import type { Services } from "./services.ts";

/** Measures the best model and writes everything that a run folder holds. */
export async function finishRun(
  training: Training,
  { start, end }: Fitted,
  services: Services,
): Promise<TrainResult> {
  const { run, settings, sources, parts, collection, prepared, started } = training;
  const validation = await evaluatePart(training, end.weights, {
    source: sources.validation,
    indices: parts.validation,
  });
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
    advice: end.advice,
    ...(test && { test: test.result }),
  };
  const bundle: Bundle = {
    model: settings.model,
    inputShape: prepared.shape,
    classNames: settings.classNames,
    transforms: training.transforms,
    weights: end.weights,
    proof: await proofOf(training, validation.probabilities),
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
  await run.write(runFiles.history, csvText(end.history.map(historyRow)));
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
): Promise<{ readonly result: EvaluateResult; readonly probabilities: Float32Array }> {
  const { model, batchSize, classNames } = settings;
  const evaluation = await evaluateModel({ model, weights }, source, { backend, batchSize });
  if (!evaluation) throw new Error("evaluation stopped though nobody asked it to");
  return measured(evaluation, { prepared, indices, classNames, groupSource: grouping.source });
}

/** The first pictures kept back with what the model says of them; whoever loads it can check that it still says so. */
async function proofOf({ prepared, parts }: Training, probabilities: Float32Array): Promise<Proof> {
  const indices = parts.validation.subarray(0, proofSize);
  const [height, width, channels] = prepared.shape;
  const size = height * width * channels;
  const pictures = new Uint8Array(indices.length * size);
  for (const [place, index] of indices.entries()) await prepared.copyInto(index, pictures, place * size);
  const classes = probabilities.length / parts.validation.length;
  return {
    pictures: ndarray(pictures, [indices.length, ...prepared.shape]),
    probabilities: ndarray(probabilities.slice(0, indices.length * classes), [indices.length, classes]),
  };
}

const historyRow = ({
  epoch,
  loss,
  accuracy,
  validation,
  learningRate,
  seconds,
  waitShare,
}: EndEvent["history"][number]): Readonly<Record<string, number | string>> => ({
  epoch,
  loss,
  accuracy,
  validation_loss: validation?.loss ?? "",
  validation_accuracy: validation?.accuracy ?? "",
  learning_rate: learningRate,
  seconds,
  wait_share: waitShare ?? "",
});

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
