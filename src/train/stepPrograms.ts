import { entryOf } from "../base/index.ts";
import {
  type ModelSpec,
  type TrainingOptions,
  type TrainingProgram,
  accumulates,
  freezingEpochs,
  frozenAfter,
  trainingProgram,
} from "../nn/index.ts";

/** What a batch does: it makes a step (a full one, or an incomplete one), or adds to those of its group. */
export type StepKind = "train" | "rest" | "accumulate";

/** The programs of a training's steps. */
export interface StepPrograms {
  /** Of a full batch, of the first epoch. */
  readonly full: TrainingProgram;
  readonly programs: Readonly<Record<string, TrainingProgram>>;
  /** The name of the program for a batch, after so many whole epochs. */
  readonly nameAt: (kind: StepKind, epochs: number) => string;
}

interface StepPlan {
  readonly step: Omit<TrainingOptions, "batchSize" | "mode">;
  readonly batchSize: number;
  /** Training examples. */
  readonly count: number;
  readonly epochs: number;
}

/** Programs for every kind of batch that there will be, and once more from each epoch on in which layers are trained no more. */
export function stepPrograms(model: ModelSpec, { step, batchSize, count, epochs }: StepPlan): StepPrograms {
  const rest = count % batchSize;
  const starts = [0, ...freezingEpochs(model).filter((epoch) => epoch < epochs)];
  const nameFrom = (kind: StepKind, start: number): string => (start === 0 ? kind : `${kind} after ${start}`);
  const ofStart = (start: number): Readonly<Record<string, TrainingProgram>> => {
    const frozen = frozenAfter(model, start);
    const ofSize = (size: number, mode: "update" | "accumulate" = "update"): TrainingProgram =>
      trainingProgram(frozen, { ...step, batchSize: size, mode });
    return {
      [nameFrom("train", start)]: ofSize(batchSize),
      // An incomplete batch is trained with a program of its own size, so that no example counts twice.
      ...(rest > 0 && { [nameFrom("rest", start)]: ofSize(rest) }),
      ...(accumulates(step.optimizer) &&
        batchSize < count && { [nameFrom("accumulate", start)]: ofSize(batchSize, "accumulate") }),
    };
  };
  const programs: Readonly<Record<string, TrainingProgram>> = Object.assign({}, ...starts.map(ofStart));
  return {
    full: entryOf(programs, "train"),
    programs,
    nameAt: (kind, finished) => nameFrom(kind, Math.max(...starts.filter((start) => start <= finished))),
  };
}
