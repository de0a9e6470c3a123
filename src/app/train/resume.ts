import { readRecord } from "../../bundle/index.ts";
import { fault } from "../../base/index.ts";
import type { Collection, GroupSource } from "../../data/index.ts";
import { parseModel, parseOptimizer } from "../../nn/index.ts";
import { type Checkpoint, parseCheckpointState } from "../../train/index.ts";
import type { ClassOptions, TrainRequest } from "../requests.ts";
import { type RunFolder, reopenRunFolder, runFiles } from "../files/runFolder.ts";
import type { FileStore } from "../context.ts";
import { parseJson } from "../files/json.ts";
import type { TrainSettings } from "./settings.ts";

/** A run that goes on where its last checkpoint stands. */
export interface Resumed {
  readonly run: RunFolder;
  readonly settings: TrainSettings;
  /** How the run's numbers were rounded so far; see Backend. */
  readonly arithmetic: string;
  readonly checkpoint: Checkpoint;
  readonly groupSource: GroupSource;
  /** As in the grouping of the run. */
  readonly photographs?: number;
  /** split.csv as it was written: the images go to the same parts, and have to be the same. */
  readonly split: Uint8Array;
}

/** Options that decide the outcome; a resumed run keeps its own. */
const decided = [
  "model",
  "size",
  "epochs",
  "batch",
  "optimizer",
  "learningRate",
  "seed",
  "split",
  "groupPattern",
  "detect",
  "validation",
  "folds",
  "augment",
  "classFolders",
  "mergeClasses",
  "exact",
] as const;

/** How the run told its classes; the options of the request where there is no such run, which is refused later. */
export async function classOptionsOf(request: TrainRequest, files: FileStore): Promise<ClassOptions> {
  const path = `${request.out}/${runFiles.config}`;
  const written = (await files.list(request.out)).includes(runFiles.config)
    ? parseJson(await files.read(path), path)
    : undefined;
  return isSettings(written) ? written : request;
}

/** Opens an interrupted run. @throws when the folder holds none, or when options or classes differ from then. */
export async function readResumed(
  request: TrainRequest,
  { classNames }: Collection,
  files: FileStore,
): Promise<Resumed> {
  const given = decided.find((option) => request[option] !== undefined);
  if (given !== undefined) {
    throw fault(`--${given === "learningRate" ? "lr" : given.replace(/[A-Z]/g, "-$&").toLowerCase()}`, {
      expected: "no such option beside --resume",
      fix: "a resumed run keeps the settings it began with",
      exitCode: 2,
    });
  }
  const run = await reopenRunFolder(files, request.out);
  const name = (file: string): string => `${request.out}/${file}`;
  const { arithmetic, groupSource, photographs, ...settings } = parseSettings(
    parseJson(await run.read(runFiles.config), name(runFiles.config)),
    name(runFiles.config),
  );
  if (settings.classNames.join("/") !== classNames.join("/")) {
    throw fault(request.data, {
      expected: `the classes of the run (${settings.classNames.join(", ")})`,
      received: classNames.join(", "),
    });
  }
  const record = readRecord(await run.read(runFiles.checkpoint), name(runFiles.checkpoint));
  const state = parseCheckpointState(record.state, name(runFiles.checkpoint));
  return {
    run,
    settings,
    arithmetic,
    groupSource,
    ...(photographs !== undefined && { photographs }),
    checkpoint: { tensors: record.tensors, state },
    split: await run.read(runFiles.split),
  };
}

/** config.json: the settings, and the receipt of what they ran on. */
interface WrittenSettings
  extends TrainSettings, Pick<Resumed, "arithmetic" | "groupSource" | "photographs"> {}

/** @throws when the file is not what a run writes. */
function parseSettings(json: unknown, who: string): WrittenSettings {
  if (!isSettings(json)) throw fault(who, { expected: "the settings of a run", received: "other JSON" });
  return {
    ...json,
    model: parseModel(json.model, `${who}: model`),
    optimizer: parseOptimizer(`${who}: optimizer`, json.optimizer),
  };
}

/** Told by the mark that every run writes; whoever edits the rest by hand answers for it. */
const isSettings = (json: unknown): json is WrittenSettings =>
  typeof json === "object" && json !== null && "format" in json && json.format === "fovea-run";
