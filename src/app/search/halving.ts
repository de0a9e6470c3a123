import { isRefusal, seeded } from "../../base/index.ts";
import { withText } from "../../messages/index.ts";
import type { Steps } from "../protocol.ts";
import type { Fitted, Training } from "../train/types.ts";
import { type SearchClock, timeToFinish } from "./clock.ts";
import type { SearchEvent } from "./events.ts";
import { rankedTrials } from "./ranking.ts";
import { promotedOf, smallestSearch } from "./schedule.ts";
import { drawSettings } from "./space.ts";
import { trialName, within, writeTrial } from "./store.ts";
import { type SearchTask, openTrial, scoreFolds, scoreTrial, settingsOf, trainUpTo } from "./trial.ts";
import type { SearchPlan, Trial, TrialRung, TrialScore } from "./types.ts";

/** A search in progress: what is fixed, and what changes. */
export interface RunningSearch extends SearchTask {
  readonly clock: SearchClock;
  /** By number, from 1 at index 0. */
  readonly trials: Trial[];
  plan: SearchPlan;
  /** Seconds of a training beside its epochs, measured. */
  overhead: number;
  /** Writes how far the search is. */
  readonly keep: () => Promise<void>;
}

const isOver = ({ context, clock }: RunningSearch): boolean => context.signal.aborted || clock.left() <= 0;

/**
 * Successive halving (Jamieson and Talwalkar 2016): every trial trains a little, the better ones go on, each from its checkpoint, and
 * the last are compared on all folds. Nothing is repeated that an earlier process has finished.
 */
export async function* halve(search: RunningSearch): Steps<SearchEvent, void> {
  yield* firstRung(search);
  const { rungs } = search.plan;
  for (let rung = 2; rung <= rungs.length && !isOver(search); rung++) {
    const ready = rankedTrials(search.trials.filter((trial) => trial.rungs.length >= rung - 1));
    // Those that were promoted before a resumption are ahead in rank.
    const count = promotedOf(ready.length, reductionOf(search), rung === rungs.length);
    for (const { number } of ready.slice(0, count)) {
      if (isOver(search)) return;
      yield* trainRung(search, { number, rung });
    }
  }
  yield* otherFolds(search);
}

const reductionOf = ({ request }: SearchTask): number => request.reduction ?? 3;
const foldsOf = ({ data }: SearchTask): number => data.divisions.length;

/** Draws and trains trials for the first rung's part of the time. */
async function* firstRung(search: RunningSearch): Steps<SearchEvent, void> {
  const { request, clock, plan } = search;
  const { rungs, secondsPerEpoch } = plan;
  const [first = 1] = rungs;
  const costs = {
    secondsPerEpoch,
    overhead: search.overhead,
    reduction: reductionOf(search),
  };
  const { first: own, total } = smallestSearch(rungs.at(-1) ?? 1, costs);
  const until = clock.spent() + (rungs.length === 1 ? 1 : own / total) * clock.left();
  const max = plan.trials ?? request.trials ?? Infinity;
  for (let number = 1; number <= max; number++) {
    if (isOver(search)) return;
    const isDrawn = search.trials[number - 1] !== undefined;
    const foretold = meanSecondsPerEpoch(search) * first + search.overhead;
    if (!isDrawn && number > reductionOf(search) && clock.spent() + foretold > until) break;
    yield* trainRung(search, { number, rung: 1 });
  }
  search.plan = { ...plan, trials: search.trials.length };
  await search.keep();
}

/** Of the trials so far; what the next one will take is not known before. */
function meanSecondsPerEpoch({ trials, plan }: RunningSearch): number {
  const known = trials.flatMap(({ secondsPerEpoch }) => secondsPerEpoch ?? []);
  return known.length === 0 ? plan.secondsPerEpoch : known.reduce((sum, x) => sum + x, 0) / known.length;
}

/** Trains a trial to the end of a rung, unless that is done, or would not end in time. */
async function* trainRung(
  search: RunningSearch,
  { number, rung }: { readonly number: number; readonly rung: number },
): Steps<SearchEvent, void> {
  const trial = search.trials[number - 1] ?? drawTrial(search, number);
  if (trial.rungs.length >= rung || trial.failure) return;
  const { rungs } = search.plan;
  const epochs = rungs[rung - 1] ?? 1;
  const foretold = (trial.secondsPerEpoch ?? 0) * (epochs - trial.history.length);
  // Rather a little early than a training whose end nobody sees.
  if (rung > 1 && foretold > search.clock.left()) return;
  const started = search.context.services.clock();
  const done = yield* attempt(search, trial, async function* () {
    const training = yield* openTrial(search, { ...placeOf(search, trial), fold: 0 });
    const settings = settingsOf(training);
    yield { type: "trial", number, settings, rung, rungs: rungs.length, epochs, fold: 1 };
    const fitted = yield* trainUpTo(training, { epochs, deadline: search.clock.deadline() }, search.context);
    return { training, settings, fitted };
  });
  if (!done) return;
  const { training, settings, fitted } = done;
  const known = { ...trial, settings, ...curveOf(fitted) };
  const score = yield* settle(search, known, { training, fitted });
  if (!score) return;
  const seconds = (search.context.services.clock() - started) / 1000;
  const rungDone: TrialRung = { rung, epochs, seconds, folds: 1, ...score };
  yield* record(search, { ...known, rungs: [...trial.rungs, rungDone] });
}

/** Runs what may fail for the settings of a trial alone; that ends the trial and not the search. */
async function* attempt<T>(
  search: RunningSearch,
  trial: Trial,
  work: () => Steps<SearchEvent, T>,
): Steps<SearchEvent, T | undefined> {
  try {
    return yield* work();
  } catch (error) {
    if (search.context.signal.aborted || !(isRefusal(error) || error instanceof RangeError)) throw error;
    const failure = withText({ code: "trial-refused" as const, data: { reason: error.message } });
    yield* record(search, { ...trial, failure });
    return undefined;
  }
}

/** Evaluates a training that came to its end; else says why it did not, unless the user stopped it. */
async function* settle(
  search: RunningSearch,
  trial: Trial,
  { training, fitted }: { readonly training: Training; readonly fitted: Fitted },
): Steps<SearchEvent, TrialScore | undefined> {
  const { reason, history } = fitted.end;
  if (reason === "diverged") {
    const data = { epoch: history.length + 1 };
    yield* record(search, { ...trial, failure: withText({ code: "trial-diverged" as const, data }) });
    return undefined;
  }
  if (reason === "interrupted") {
    if (search.context.signal.aborted) return undefined;
    const data = { epochs: history.length };
    yield* record(search, { ...trial, failure: withText({ code: "trial-stopped" as const, data }) });
    return undefined;
  }
  yield { type: "working", on: "predicting" };
  const began = search.context.services.clock();
  const score = await scoreTrial(training, fitted);
  search.overhead = Math.max(search.overhead, (search.context.services.clock() - began) / 1000);
  const { count: images } = search.data.first.prepared;
  search.clock.reserve(timeToFinish({ images, overhead: search.overhead }));
  return score;
}

const curveOf = ({ end: { history } }: Fitted): Pick<Trial, "history" | "secondsPerEpoch"> => ({
  history: history.map(({ epoch, validation }) => ({
    epoch,
    validationAccuracy: validation?.accuracy ?? 0,
    validationLoss: validation?.loss ?? 0,
  })),
  ...(history.length > 0 && {
    secondsPerEpoch: history.reduce((sum, { seconds }) => sum + seconds, 0) / history.length,
  }),
});

function drawTrial({ request, data, folder, trials }: RunningSearch, number: number): Trial {
  const random = seeded(request.seed ?? 0);
  const drawn = drawSettings(request, data.space, { number, random });
  const trial: Trial = { number, run: within(folder, trialName(number)).path, drawn, rungs: [], history: [] };
  trials[number - 1] = trial;
  return trial;
}

const placeOf = ({ folder, plan }: RunningSearch, { number, drawn }: Trial) => ({
  run: within(folder, trialName(number)),
  drawn,
  epochs: plan.rungs.at(-1) ?? 1,
});

async function* record(search: RunningSearch, trial: Trial): Steps<SearchEvent, void> {
  search.trials[trial.number - 1] = trial;
  await writeTrial(search.folder, trial);
  await search.keep();
  yield { type: "trial-end", trial };
}

/** Compares the trials of the last rung on the other folds too, fold by fold, so that all of them are compared on the same. */
async function* otherFolds(search: RunningSearch): Steps<SearchEvent, void> {
  const { rungs } = search.plan;
  const finalists = rankedTrials(search.trials.filter((trial) => trial.rungs.length === rungs.length));
  if (rungs.length === 1 || finalists.length < 2) return;
  for (let fold = 1; fold < foldsOf(search); fold++) {
    const scored: Trial[] = [];
    for (const { number } of finalists) {
      const trial = search.trials[number - 1];
      const next = trial && (yield* trainFold(search, trial, fold));
      if (!next) return;
      scored.push(next);
    }
    for (const trial of scored) yield* record(search, trial);
  }
}

/** A finalist with the metrics of one fold more; nothing where there was no time for it, or it failed. */
async function* trainFold(
  search: RunningSearch,
  trial: Trial,
  fold: number,
): Steps<SearchEvent, Trial | undefined> {
  const { rungs } = search.plan;
  const last = trial.rungs.at(-1);
  const epochs = rungs.at(-1) ?? 1;
  if (!last || isOver(search)) return undefined;
  if (last.folds > fold) return trial;
  if ((trial.secondsPerEpoch ?? 0) * epochs > search.clock.left()) return undefined;
  const started = search.context.services.clock();
  const { run, ...place } = placeOf(search, trial);
  const training = yield* openTrial(search, { run, ...place, fold });
  const settings = settingsOf(training);
  const at = { number: trial.number, rung: rungs.length, rungs: rungs.length };
  yield { type: "trial", ...at, settings, epochs, fold: fold + 1 };
  const fitted = yield* trainUpTo(training, { epochs, deadline: search.clock.deadline() }, search.context);
  if (fitted.end.reason !== "done") return undefined;
  await scoreTrial(training, fitted);
  const score = await scoreFolds(search, { training, run, folds: fold + 1 });
  const seconds = last.seconds + (search.context.services.clock() - started) / 1000;
  return (
    score && {
      ...trial,
      rungs: [...trial.rungs.slice(0, -1), { ...last, ...score, folds: fold + 1, seconds }],
    }
  );
}
