import { fault } from "../base/index.ts";
import type { Session } from "../engine/index.ts";
import type { Weights } from "./weights.ts";
import type { EpochRecord, History } from "./history.ts";

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

/** Copies everything out of a session. */
export function checkpointOf(session: Session, best: Best, state: CheckpointState): Checkpoint {
  const now = session.parameterNames.map((name) => [`now/${name}`, session.read(name)] as const);
  const kept = Object.entries(best.weights).map(([name, data]) => [`best/${name}`, data] as const);
  return { tensors: Object.fromEntries([...now, ...kept]), state };
}

/** Puts a checkpoint's numbers into a session. @throws when it is of another model or optimiser. */
export function restore(session: Session, { tensors }: Checkpoint): void {
  for (const name of session.parameterNames) {
    const data = tensors[`now/${name}`];
    if (!data || data.length !== session.read(name).length) {
      throw fault("resume", {
        expected: `a checkpoint of this model and optimiser, with ${name}`,
        received: data ? `${data.length} numbers for it` : "none",
        fix: "resume with the options it was started with",
      });
    }
    session.write(name, data);
  }
}

/** The best epoch as a checkpoint remembers it. */
export function bestOf({ tensors, state }: Checkpoint): Best | undefined {
  const record = state.history.find(({ epoch }) => epoch === state.bestEpoch);
  const entries = Object.entries(tensors).filter(([name]) => name.startsWith("best/"));
  const weights = Object.fromEntries(entries.map(([name, data]) => [name.slice("best/".length), data]));
  return record && { record, weights };
}
