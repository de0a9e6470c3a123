import { fault, isObject } from "../../base/index.ts";
import { readRecord, writeRecord } from "../../bundle/index.ts";
import { type Checkpoint, parseCheckpointState } from "../../train/index.ts";
import type { FileStore } from "../context.ts";
import { jsonText, parseJson } from "../files/json.ts";
import { join } from "../files/paths.ts";
import { type RunFolder, runFiles } from "../files/runFolder.ts";
import type { SearchPlan, SearchRequest, SearchSpace, Trial } from "./types.ts";

export const searchFiles = {
  state: "search-state.json",
  result: "search.json",
  table: "search.csv",
  config: "best-config.json",
  split: "split.csv",
  trial: "trial.json",
  predictions: "out-of-fold.safetensors",
} as const;

/** What a search needs to go on where it was killed; the trials' own files hold the rest. */
export interface SearchState {
  readonly request: Omit<SearchRequest, "out">;
  readonly space: SearchSpace;
  readonly arithmetic: string;
  /** Time taken so far. */
  readonly spentSeconds: number;
  readonly plan?: SearchPlan;
}

const format = "fovea-search";

export const writeState = (folder: RunFolder, state: SearchState): Promise<void> =>
  folder.write(searchFiles.state, jsonText({ format, ...state }));

/** @throws when the file is not what a search writes */
export async function readState(folder: RunFolder): Promise<SearchState> {
  const path = join(folder.path, searchFiles.state);
  const json = parseJson(await folder.read(searchFiles.state), path);
  if (isState(json)) return json;
  throw fault(path, { expected: "the state of a search", received: "other JSON" });
}

/** Told by the mark that every search writes; whoever edits the rest by hand answers for it. */
const isState = (json: unknown): json is SearchState => isObject(json) && json["format"] === format;

/** As far as a search wrote it; the rest is not for hands. */
const isTrial = (json: unknown): json is Trial & { readonly schema?: number } =>
  isObject(json) &&
  typeof json["number"] === "number" &&
  [json["rungs"], json["history"]].every(Array.isArray);

/** Two digits at least, so that the folders sort by number. */
export const trialName = (number: number): string => `trials/${String(number).padStart(2, "0")}`;

export const writeTrial = (folder: RunFolder, trial: Trial): Promise<void> =>
  folder.write(`${trialName(trial.number)}/${searchFiles.trial}`, jsonText(trial));

/** The trials that were written so far, in order. */
export async function readTrials(folder: RunFolder, files: FileStore): Promise<readonly Trial[]> {
  const trials: Trial[] = [];
  for (const name of (await files.list(join(folder.path, "trials"))).toSorted()) {
    const path = join(folder.path, `trials/${name}`);
    if (!(await files.list(path)).includes(searchFiles.trial)) continue;
    const json = parseJson(await files.read(join(path, searchFiles.trial)), path);
    if (!isTrial(json))
      throw fault(join(path, searchFiles.trial), { expected: "a trial of a search", received: "other JSON" });
    const { schema: _, ...trial } = json;
    trials.push(trial);
  }
  return trials.sort((a, b) => a.number - b.number);
}

/** A folder within another that is taken already. */
export const within = (folder: RunFolder, name: string): RunFolder => ({
  path: join(folder.path, name),
  write: (file, bytes) => folder.write(`${name}/${file}`, bytes),
  read: (file) => folder.read(`${name}/${file}`),
  hasCheckpoint: () => folder.hasCheckpoint(),
  discard: () => folder.discard(),
});

/** The last checkpoint of a run; nothing where it has none. */
export async function checkpointIn(run: RunFolder, files: FileStore): Promise<Checkpoint | undefined> {
  const held = await files.list(join(run.path, "checkpoints"));
  if (held.length === 0) return undefined;
  const path = join(run.path, runFiles.checkpoint);
  const { tensors, state } = readRecord(await run.read(runFiles.checkpoint), path);
  return { tensors, state: parseCheckpointState(state, path) };
}

/** What a trial predicts for images that it was not trained on. */
export interface OutOfFold {
  /** Of the prepared images. */
  readonly indices: Int32Array;
  /** [indices, classes], uncalibrated */
  readonly probabilities: Float32Array;
}

/** Keeps predictions until the folds are measured together. */
export const writePredictions = (run: RunFolder, { indices, probabilities }: OutOfFold): Promise<void> =>
  run.write(
    searchFiles.predictions,
    // Whole numbers below 2 ** 24 are exact in float32.
    writeRecord({ tensors: { indices: Float32Array.from(indices), probabilities }, state: null }),
  );

/** Nothing where the fold was not predicted. */
export async function readPredictions(run: RunFolder, files: FileStore): Promise<OutOfFold | undefined> {
  if (!(await files.list(run.path)).includes(searchFiles.predictions)) return undefined;
  const path = join(run.path, searchFiles.predictions);
  const { indices = [], probabilities } = readRecord(await run.read(searchFiles.predictions), path).tensors;
  return probabilities && { indices: Int32Array.from(indices), probabilities };
}
