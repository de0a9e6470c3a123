import { fault } from "../../base/index.ts";
import { type Fact, type LearningRateStatement, withText } from "../../messages/index.ts";
import { renderRangeTest } from "../../report/index.ts";
import {
  type RangeTestRun,
  mixingIn,
  rangeTest,
  rangeTestDefaults,
  suggestedRate,
} from "../../train/index.ts";
import { withCleanup } from "../cleanup.ts";
import type { Services } from "../context.ts";
import type { TrainEvent } from "../events.ts";
import { jsonText } from "../files/json.ts";
import { join, titleOfPath } from "../files/paths.ts";
import { runFiles } from "../files/runFolder.ts";
import { rangeTestCsv } from "../files/tables.ts";
import { type Events, type Steps, eventsOf } from "../protocol.ts";
import type { FindLearningRateRequest } from "../requests.ts";
import type { FindLearningRateResult } from "./types.ts";
import { flagOf } from "../train/options/flag.ts";
import { groupImages } from "../train/steps/group.ts";
import { prepareTraining } from "../train/steps/prepare.ts";
import { scanData } from "../train/steps/scan.ts";
import { splitImages } from "../train/steps/split.ts";
import type { PipelineContext, Training } from "../train/types.ts";

/**
 * Finds a learning rate by range tests (Smith 2017) on the training set, with the model, batch size and optimiser that `train` would
 * take. @throws FoveaError as `train` does, and where the rates do not rise; nothing is left behind then.
 */
export const findLearningRate = (
  request: FindLearningRateRequest,
  services: Services,
  signal: AbortSignal,
): Events<TrainEvent, FindLearningRateResult> =>
  eventsOf(withCleanup((cleanup) => testSteps(request, { services, signal, cleanup })));

async function* testSteps(
  request: FindLearningRateRequest,
  context: PipelineContext,
): Steps<TrainEvent, FindLearningRateResult> {
  const {
    runs = rangeTestDefaults.runs,
    steps = rangeTestDefaults.steps,
    minLearningRate = rangeTestDefaults.minLearningRate,
    maxLearningRate = rangeTestDefaults.maxLearningRate,
    ...asked
  } = request;
  const limits: Limits = { runs, steps, minLearningRate, maxLearningRate };
  if (minLearningRate >= maxLearningRate)
    throw fault("--min-lr", {
      expected: `a number below --max-lr ${maxLearningRate}`,
      received: `${minLearningRate}`,
      exitCode: 2,
    });
  const grouped = yield* groupImages(yield* scanData(asked, context), context);
  yield { type: "working", on: "splitting" };
  const split = splitImages(grouped);
  yield { type: "working", on: "preparing" };
  const training = await prepareTraining(grouped, split);
  const found = yield* testedRuns(training, limits, context);
  yield { type: "working", on: "writing" };
  return writeResults(training, { found, limits }, context.services);
}

/** How far and how often the rates are tested. */
interface Limits {
  readonly runs: number;
  readonly steps: number;
  readonly minLearningRate: number;
  readonly maxLearningRate: number;
}

async function* testedRuns(
  { task: { settings }, backend, sources }: Training,
  limits: Limits,
  { signal }: PipelineContext,
): Steps<TrainEvent, readonly RangeTestRun[]> {
  yield { type: "working", on: "compiling" };
  const { batchSize, optimizer, seed, sampling, loss } = settings;
  const events = rangeTest(settings.model, sources.train, {
    backend,
    batchSize,
    optimizer,
    seed,
    signal,
    ...(sampling && { sampling }),
    ...(loss && { loss }),
    ...mixingIn(settings, flagOf),
    ...limits,
  });
  for (;;) {
    const { done, value } = await events.next();
    if (done) return value;
    const part = (value.run - 1 + value.step / limits.steps) / limits.runs;
    yield { type: "working", on: "range-test", done: part };
  }
}

/** Writes the table, the metrics and the page. */
async function writeResults(
  { task: { settings, run, started }, sources, dataset }: Training,
  { found, limits }: { readonly found: readonly RangeTestRun[]; readonly limits: Limits },
  { clock, versions }: Services,
): Promise<FindLearningRateResult> {
  const { modelName: model, optimizer, seed, data } = settings;
  const batchSize = Math.min(settings.batchSize, sources.train.count);
  const images = sources.train.count;
  const suggestion = suggestedRate(found);
  const summary: LearningRateStatement = {
    code: "range-test",
    data: { model, optimizer: optimizer.type, batchSize, images, ...limits },
  };
  const outcome = outcomeOf(found, limits);
  const { fovea, runtime, system } = versions;
  const provenance: readonly Fact[] = [
    { code: "architecture", data: { name: model } },
    { code: "image-size", data: { size: settings.size } },
    { code: "seed", data: { seed } },
    { code: "version", data: { fovea } },
    { code: "runs-on", data: { runtime, system } },
  ];
  const result: FindLearningRateResult = {
    run: run.path,
    report: join(run.path, runFiles.report),
    table: join(run.path, runFiles.learningRates),
    model,
    optimizer: optimizer.type,
    batchSize,
    images,
    ...limits,
    runs: found,
    ...(suggestion && { suggestion }),
    summary: withText(summary),
    outcome: withText(outcome),
    skipped: [...dataset.collection.skipped, ...dataset.prepared.skipped],
    notes: dataset.collection.notes.map(withText),
    seconds: (clock() - started) / 1000,
  };
  const title = titleOfPath(data);
  const shown = { title, runs: found, ...(suggestion && { suggestion }), summary, outcome, provenance };
  await run.write(runFiles.learningRates, rangeTestCsv(found));
  await run.write(runFiles.metrics, jsonText(result));
  await run.write(runFiles.report, await renderRangeTest(shown));
  return result;
}

function outcomeOf(
  found: readonly RangeTestRun[],
  { minLearningRate, maxLearningRate }: Limits,
): LearningRateStatement {
  const suggestion = suggestedRate(found);
  const tested = found.length;
  return suggestion
    ? { code: "learning-rate-suggested", data: { ...suggestion, tested } }
    : { code: "learning-rate-not-found", data: { tested, minLearningRate, maxLearningRate } };
}
