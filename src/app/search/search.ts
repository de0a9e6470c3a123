import { fault, seeded } from "../../base/index.ts";
import { withText } from "../../messages/index.ts";
import { withCleanup } from "../cleanup.ts";
import type { Services } from "../context.ts";
import { createRunFolder, reopenFolder } from "../files/runFolder.ts";
import { type Events, type Steps, eventsOf } from "../protocol.ts";
import { checkRequest } from "../train/checks.ts";
import { splitNamed } from "../train/settings.ts";
import type { PipelineContext } from "../train/types.ts";
import { type SearchClock, searchClock, timeToFinish } from "./clock.ts";
import { type SearchData, type SearchFolder, openSearchData } from "./data.ts";
import type { SearchEvent, SearchPlanEvent } from "./events.ts";
import { finishSearch } from "./finish.ts";
import { type RunningSearch, halve } from "./halving.ts";
import { drawSettings } from "./space.ts";
import { type Speed, measureSpeed, planSearch } from "./speed.ts";
import {
  type SearchState,
  readState,
  readTrials,
  searchFiles,
  trialName,
  within,
  writeState,
} from "./store.ts";
import { type SearchTask, openTrial } from "./trial.ts";
import { requestOfTrial } from "./trialRequest.ts";
import type { ResumeSearchRequest, SearchPlan, SearchRequest, SearchResult, Trial } from "./types.ts";

/**
 * Searches settings at random with successive halving on grouped folds, within a time, and evaluates the best on images that no trial saw.
 * @throws FoveaError as `train` does; a search that has completed a trial is kept then, and can be resumed
 */
export const search = (
  request: SearchRequest | ResumeSearchRequest,
  services: Services,
  signal: AbortSignal,
): Events<SearchEvent, SearchResult> =>
  eventsOf(withCleanup((cleanup) => searchSteps(request, { services, signal, cleanup })));

/** A search that begins, or goes on. */
interface Begun extends SearchFolder {
  readonly request: SearchRequest;
  readonly clock: SearchClock;
  /** Absent where it begins. */
  readonly state?: SearchState;
  readonly trials: readonly Trial[];
}

async function* searchSteps(
  asked: SearchRequest | ResumeSearchRequest,
  context: PipelineContext,
): Steps<SearchEvent, SearchResult> {
  const begun = "resume" in asked ? await reopen(asked, context) : await begin(asked, context);
  const { request, folder, clock, state, isResumed } = begun;
  const trials = [...begun.trials];
  // What is finished is worth keeping, and can go on.
  if (!isResumed)
    context.cleanup.onFailure(async () =>
      trials.some(({ rungs }) => rungs.length > 0) ? undefined : folder.discard(),
    );
  const data = yield* openSearchData(request, { folder, isResumed }, context);
  checkArithmetic(state, data);
  const task: SearchTask = { request, folder, data, context };
  const { plan, overhead } = state?.plan ? { plan: state.plan, overhead: 1 } : yield* planned(task, clock);
  clock.reserve(timeToFinish({ images: data.first.prepared.count, overhead }));
  const running: RunningSearch = {
    ...task,
    clock,
    trials,
    plan,
    overhead,
    keep: () =>
      writeState(folder, {
        request: withoutPlace(request),
        space: data.space,
        arithmetic: data.backend.arithmetic,
        spentSeconds: clock.spent(),
        plan: running.plan,
      }),
  };
  await running.keep();
  yield planEvent(running);
  yield* halve(running);
  await running.keep();
  return yield* finishSearch(running);
}

async function begin(request: SearchRequest, { services, cleanup }: PipelineContext): Promise<Begun> {
  const { files } = services;
  const { split, folds = 4 } = request;
  if (split !== undefined && splitNamed(split) === undefined) {
    throw fault(`--split ${split}`, {
      expected: "auto, grouped, random or pooled",
      fix: "a search draws folds of its own",
      exitCode: 2,
    });
  }
  await checkRequest({ ...requestOfTrial(request, {}), folds }, files);
  const folder = await createRunFolder(request.out, { files, cleanup });
  const clock = searchClock(services, { total: request.minutes * 60, before: 0 });
  return { request, folder, clock, isResumed: false, trials: [] };
}

async function reopen(
  { resume, minutes, threads }: ResumeSearchRequest,
  { services, cleanup }: PipelineContext,
): Promise<Begun> {
  const { files } = services;
  const kind = {
    files: [searchFiles.state],
    folder: "the folder of a search",
    fix: "give the folder that search wrote to",
  };
  const folder = await reopenFolder(resume, { files, cleanup }, kind);
  const state = await readState(folder);
  const { request, space, spentSeconds: before } = state;
  const total = minutes === undefined ? request.minutes * 60 : before + minutes * 60;
  const trials = (await readTrials(folder, files)).map(withoutStop);
  return {
    // The space as it was drawn from, whatever a later version would take.
    request: { ...request, out: resume, space, minutes: total / 60, ...(threads && { threads }) },
    folder,
    clock: searchClock(services, { total, before }),
    state,
    isResumed: true,
    trials,
  };
}

/** A trial that was out of time goes on where it has more. */
function withoutStop(trial: Trial): Trial {
  const { failure, ...rest } = trial;
  return failure?.code === "trial-stopped" ? rest : trial;
}

function withoutPlace(request: SearchRequest): Omit<SearchRequest, "out"> {
  const { out: _, ...kept } = request;
  return kept;
}

/** @throws when the search would go on with other rounding than it began with. */
function checkArithmetic(state: SearchState | undefined, { backend: { arithmetic } }: SearchData): void {
  if (!state || state.arithmetic === arithmetic) return;
  throw fault("--resume", {
    expected: `a processor that computes as the search did (${state.arithmetic})`,
    received: arithmetic,
    fix: "resume where it began, or search anew",
  });
}

/** Times the first trial, and plans by it. */
async function* planned(
  task: SearchTask,
  clock: SearchClock,
): Steps<SearchEvent, { readonly plan: SearchPlan; readonly overhead: number }> {
  const { request, data, folder, context } = task;
  const random = seeded(request.seed ?? 0);
  const drawn = drawSettings(request, data.space, { number: 1, random });
  const place = { run: within(folder, trialName(1)), drawn, epochs: request.epochs ?? 1, fold: 0 };
  const training = yield* openTrial(task, place);
  const speed: Speed = yield* measureSpeed(training, context);
  const { count: images } = data.first.prepared;
  clock.reserve(timeToFinish({ images, overhead: speed.overhead }));
  const model = training.task.settings.modelName;
  const known = { ...speed, left: clock.left(), spent: clock.spent() };
  const plan = planSearch(request, model, known);
  return { plan, overhead: speed.overhead };
}

function planEvent({ request, data, plan }: RunningSearch): SearchPlanEvent {
  const { holdout, divisions, first } = data;
  const images = {
    images: first.prepared.count - holdout.images,
    folds: divisions.length,
    holdout: holdout.images,
    isTestPart: holdout.source === "test part",
  };
  const { minutes, reduction = 3 } = request;
  const { rungs, secondsPerEpoch } = plan;
  return {
    type: "search-plan",
    statements: [
      withText({ code: "search-images", data: images }),
      withText({ code: "search-plan", data: { minutes, rungs, reduction, secondsPerEpoch } }),
    ],
  };
}
