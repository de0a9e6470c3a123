import { fault, isObject } from "../base/index.ts";
import type { Session } from "../engine/index.ts";
import type { Weights } from "./weights.ts";
import type { EpochRecord, History } from "./history.ts";
import { type LengthChange, areLengthChanges } from "./steering/length.ts";

/** The part of a checkpoint that is plain JSON. */
export interface CheckpointState {
  /** Epochs finished. */
  readonly epoch: number;
  /** Steps taken since the very first. */
  readonly step: number;
  readonly seed: number;
  /** Loss of the very first step, against which an explosion is judged. */
  readonly firstLoss: number;
  readonly history: History;
  /** The epoch whose weights are under `best/`. */
  readonly bestEpoch: number;
  /** Changes of its length so far. @default none */
  readonly lengths?: readonly LengthChange[];
}

/** A training after a finished epoch, as data: resumed from it, training goes on bit for bit as it would have. */
export interface Checkpoint {
  /** `now/…`: every parameter of the session, the optimiser's included; `best/…`: the best epoch's weights. */
  readonly tensors: Readonly<Record<string, Float32Array>>;
  readonly state: CheckpointState;
}

/** The best epoch so far and its weights. */
export interface Best {
  readonly record: EpochRecord;
  readonly weights: Weights;
}

/** Copies of parameters of a session, by name. */
export async function readAll(session: Session, names: readonly string[]): Promise<Weights> {
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await session.read(name)] as const)),
  );
}

/** Copies everything out of a session. */
export async function checkpointOf(
  session: Session,
  best: Best,
  state: CheckpointState,
): Promise<Checkpoint> {
  const all = Object.entries(await readAll(session, session.parameterNames));
  const now = all.map(([name, data]) => [`now/${name}`, data] as const);
  const kept = Object.entries(best.weights).map(([name, data]) => [`best/${name}`, data] as const);
  return { tensors: Object.fromEntries([...now, ...kept]), state };
}

/** Reads the plain part of a checkpoint from JSON. `who` names its file. @throws when it is not what a training wrote */
export function parseCheckpointState(json: unknown, who: string): CheckpointState {
  if (isState(json)) return json;
  throw fault(who, {
    expected: "a checkpoint",
    received: "another record",
    fix: "the file is damaged, or no training wrote it; copy it again, or train anew",
  });
}

const isCount = (x: unknown): x is number => typeof x === "number" && Number.isSafeInteger(x) && x >= 1;

const isState = (json: unknown): json is CheckpointState =>
  isObject(json) &&
  [json["epoch"], json["step"], json["bestEpoch"]].every(isCount) &&
  [json["seed"], json["firstLoss"]].every(Number.isFinite) &&
  Array.isArray(json["history"]) &&
  json["history"].length === json["epoch"] &&
  json["history"].every(isEpoch) &&
  (json["lengths"] === undefined || areLengthChanges(json["lengths"])) &&
  json["history"].some(({ epoch }) => epoch === json["bestEpoch"]);

/** An epoch of the history, whose index is that number less 1. */
const isEpoch = (json: unknown, index: number): json is EpochRecord =>
  isObject(json) &&
  json["epoch"] === index + 1 &&
  [json["loss"], json["accuracy"], json["learningRate"], json["seconds"]].every(Number.isFinite) &&
  Array.isArray(json["deadLayers"]);

/** Puts a checkpoint's numbers into a session. @throws when it is of another model or optimiser, or lacks some. */
export async function restore(
  session: Session,
  { tensors }: Pick<Checkpoint, "tensors">,
  weightNames: readonly string[],
): Promise<void> {
  const lengthOf = async (name: string): Promise<number> => (await session.read(name)).length;
  for (const name of session.parameterNames)
    await session.write(name, tensorOf(tensors, `now/${name}`, await lengthOf(name)));
  // Missed now and not when the training has ended.
  for (const name of weightNames) tensorOf(tensors, `best/${name}`, await lengthOf(name));
}

function tensorOf(tensors: Checkpoint["tensors"], name: string, length: number): Float32Array {
  const data = tensors[name];
  if (data?.length === length) return data;
  throw fault("resume", {
    expected: `a checkpoint of this model and optimiser, with ${length} numbers ${name}`,
    received: `${data?.length ?? "none"}`,
    fix: "resume with the options it was started with",
  });
}

/** The best epoch as a checkpoint remembers it. */
export function bestOf({ tensors, state }: Checkpoint): Best | undefined {
  const record = state.history.find(({ epoch }) => epoch === state.bestEpoch);
  const entries = Object.entries(tensors).filter(([name]) => name.startsWith("best/"));
  const weights = Object.fromEntries(entries.map(([name, data]) => [name.slice("best/".length), data]));
  return record && { record, weights };
}
