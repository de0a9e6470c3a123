import type { Collection, FileTree } from "../../../data/index.ts";
import type { Services } from "../../context.ts";
import { findImages } from "../../data/load.ts";
import { typicalSide } from "../../data/sampleSizes.ts";
import type { TrainEvent } from "../../events.ts";
import type { Steps } from "../../protocol.ts";
import type { TrainRequest } from "../../requests.ts";
import { checkRequest } from "../checks.ts";
import { planDivision } from "../division.ts";
import { type Resumed, checkClasses, readResumed, refuseDecided, resumedOptions } from "../resume.ts";
import { type RunFolder, createRunFolder, reopenRunFolder } from "../../files/runFolder.ts";
import { type DataFacts, type PlannedSettings, resolveSettings } from "../settings.ts";
import { tensorBoardLog } from "../tensorBoard.ts";
import type { PipelineContext, Scanned } from "../types.ts";

/**
 * Takes the run folder, finds the images, resolves the settings and plans the split; reads no image but a few for their sizes.
 * @throws what can be known before reading: an occupied folder, an option that does not fit, a class with too few images.
 */
export async function* scanData(
  request: TrainRequest,
  { services, cleanup }: PipelineContext,
  { folder: taken, canResume = false }: ScanOptions = {},
): Steps<TrainEvent, Scanned> {
  const started = services.clock();
  const { files } = services;
  // Unpacking an archive takes seconds; what is known to be wrong is said before.
  if (!request.resume) await checkRequest(request, files);
  const run = taken ?? (await openRunFolder(request, { files, cleanup, canResume }));
  // A checkpoint is whole and worth hours; everything else of a failed run goes.
  if (!request.resume) cleanup.onFailure(async () => (run.hasCheckpoint() ? undefined : run.discard()));
  const resumed = request.resume ? await readResumed(run) : undefined;
  const { tensorboard: folder } = request;
  const resumesAt = resumed && resumed.checkpoint.state.epoch + 1;
  const tensorBoard =
    folder === undefined ? undefined : tensorBoardLog({ folder, run: run.path, resumesAt }, services);
  if (tensorBoard) cleanup.onFailure(() => tensorBoard.discardEmpty());
  await tensorBoard?.begin();
  const { tree, found, settings } = yield* planSettings(request, resumed, { services, cleanup });
  yield { type: "working", on: "splitting" };
  // A class with too few images is said before minutes of reading.
  const division = await planDivision(found, { settings, resumed }, files);
  const { threads } = request;
  const options = {
    ...(threads && { threads }),
    ...(resumed && { resumed }),
    ...(tensorBoard && { tensorBoard }),
  };
  return { task: { tree, settings, run, started, ...options }, division };
}

/** The images that were found, and what a training of them would be. */
interface PlannedTraining {
  readonly tree: FileTree;
  readonly found: Collection;
  readonly settings: PlannedSettings;
}

/** Finds the images and resolves the settings, or takes those of the run that goes on; reads no image but a few for their sizes. */
export async function* planSettings(
  request: TrainRequest,
  resumed: Resumed | undefined,
  { services, cleanup }: Omit<PipelineContext, "signal">,
): Steps<TrainEvent, PlannedTraining> {
  yield { type: "working", on: "finding-images" };
  const tree = await services.openTree(request.data);
  cleanup.atEnd(() => tree.close());
  const { classFolders, mergeClasses } = request;
  const { range, ...scanning } = resumed
    ? resumedOptions(resumed)
    : { classFolders, mergeClasses, range: request.range };
  const found = yield* findImages(tree, scanning, { codec: services.codec, range });
  if (resumed) checkClasses(resumed, found, request.data);
  yield { type: "working", on: "looking-at-sizes" };
  const settings =
    resumed?.settings ?? (await resolveSettings(request, factsOf(tree, found, services), services.files));
  return { tree, found, settings };
}

interface ScanOptions {
  /** The run folder, where the caller has already taken it. */
  readonly folder?: RunFolder | undefined;
  /** Whether this verb can continue an interrupted run. @default false */
  readonly canResume?: boolean;
}

interface OpenOptions extends Pick<PipelineContext, "cleanup">, Required<Pick<ScanOptions, "canResume">> {
  readonly files: Services["files"];
}

function openRunFolder(request: TrainRequest, { canResume, ...context }: OpenOptions): Promise<RunFolder> {
  if (!request.resume) return createRunFolder(request.out, context, { canResume });
  refuseDecided(request);
  return reopenRunFolder(request.out, context);
}

const factsOf = (tree: FileTree, collection: Collection, { codec }: Services): DataFacts => ({
  classNames: collection.classNames,
  ownParts: new Set(collection.images.flatMap(({ part }) => part ?? [])),
  typicalSide: () => typicalSide(tree, collection, codec),
});
