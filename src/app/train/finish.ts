import { ndarray } from "../../base/index.ts";
import { type Bundle, type Proof, proofSize, writeBundle } from "../../bundle/index.ts";
import { stagesOf } from "../../data/index.ts";
import { type BatchSource, type Predictions, evaluateModel, imageSource } from "../../evaluate/index.ts";
import { withText } from "../../messages/index.ts";
import { type EndEvent, type Weights, withoutContradictions } from "../../train/index.ts";
import { adviceOn, besideBaselines } from "./baselines.ts";
import { foldsAdvice, foldsResult } from "./crossValidate.ts";
import { metricsOfTest, metricsOfValidation } from "../data/measure.ts";
import { join } from "../paths.ts";
import { historyCsv, jsonText, predictionsCsv } from "../records.ts";
import { reportPage } from "../report/page.ts";
import type { TrainResult } from "../results.ts";
import { runFiles } from "./runFolder.ts";
import type { Fitted } from "./follow.ts";
import type { Services } from "../context.ts";
import type { CrossValidation, Training } from "./types.ts";

/** Measures the best model and writes everything that a run folder holds. */
export async function finishRun(
  training: Training,
  { start, end }: Fitted,
  services: Services,
): Promise<TrainResult> {
  const { run, settings, sources, parts, collection, prepared, started } = training;
  const { crossValidation } = training;
  const said = crossValidation
    ? ofFolds(training, crossValidation)
    : await evaluatePart(training, end.weights, sources.validation);
  const validation = metricsOfValidation(said, training, parts.validation);
  const { temperature, fitted, before, crossFitted } = validation.calibration;
  const test =
    sources.test &&
    metricsOfTest(await evaluatePart(training, end.weights, sources.test), temperature, {
      training,
      indices: parts.test,
    });
  const baselines = await besideBaselines(training, validation);
  const result: TrainResult = {
    run: run.path,
    model: join(run.path, runFiles.model),
    report: join(run.path, runFiles.report),
    ...validation.result,
    architecture: settings.modelName,
    seconds: (services.clock() - started) / 1000,
    readSeconds: training.readSeconds,
    stallFractions: end.history.flatMap(({ stallFraction }) => stallFraction ?? []),
    end: end.reason,
    epochs: end.history.length,
    bestEpoch: end.bestEpoch,
    split: settings.split,
    splitReport: training.splitReport,
    ...(crossValidation && { folds: foldsResult(crossValidation) }),
    seed: settings.seed,
    arithmetic: training.backend.arithmetic,
    images: {
      train: parts.train.length,
      validation: parts.validation.length,
      test: parts.test.length,
    },
    parameters: { total: start.parameters, trainable: start.trainableParameters },
    memory: start.memory,
    skipped: [...collection.skipped, ...prepared.skipped],
    advice: withoutContradictions([
      ...(crossValidation ? foldsAdvice(crossValidation) : end.advice.map(withText)),
      ...adviceOn(baselines),
    ]),
    calibration: {
      temperature,
      fittedTemperature: fitted,
      validation: { before, after: crossFitted },
      ...(test && { test: test.calibration }),
    },
    baselines,
    ...(test && { test: test.result }),
  };
  const proven = crossValidation ? await evaluateFirst(training, end.weights) : said;
  await run.write(runFiles.model, writeBundle(await bundleOf(training, end, { result, said: proven })));
  await run.write(runFiles.metrics, jsonText(result));
  await run.write(
    runFiles.predictions,
    predictionsCsv(prepared, { classNames: settings.classNames, validation, test }),
  );
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

async function bundleOf(
  training: Training,
  { weights, bestEpoch }: EndEvent,
  { result, said }: { readonly result: TrainResult; readonly said: Predictions },
): Promise<Bundle> {
  const { settings, prepared, transforms } = training;
  const { accuracy, loss, count, calibration } = result;
  return {
    model: settings.model,
    inputShape: prepared.shape,
    classNames: settings.classNames,
    transforms,
    weights,
    temperature: calibration.temperature,
    proof: await proofOf(training, said),
    training: { accuracy, loss, count, bestEpoch, ...plain(settings) },
  };
}

async function evaluatePart(
  { settings, backend }: Training,
  weights: Weights,
  source: BatchSource,
): Promise<Predictions> {
  const { model, batchSize } = settings;
  const evaluation = await evaluateModel({ model, weights }, source, { backend, batchSize });
  if (!evaluation) throw new Error("evaluation stopped though nobody asked it to");
  return evaluation;
}

/** What the model that is kept says of the first images kept back. */
function evaluateFirst(training: Training, weights: Weights): Promise<Predictions> {
  const indices = training.parts.validation.subarray(0, proofSize);
  const { normalise } = stagesOf(training.transforms);
  return evaluatePart(training, weights, imageSource(training.prepared, { indices, normalise }));
}

/** What models said that had not learned from the images, though the one that is kept has. */
const ofFolds = ({ settings, prepared }: Training, { probabilities }: CrossValidation): Predictions => ({
  probabilities: ndarray(probabilities, [prepared.count, settings.classNames.length]),
  targets: ndarray(Float32Array.from(prepared.labels), [prepared.count]),
});

/** The first images kept back with what the network says of them; whoever loads it can check that it still says so. */
async function proofOf(
  { prepared, settings, parts }: Training,
  { probabilities }: Predictions,
): Promise<Proof> {
  const indices = parts.validation.subarray(0, proofSize);
  const [height, width, channels] = prepared.shape;
  const size = height * width * channels;
  const images = new Uint8Array(indices.length * size);
  for (const [place, index] of indices.entries()) await prepared.copyInto(index, images, place * size);
  const classes = settings.classNames.length;
  return {
    images: ndarray(images, [indices.length, ...prepared.shape]),
    probabilities: ndarray(probabilities.data.slice(0, indices.length * classes), [indices.length, classes]),
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
