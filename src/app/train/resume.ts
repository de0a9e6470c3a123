import { readRecord } from "../../bundle/index.ts";
import { fault, listText } from "../../base/index.ts";
import {
  type Collection,
  type DecodeOptions,
  type GroupSource,
  type ScanOptions,
  type SplitTable,
  parseAugmentation,
  parseSplitTable,
} from "../../data/index.ts";
import { parseRateCurve } from "../../models/index.ts";
import { parseModel, parseOptimizer } from "../../nn/index.ts";
import { type Checkpoint, parseCheckpointState } from "../../train/index.ts";
import type { TrainRequest } from "../requests.ts";
import { parseJson } from "../files/json.ts";
import { join } from "../files/paths.ts";
import { type RunFolder, runFiles } from "../files/runFolder.ts";
import { flagOf } from "./options/flag.ts";
import type { TrainSettings } from "./settings.ts";

/** A run that goes on where its last checkpoint stands. */
export interface Resumed {
  readonly settings: TrainSettings;
  /** How the run's numbers were rounded so far; see Backend. */
  readonly arithmetic: string;
  readonly checkpoint: Checkpoint;
  readonly groupSource: GroupSource;
  /** As in the grouping of the run. */
  readonly photographs?: number;
  /** split.csv as it was written: the images go to the same parts, and have to be the same. */
  readonly split: SplitTable;
}

/** Options that decide the outcome; a resumed run keeps its own. */
const decided = [
  "model",
  "size",
  "range",
  "epochs",
  "minutes",
  "lengths",
  "batch",
  "optimizer",
  "learningRate",
  "schedule",
  "warmupEpochs",
  "weightDecay",
  "clipNorm",
  "accumulate",
  "ema",
  "lookahead",
  "classWeights",
  "sampling",
  "loss",
  "labelSmoothing",
  "mixup",
  "cutmix",
  "normalise",
  "batchNormStatistics",
  "seed",
  "split",
  "groupPattern",
  "detect",
  "validation",
  "monitor",
  "patience",
  "minDelta",
  "startFromEpoch",
  "folds",
  "ensemble",
  "augment",
  "classFolders",
  "mergeClasses",
  "exact",
] as const;

/** @throws naming an option that a resumed run keeps from its beginning */
export function refuseDecided(request: TrainRequest): void {
  const given = decided.find((option) => request[option] !== undefined);
  if (given === undefined) return;
  throw fault(flagOf(given), {
    expected: "no such option beside --resume",
    fix: "a resumed run keeps the settings it began with",
    exitCode: 2,
  });
}

/** How the run told its classes, their names, and how it reads images. */
export function resumedOptions({ settings }: Resumed): ScanOptions & DecodeOptions {
  const { classFolders, mergeClasses, classNames, range } = settings;
  return { classFolders, mergeClasses, knownClasses: classNames, range };
}

/** @throws when the data has other classes than the run */
export function checkClasses({ settings }: Resumed, { classNames }: Collection, data: string): void {
  if (JSON.stringify(settings.classNames) === JSON.stringify(classNames)) return;
  throw fault(data, {
    expected: `the classes of the run (${listText(settings.classNames, { most: 20 })})`,
    received: listText(classNames, { most: 20 }),
  });
}

const readSettings = async (run: RunFolder): Promise<WrittenSettings> => {
  const path = join(run.path, runFiles.config);
  return parseSettings(parseJson(await run.read(runFiles.config), path), path);
};

/** Reads an interrupted run. @throws naming a file that is not what a run writes */
export async function readResumed(run: RunFolder): Promise<Resumed> {
  const { arithmetic, groupSource, photographs, ...settings } = await readSettings(run);
  const path = join(run.path, runFiles.checkpoint);
  const record = readRecord(await run.read(runFiles.checkpoint), path);
  return {
    settings,
    arithmetic,
    groupSource,
    ...(photographs !== undefined && { photographs }),
    checkpoint: { tensors: record.tensors, state: parseCheckpointState(record.state, path) },
    split: parseSplitTable(await run.read(runFiles.split), join(run.path, runFiles.split)),
  };
}

/** config.json: the settings, and the receipt of what they ran on. */
export interface WrittenSettings
  extends TrainSettings, Pick<Resumed, "arithmetic" | "groupSource" | "photographs"> {}

/** @throws when the file is not what a run writes. */
function parseSettings(json: unknown, who: string): WrittenSettings {
  if (!isSettings(json)) throw fault(who, { expected: "the settings of a run", received: "other JSON" });
  return {
    ...json,
    model: parseModel(json.model, `${who}: model`),
    augment:
      typeof json.augment === "string" ? json.augment : parseAugmentation(`${who}: augment`, json.augment),
    optimizer: parseOptimizer(`${who}: optimizer`, json.optimizer),
    schedule: parseRateCurve(`${who}: schedule`, json.schedule),
  };
}

/** Told by the mark that every run writes; whoever edits the rest by hand answers for it. */
const isSettings = (json: unknown): json is WrittenSettings =>
  typeof json === "object" && json !== null && "format" in json && json.format === "fovea-run";
