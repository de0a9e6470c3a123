import type { Steps } from "../protocol.ts";
import { fault } from "../../base/index.ts";
import type { Backend } from "../../engine/index.ts";
import { type Collection, type FileTree, resize } from "../../data/index.ts";
import { planDivision } from "./split.ts";
import type { TrainEvent } from "../events.ts";
import { readGrouped } from "../data/grouping.ts";
import { findImages } from "../data/load.ts";
import { checkMemory } from "../data/memory.ts";
import type { TrainRequest } from "../requests.ts";
import { readResumed } from "./resume.ts";
import { type RunFolder, createRunFolder, refuseOccupied } from "./runFolder.ts";
import { typicalSide } from "../data/sampleSizes.ts";
import type { Services } from "../context.ts";
import { type DataFacts, settle } from "./settings.ts";
import type { Prepared, Start } from "./types.ts";

/** What to do once the images are read. */
export type Work<T> = (prepared: Prepared, services: Services, signal: AbortSignal) => Steps<TrainEvent, T>;

export interface LearnOptions<T> {
  readonly work: Work<T>;
  readonly services: Services;
  readonly signal: AbortSignal;
  /** The run folder, where the caller has already made it. */
  readonly folder?: RunFolder | undefined;
}

/**
 * Finds and reads the images, decides the settings and the split, makes the run folder, and does the work.
 * @throws FoveaError when data, options or output do not serve; nothing is left behind then, but whole checkpoints are.
 */
export async function* learn<T>(
  request: TrainRequest,
  { work, services, signal, folder }: LearnOptions<T>,
): Steps<TrainEvent, T> {
  const started = services.clock();
  // Unpacking an archive takes seconds; what is known to be wrong is said before.
  if (!request.resume && !folder) await refuseOccupied(services.files, request.out);
  const tree = await services.openTree(request.data);
  try {
    const found = yield* findImages(tree);
    const resumed = request.resume ? await readResumed(request, found, services.files) : undefined;
    const settings =
      resumed?.settings ?? (await settle(request, factsOf(tree, found, services), services.files));
    // A class with too few images is said before minutes of reading.
    const division = await planDivision(found, { settings, resumed }, services.files);
    const run = resumed?.run ?? folder ?? (await createRunFolder(services.files, request.out));
    const { threads } = request;
    const start = {
      ...division,
      tree,
      settings,
      run,
      started,
      ...(threads && { threads }),
      ...(resumed && { resumed }),
    };
    try {
      return yield* prepareAndWork(start, { work, services, signal });
    } catch (error) {
      // A checkpoint is whole and worth hours; everything else of a failed run goes.
      if (!resumed && !run.hasCheckpoint()) await run.discard();
      throw error;
    }
  } finally {
    await tree.close();
  }
}

const factsOf = (tree: FileTree, collection: Collection, { codec }: Services): DataFacts => ({
  classNames: collection.classNames,
  typicalSide: () => typicalSide(tree, collection, codec),
});

/** @throws when a resumed run would go on with other rounding than it began with. */
function checkArithmetic({ resumed, run }: Start, { arithmetic }: Backend): void {
  if (!resumed || resumed.arithmetic === arithmetic) return;
  throw fault(`--resume: ${run.path}`, {
    expected: `a processor that computes as the run did (${resumed.arithmetic})`,
    received: arithmetic,
    fix: "go on where it began, or train anew",
  });
}

async function* prepareAndWork<T>(
  start: Start,
  { work, services, signal }: LearnOptions<T>,
): Steps<TrainEvent, T> {
  const { tree, settings, threads } = start;
  const { classNames, size } = settings;
  const backend = await services.openBackend({ exact: settings.exact, ...(threads && { threads }) });
  try {
    checkArithmetic(start, backend);
    // Reading may take minutes, and what can never be trained should not take them.
    checkMemory(start, backend, services);
    const prepare = [resize({ height: size, width: size })];
    const options = { transforms: prepare, classNames, detect: settings.detect, signal };
    const began = services.clock();
    const grouped = yield* readGrouped(tree, start, services, options);
    try {
      const readSeconds = (services.clock() - began) / 1000;
      return yield* work({ ...start, ...grouped, prepare, backend, readSeconds }, services, signal);
    } finally {
      await grouped.prepared.close();
    }
  } finally {
    await backend.close();
  }
}
