import { stagesOf } from "../data/index.ts";
import { evaluateModel, matchClasses, imageSource } from "../evaluate/index.ts";
import { withText } from "../messages/index.ts";
import type { EvaluateEvent } from "./events.ts";
import { namedGroups, readGrouped } from "./data/grouping.ts";
import { findImages } from "./data/load.ts";
import { readModelFile } from "./files/modelFile.ts";
import { overlapOf } from "./files/overlap.ts";
import { measured } from "./data/measure.ts";
import type { EvaluateRequest } from "./requests.ts";
import type { EvaluationResult } from "./results.ts";
import type { Services } from "./context.ts";
import { type Events, type Steps, eventsOf } from "./protocol.ts";

/**
 * Measures a model on labelled images: all of them, whatever sets they are in, and counts those that it was made from.
 * Classes are matched by name; data may lack some. @throws naming a class that the model does not know.
 */
export const evaluate = (
  request: EvaluateRequest,
  services: Services,
  signal: AbortSignal,
): Events<EvaluateEvent, EvaluationResult> => eventsOf(evaluateSteps(request, services, signal));

async function* evaluateSteps(
  { model: given, data, batch = 32, groupPattern, detect = true, threads }: EvaluateRequest,
  services: Services,
  signal: AbortSignal,
): Steps<EvaluateEvent, EvaluationResult> {
  const model = await readModelFile(given, services.files);
  const { bundle } = model;
  const { classNames, transforms } = bundle;
  const { prepare, normalise } = stagesOf(transforms);
  const tree = await services.openTree(data);
  try {
    const found = yield* findImages(tree, { minClasses: 1 });
    matchClasses(classNames, found.classNames, data);
    const named = namedGroups(found, groupPattern);
    const reading = { transforms: prepare, classNames, detect: detect && !named.grouping, signal };
    const { prepared, grouping } = yield* readGrouped(tree, named, services, reading);
    try {
      const backend = await services.openBackend(threads === undefined ? {} : { threads });
      try {
        const source = imageSource(prepared, { normalise });
        const onBatch = (): boolean => !signal.aborted;
        const options = { backend, batchSize: batch, onBatch };
        const evaluation = await evaluateModel(bundle, source, options);
        signal.throwIfAborted();
        if (!evaluation) throw new Error("evaluation stopped though nobody asked it to");
        const indices = Int32Array.from(prepared.labels.keys());
        const { result } = measured(evaluation, {
          prepared,
          indices,
          classNames,
          groupSource: grouping.source,
        });
        return {
          ...result,
          model: model.path,
          overlap: withText(await overlapOf(prepared, model, services.files)),
          skipped: [...found.skipped, ...prepared.skipped],
        };
      } finally {
        await backend.close();
      }
    } finally {
      await prepared.close();
    }
  } finally {
    await tree.close();
  }
}
