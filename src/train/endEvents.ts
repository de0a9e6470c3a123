import { type Advice, type TrainingSummary, diagnose } from "./diagnostics.ts";
import type { EndEvent, EndReason, FitEvent } from "./events.ts";
import type { EpochRecord } from "./history.ts";
import type { Progress } from "./progress.ts";
import { type Run, readWeights } from "./run.ts";

/** Why a training ends, and what the doctor must say of that. */
export interface Ending {
  readonly reason: EndReason;
  readonly advice?: Advice;
}

/** Tells of the epoch that has just entered the history. */
export function* epochEvents(run: Run, progress: Progress): Generator<FitEvent, void, undefined> {
  const record = progress.history.at(-1) as EpochRecord;
  const bestEpoch = progress.best?.record.epoch ?? record.epoch;
  yield { type: "epoch", ...record, bestEpoch };
  const finished = record.epoch === run.epochs;
  yield* adviceEvents(progress, diagnose(summaryOf(run, progress, finished)));
}

/** Each kind of advice is given once while training; the end repeats what still holds. */
function* adviceEvents(
  { issued: told }: Progress,
  advice: readonly Advice[],
): Generator<FitEvent, void, undefined> {
  for (const one of advice) {
    if (told.has(one.code)) continue;
    told.add(one.code);
    yield { type: "advice", ...one };
  }
}

/** Tells the end, with all that is left to say. */
export function* endEvents(
  run: Run,
  progress: Progress,
  { reason, advice }: Ending,
): Generator<FitEvent, void, undefined> {
  const all = [
    ...(advice ? [advice] : []),
    ...diagnose(summaryOf(run, progress, reason === "done" || reason === "stopped early")),
  ];
  yield* adviceEvents(progress, all);
  const lastWeights = reason === "diverged" ? progress.lastFiniteWeights : readWeights(run);
  const end: EndEvent = {
    type: "end",
    reason,
    bestEpoch: progress.best?.record.epoch ?? 0,
    weights: progress.best?.weights ?? lastWeights,
    lastWeights,
    history: progress.history,
    advice: all,
  };
  yield end;
}

/** Guessing is judged by cross-entropy over classes; for other losses the doctor gets no class counts. */
function summaryOf(
  { loss, options }: Run,
  { history, classCounts }: Progress,
  finished: boolean,
): TrainingSummary {
  const byClass = loss === "sparseCategoricalCrossentropy" || loss === "categoricalCrossentropy";
  const { classNames } = options;
  return { history, finished, classCounts: byClass ? classCounts : [], ...(classNames && { classNames }) };
}
