import { at } from "../base/index.ts";
import { type AnyLoss, lossName } from "../nn/index.ts";
import { type TrainingAdvice, withoutContradictions } from "./advice.ts";
import { type TrainingSummary, diagnose } from "./diagnostics.ts";
import type { EndEvent, EndReason, FitEvent } from "./events.ts";
import type { TrainingProgress } from "./progress.ts";
import { epochsIn } from "./steering/length.ts";
import { type Run, lengthOf, readWeights } from "./run.ts";

/** Why a training ends, and what is to be said of that. */
export interface Ending {
  readonly reason: EndReason;
  readonly advice?: TrainingAdvice;
}

/** The epoch that has just entered the history, and the advice that begins or ceases to hold with it. */
export function* epochEvents(run: Run, progress: TrainingProgress): Generator<FitEvent, void, undefined> {
  const record = at(progress.history, progress.history.length - 1);
  const bestEpoch = progress.best?.record.epoch ?? record.epoch;
  yield { type: "epoch", ...record, bestEpoch };
  // After the last epoch the end says what holds, of the epoch that is kept.
  if (record.epoch < epochsIn(lengthOf(run)))
    yield* adviceEvents(progress, diagnose(summaryOf(run, progress)));
}

/** Whoever adds what is given and drops what is withdrawn has what holds now. */
function* adviceEvents(
  { issued }: TrainingProgress,
  advice: readonly TrainingAdvice[],
): Generator<FitEvent, void, undefined> {
  const holding = new Set(advice.map(({ code }) => code));
  for (const code of issued) {
    if (holding.has(code)) continue;
    issued.delete(code);
    yield { type: "advice-withdrawn", code };
  }
  for (const one of advice) {
    if (issued.has(one.code)) continue;
    issued.add(one.code);
    yield { type: "advice", ...one };
  }
}

/** The end, with all advice that still holds. */
export async function* endEvents(
  run: Run,
  progress: TrainingProgress,
  { reason, advice }: Ending,
): AsyncGenerator<FitEvent, void, undefined> {
  const { best, history, lastFiniteWeights } = progress;
  const kept = run.options.keeps === "last" ? history.at(-1) : best?.record;
  const finished = reason === "done" || reason === "stopped early";
  const summary = { ...summaryOf(run, progress), finished, ...(kept && { kept }) };
  const all = withoutContradictions([...(advice ? [advice] : []), ...diagnose(summary)]);
  yield* adviceEvents(progress, all);
  const lastWeights = reason === "diverged" ? lastFiniteWeights : await readWeights(run, progress);
  const end: EndEvent = {
    type: "end",
    reason,
    bestEpoch: best?.record.epoch ?? 0,
    weights: best?.weights ?? lastWeights,
    lastWeights,
    history,
    lengths: [...run.steering.lengths],
    advice: all,
  };
  yield end;
}

/** Guessing is judged by cross-entropy over classes; for other losses, and weighted ones, no class counts are given. */
function summaryOf(run: Run, { history, classCounts }: TrainingProgress): TrainingSummary {
  const { loss, options, data, examples } = run;
  const epochs = epochsIn(lengthOf(run));
  const byClass = isCrossentropy(loss) && !data.train.weighted;
  const { classNames } = options;
  return {
    history,
    epochs,
    finished: false,
    classCounts: byClass ? classCounts : [],
    trainsOnOtherLoss: data.train.weighted === true || examples.mixed,
    ...(classNames && { classNames }),
  };
}

/** Whether a loss is the plain cross-entropy over classes: of a smoothed or focal one, guessing costs something else. */
const isCrossentropy = (loss: AnyLoss): boolean =>
  ["sparseCategoricalCrossentropy", "categoricalCrossentropy"].includes(lossName(loss)) &&
  (typeof loss !== "object" || !("labelSmoothing" in loss));
