import { fault } from "../../base/index.ts";
import { type Collection, type FileTree, noFold, resize, withRange } from "../../data/index.ts";
import type { Backend } from "../../engine/index.ts";
import type { TrainEvent } from "../events.ts";
import { readGrouped } from "../data/grouping.ts";
import { findImages } from "../data/load.ts";
import { checkMemory } from "../data/memory.ts";
import { typicalSide } from "../data/sampleSizes.ts";
import { join } from "../files/paths.ts";
import type { RunFolder } from "../files/runFolder.ts";
import { type PartIndices, foldsCsv, splitCsv } from "../files/tables.ts";
import type { Steps } from "../protocol.ts";
import { turnedPairs } from "../train/augmentation.ts";
import { divideFolds, planDivision } from "../train/division.ts";
import { type DataFacts, type PlannedSettings, resolveSettings } from "../train/settings.ts";
import type { Dataset, Division, PipelineContext } from "../train/types.ts";
import { drawSettings, searchSpace } from "./space.ts";
import { searchFiles } from "./store.ts";
import { requestOfTrial } from "./trialRequest.ts";
import type { Holdout, SearchRequest, SearchSpace } from "./types.ts";
import { seeded } from "../../base/index.ts";

/** The images of a search, divided once for all trials. */
export interface SearchData {
  readonly tree: FileTree;
  readonly collection: Collection;
  readonly facts: DataFacts;
  readonly space: SearchSpace;
  readonly backend: Backend;
  /** The first images that were read; those of other sizes follow when a trial needs them. */
  readonly first: Dataset;
  readonly datasets: Map<number, Dataset>;
  /** For each fold the split in which it is the validation set; the held-out images are the test set. */
  readonly divisions: readonly Division[];
  readonly holdout: Holdout;
}

export interface SearchFolder {
  readonly folder: RunFolder;
  readonly isResumed: boolean;
}

/** Finds and reads the images, groups them, holds some out and draws the folds. @throws as `train` does */
export async function* openSearchData(
  request: SearchRequest,
  { folder, isResumed }: SearchFolder,
  context: PipelineContext,
): Steps<TrainEvent, SearchData> {
  const { services, cleanup } = context;
  yield { type: "working", on: "finding-images" };
  const tree = await services.openTree(request.data);
  cleanup.atEnd(() => tree.close());
  const { classFolders, mergeClasses, range, folds = 4 } = request;
  const found = yield* findImages(tree, { classFolders, mergeClasses }, { codec: services.codec, range });
  yield { type: "working", on: "looking-at-sizes" };
  const side = await typicalSide(tree, found, services.codec);
  const ownParts = new Set(found.images.flatMap(({ part }) => part ?? []));
  const facts: DataFacts = { classNames: found.classNames, ownParts, typicalSide: async () => side };
  const space = searchSpace(request, side, found.classNames.length);
  const drawn = drawSettings(request, space, { number: 1, random: seeded(request.seed ?? 0) });
  const hasTest = ownParts.has("test");
  // Where the data has no test part, one fold more is drawn, which no trial sees.
  const asked = { ...requestOfTrial(request, drawn), folds: hasTest ? folds : folds + 1 };
  const settings = await resolveSettings(asked, facts, services.files);
  const division = await planDivision(found, { settings }, services.files);
  const { exact, threads } = request;
  const backend = await services.openBackend({ exact: exact ?? false, ...(threads && { threads }) });
  cleanup.atEnd(() => backend.close());
  yield { type: "working", on: "planning" };
  const first = yield* readDataset({ tree, settings, division, backend }, space, context);
  yield { type: "working", on: "splitting" };
  const drawnFolds = divideFolds(first.prepared, { ...division, folds: asked.folds }, settings);
  const foldOf = drawnFolds.map((fold) => (fold === folds ? noFold : fold));
  const csv = foldsCsv(first.prepared, foldOf);
  if (isResumed) await checkSplit(folder, csv);
  else await folder.write(searchFiles.split, csv);
  const divisions: Division[] = [];
  for (let fold = 0; fold < folds; fold++) {
    const splitFile = splitName(fold);
    await folder.write(splitFile, splitCsv(first.prepared, partsOf(foldOf, fold)));
    const { folds: _, ...single } = settings;
    const order = {
      settings: { ...single, split: "file" as const, splitFile: join(folder.path, splitFile) },
    };
    const planned = await planDivision(found, order, services.files);
    divisions.push({ ...planned, grouping: first.grouping });
  }
  const holdout: Holdout = {
    images: foldOf.filter((fold) => fold === noFold).length,
    source: hasTest ? "test part" : "drawn",
  };
  const datasets = new Map([[settings.size, first]]);
  return { tree, collection: found, facts, space, backend, first, datasets, divisions, holdout };
}

/** The split in which a fold, from 0, is the validation set. */
export const splitName = (fold: number): string => `splits/${fold + 1}.csv`;

const partsOf = (foldOf: Int32Array, fold: number): PartIndices => {
  const all = Int32Array.from(foldOf.keys());
  return {
    train: all.filter((i) => foldOf[i] !== fold && foldOf[i] !== noFold),
    validation: all.filter((i) => foldOf[i] === fold),
    test: all.filter((i) => foldOf[i] === noFold),
  };
};

/** @throws when the images are others than those that the search began with */
async function checkSplit(folder: RunFolder, csv: string): Promise<void> {
  if (new TextDecoder().decode(await folder.read(searchFiles.split)) === csv) return;
  throw fault(join(folder.path, searchFiles.split), {
    expected: "the images that the search began with",
    received: "others in the data",
    fix: "bring them back, or begin a new search",
  });
}

interface Reading extends Pick<SearchData, "tree" | "backend"> {
  readonly settings: PlannedSettings;
  readonly division: Division;
  /** What is known already of the same images at another size. */
  readonly known?: Dataset;
}

async function* readDataset(
  { tree, settings, division, backend, known }: Reading,
  { sizes }: SearchSpace,
  { services, signal, cleanup }: PipelineContext,
): Steps<TrainEvent, Dataset> {
  const { classNames, size, detect, range } = settings;
  const left = checkMemory({ settings, trainCount: division.trainCount }, backend, services.memory);
  const prepare = withRange(range, [resize({ height: size, width: size })]);
  const options = {
    transforms: prepare,
    classNames,
    detect: detect && !known,
    // Images of all sizes stay open beside each other.
    memoryBytes: left / sizes.length,
    signal,
  };
  const began = services.clock();
  const { prepared, grouping, pairs } = yield* readGrouped(tree, division, services, options);
  cleanup.atEnd(() => prepared.close());
  const readSeconds = (services.clock() - began) / 1000;
  const turned = known?.turned ?? turnedPairs(pairs);
  return {
    collection: division.collection,
    prepared,
    grouping: known?.grouping ?? grouping,
    turned,
    prepare,
    readSeconds,
  };
}

/** The images at the size of a trial, read at its first use. @throws where the trial would take more memory than there is */
export async function* datasetFor(
  data: SearchData,
  settings: PlannedSettings,
  context: PipelineContext,
): Steps<TrainEvent, Dataset> {
  const { tree, backend, divisions, datasets, first: known, space } = data;
  const [division] = divisions;
  const held = datasets.get(settings.size);
  if (!division) throw new Error("a search has folds");
  if (held) {
    checkMemory({ settings, trainCount: division.trainCount }, backend, context.services.memory);
    return held;
  }
  const read = yield* readDataset({ tree, settings, division, backend, known }, space, context);
  datasets.set(settings.size, read);
  return read;
}
