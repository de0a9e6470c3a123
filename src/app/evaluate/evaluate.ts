import { at } from "../../base/index.ts";
import { parseGroupPattern, rangeOf, stagesOf } from "../../data/index.ts";
import type { Backend } from "../../engine/index.ts";
import {
  type Predictions,
  averagePredictions,
  classEstimates,
  predictModel,
  imageSource,
  matchClasses,
} from "../../evaluate/index.ts";
import { withText } from "../../messages/index.ts";
import { type Cleanup, withCleanup } from "../cleanup.ts";
import type { Services } from "../context.ts";
import { type GroupedImages, namedGroups, readGrouped } from "../data/grouping.ts";
import { findImages } from "../data/load.ts";
import { type Measured, measured } from "../data/measure.ts";
import { reporting } from "../data/reporting.ts";
import type { EvaluateEvent } from "../events.ts";
import { type ModelFile, readModelFile } from "../files/modelFile.ts";
import { overlapOf } from "../files/overlap.ts";
import { createRunFolder } from "../files/runFolder.ts";
import { type Events, type Steps, eventsOf } from "../protocol.ts";
import type { EvaluateRequest } from "../requests.ts";
import type { EvaluationResult } from "../results.ts";
import { knownGroups } from "./knownGroups.ts";
import { unreadClasses } from "./unreadClasses.ts";
import { writeEvaluation } from "./writeEvaluation.ts";

/**
 * Measures a model on labelled images: all of them, whatever sets they are in, and counts those that it was made from. Images are
 * compared for their groups only where neither a column, a pattern nor the split.csv beside the model says them.
 * Classes are matched by name; data may lack some. @throws naming a class that the model does not know; nothing is left behind then.
 */
export const evaluate = (
  request: EvaluateRequest,
  services: Services,
  signal: AbortSignal,
): Events<EvaluateEvent, EvaluationResult> =>
  eventsOf(withCleanup((cleanup) => evaluateSteps(request, { services, signal, cleanup })));

interface EvaluateContext {
  readonly services: Services;
  readonly signal: AbortSignal;
  readonly cleanup: Cleanup;
}

async function* evaluateSteps(
  { model: given, data, out, batch = 32, groupPattern, detect = true, threads, ...classes }: EvaluateRequest,
  { services, signal, cleanup }: EvaluateContext,
): Steps<EvaluateEvent, EvaluationResult> {
  const { files } = services;
  if (groupPattern !== undefined) parseGroupPattern(groupPattern);
  const run = out === undefined ? undefined : await createRunFolder(out, { files, cleanup });
  if (run) cleanup.onFailure(() => run.discard());
  const model = await readModelFile(given, files);
  const { classNames, transforms } = model.bundle;
  yield { type: "working", on: "finding-images" };
  const tree = await services.openTree(data);
  cleanup.atEnd(() => tree.close());
  const range = rangeOf(stagesOf(transforms).prepare);
  const scanning = { ...classes, minClasses: 1, knownClasses: classNames };
  const found = yield* findImages(tree, scanning, { codec: services.codec, range });
  matchClasses(classNames, found.classNames, data);
  const byName = namedGroups(found, groupPattern);
  const isKnown = byName.grouping !== undefined || !detect;
  const named = isKnown ? byName : yield* knownGroups(tree, found, { model, services, signal });
  const reading = {
    transforms: stagesOf(transforms).prepare,
    classNames,
    detect: detect && !named.grouping,
    signal,
  };
  const grouped = yield* readGrouped(tree, named, services, reading);
  const { prepared } = grouped;
  cleanup.atEnd(() => prepared.close());
  yield { type: "working", on: "compiling" };
  const backend = await services.openBackend(threads === undefined ? {} : { threads });
  cleanup.atEnd(() => backend.close());
  const predicted = yield* predictAll({ model, grouped, backend, batch }, signal);
  const result: EvaluationResult = {
    ...predicted.result,
    skipped: [...found.skipped, ...prepared.skipped],
    notes: [...found.notes, ...unreadClasses(found, prepared)].map(withText),
    model: model.path,
    overlap: withText(await overlapOf(prepared, model, files)),
    classEstimates: estimatesOf(predicted, { model, grouped }),
  };
  signal.throwIfAborted();
  if (run) yield { type: "working", on: "report-images" };
  return run
    ? await writeEvaluation(
        { result, run, data, model, prepared, measured: predicted, tree, backend },
        services,
      )
    : result;
}

interface Predicting {
  readonly model: ModelFile;
  readonly grouped: GroupedImages;
  readonly backend: Backend;
  /** Images at a time. */
  readonly batch: number;
}

/** Predicts every image, and says how far it is. @throws when aborted */
async function* predictAll(
  { model: { bundle, nets }, grouped: { prepared, grouping }, backend, batch }: Predicting,
  signal: AbortSignal,
): Steps<EvaluateEvent, Measured> {
  const each: Predictions[] = [];
  for (const [i, net] of nets.entries()) {
    const source = imageSource(prepared, { normalise: stagesOf(net.transforms).normalise });
    const predictions = yield* reporting<EvaluateEvent, Awaited<ReturnType<typeof predictModel>>>(
      (report, stop) =>
        predictModel(net, source, {
          backend,
          batchSize: batch,
          onBatch: (done, total) => {
            report({ type: "evaluating", done: Math.floor((i * total + done) / nets.length), total });
            return !stop.aborted;
          },
        }),
      { signal },
    );
    signal.throwIfAborted();
    if (!predictions) throw new Error("prediction stopped though nobody asked it to");
    each.push(predictions);
  }
  const predictions = averagePredictions(each);
  yield { type: "working", on: "metrics" };
  const { classNames } = bundle;
  const indices = Int32Array.from(prepared.labels.keys());
  return measured(predictions, { prepared, indices, classNames, groupSource: grouping.source });
}

const estimatesOf = (
  { indices, predicted, groups }: Measured,
  { model, grouped: { prepared } }: Pick<Predicting, "model" | "grouped">,
): EvaluationResult["classEstimates"] =>
  classEstimates({
    labels: indices.map((index) => at(prepared.labels, index)),
    predicted,
    groups,
    classNames: model.bundle.classNames,
  });
