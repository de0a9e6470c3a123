import { fault } from "../../../base/index.ts";
import { resize, withRange } from "../../../data/index.ts";
import type { Backend } from "../../../engine/index.ts";
import { readGrouped } from "../../data/grouping.ts";
import { turnedPairs } from "../augmentation.ts";
import { checkMemory } from "../../data/memory.ts";
import type { TrainEvent } from "../../events.ts";
import type { Steps } from "../../protocol.ts";
import type { Grouped, PipelineContext, Scanned } from "../types.ts";

/**
 * Opens the engine, reads the images at their final size, and finds their groups where nobody names any.
 * @throws before reading where the training would take more memory than there is, or where a resumed run would round otherwise.
 */
export async function* groupImages(
  { task, division }: Scanned,
  { services, signal, cleanup }: PipelineContext,
): Steps<TrainEvent, Grouped> {
  const { tree, settings, threads } = task;
  const { classNames, size, exact, detect } = settings;
  const backend = await services.openBackend({ exact, ...(threads && { threads }) });
  cleanup.atEnd(() => backend.close());
  checkArithmetic(task, backend);
  // Reading may take minutes, and what can never be trained should not take them.
  yield { type: "working", on: "planning" };
  const left = checkMemory({ settings, trainCount: division.trainCount }, backend, services.memory);
  const prepare = withRange(settings.range, [resize({ height: size, width: size })]);
  // A split that was written down has its groups, and what links them.
  const isKnown = division.table !== undefined && division.grouping !== undefined;
  const options = { transforms: prepare, classNames, detect: detect && !isKnown, memoryBytes: left, signal };
  const began = services.clock();
  const { prepared, grouping, pairs } = yield* readGrouped(tree, division, services, options);
  cleanup.atEnd(() => prepared.close());
  const readSeconds = (services.clock() - began) / 1000;
  const { collection } = division;
  const dataset = { collection, prepared, grouping, turned: turnedPairs(pairs), prepare, readSeconds };
  return { task, division, backend, dataset };
}

/** @throws when a resumed run would go on with other rounding than it began with. */
function checkArithmetic({ resumed, run }: Scanned["task"], { arithmetic }: Backend): void {
  if (!resumed || resumed.arithmetic === arithmetic) return;
  throw fault(`--resume: ${run.path}`, {
    expected: `a processor that computes as the run did (${resumed.arithmetic})`,
    received: arithmetic,
    fix: "go on where it began, or train anew",
  });
}
