import { type SearchStatement, withText } from "../../messages/index.ts";
import { type SearchReport, renderSearch } from "../../report/index.ts";
import { quoted } from "../train/command.ts";
import { configOf } from "../train/config/planned.ts";
import { jsonText } from "../files/json.ts";
import { join, titleOfPath } from "../files/paths.ts";
import { runFiles } from "../files/runFolder.ts";
import { csvText } from "../files/tables.ts";
import type { TrainEvent } from "../events.ts";
import type { Steps } from "../protocol.ts";
import { calibrateModel } from "../train/steps/calibrate.ts";
import { writeRun } from "../train/steps/writeRun.ts";
import type { Training } from "../train/types.ts";
import type { RunningSearch } from "./halving.ts";
import { rankedTrials } from "./ranking.ts";
import { searchFiles, trialName, within } from "./store.ts";
import { openTrial, scoreOfResult, trainUpTo } from "./trial.ts";
import type { BestTrial, Holdout, SearchResult, Trial } from "./types.ts";

/** The best trial, opened again. */
interface Winner {
  readonly trial: Trial;
  readonly training: Training;
}

/**
 * Evaluates the best trial on the held-out images, once, and writes its whole run folder, and the tables and the page of the search.
 * An interrupted search is written without that.
 */
export async function* finishSearch(search: RunningSearch): Steps<TrainEvent, SearchResult> {
  const { folder, data, context } = search;
  const ranked = rankedTrials(search.trials);
  const best = ranked[0]?.rungs.length ? ranked[0] : undefined;
  const isInterrupted = context.signal.aborted;
  const winner = best && !isInterrupted ? yield* openWinner(search, best) : undefined;
  const holdout = winner ? yield* measureHoldout(search, winner) : data.holdout;
  if (winner) await writeBestConfig(search, winner);
  const result = resultOf(search, { ranked, best, holdout, winner });
  await folder.write(searchFiles.result, jsonText(result));
  await folder.write(searchFiles.table, tableOf(ranked));
  yield { type: "working", on: "writing" };
  await folder.write(runFiles.report, await renderSearch(pageOf(search, result)));
  return result;
}

async function* openWinner(search: RunningSearch, trial: Trial): Steps<TrainEvent, Winner> {
  const { number, drawn } = trial;
  const run = within(search.folder, trialName(number));
  const epochs = search.plan.rungs.at(-1) ?? 1;
  return { trial, training: yield* openTrial(search, { run, drawn, epochs, fold: 0 }) };
}

async function* measureHoldout(
  { data, context }: RunningSearch,
  { trial, training }: Winner,
): Steps<TrainEvent, Holdout> {
  const epochs = trial.rungs.at(-1)?.epochs ?? 1;
  // It ends at once: its checkpoint stands at that epoch.
  const fitted = yield* trainUpTo(training, { epochs, deadline: Infinity }, context);
  const calibrated = yield* calibrateModel(training, fitted, context.signal);
  const { test } = yield* writeRun(training, { fitted, calibrated }, context.services);
  if (!test) return data.holdout;
  return { ...data.holdout, metrics: { ...scoreOfResult(test), groups: test.groups } };
}

/** The settings of the best trial for all images: without the split of the search. */
async function writeBestConfig({ folder, request }: RunningSearch, { training }: Winner): Promise<void> {
  const { splitFile: _, ...settings } = training.task.settings;
  const { split: __, validation: ___, ...config } = configOf({ ...settings, split: "grouped" });
  const { split } = request;
  await folder.write(
    searchFiles.config,
    `${JSON.stringify({ ...config, ...(split !== undefined && { split }) }, null, 2)}\n`,
  );
}

interface Outcome {
  readonly ranked: readonly Trial[];
  readonly best: Trial | undefined;
  readonly holdout: Holdout;
  readonly winner: Winner | undefined;
}

function resultOf(search: RunningSearch, { ranked, best, holdout, winner }: Outcome): SearchResult {
  const { request, folder, data, context, clock, plan } = search;
  const { data: path, seed = 0, minutes, reduction = 3 } = request;
  const bestTrial: BestTrial | undefined = winner && {
    trial: winner.trial.number,
    run: winner.training.task.run.path,
    config: join(folder.path, searchFiles.config),
  };
  return {
    run: folder.path,
    report: join(folder.path, runFiles.report),
    table: join(folder.path, searchFiles.table),
    end: context.signal.aborted ? "interrupted" : "done",
    data: path,
    seed,
    minutes,
    seconds: clock.spent(),
    classes: data.facts.classNames,
    folds: data.divisions.length,
    reduction,
    space: data.space,
    plan,
    groupSource: data.first.grouping.source,
    ...(winner && { splitReport: winner.training.split.report }),
    holdout,
    ...(bestTrial && { best: bestTrial }),
    trials: ranked,
    statements: statementsOf(search, { ranked, best, holdout, winner }).map(withText),
    skipped: [...data.collection.skipped, ...data.first.prepared.skipped],
    notes: data.collection.notes.map(withText),
  };
}

function statementsOf(
  { folder, context }: RunningSearch,
  { ranked, best, holdout, winner }: Outcome,
): readonly SearchStatement[] {
  const compared = ranked.filter(({ rungs }) => rungs.length > 0).length;
  const last = best?.rungs.at(-1);
  const interrupted: SearchStatement = {
    code: "search-interrupted",
    data: { command: `${context.services.invocation} search --resume ${quoted(folder.path)}` },
  };
  const found: SearchStatement | undefined = best &&
    last && {
      code: "search-best",
      data: {
        trial: best.number,
        trials: compared,
        accuracy: last.accuracy,
        interval: last.interval,
        images: last.images,
        loss: last.loss,
        folds: last.folds,
      },
    };
  const honest: SearchStatement | undefined = holdout.metrics &&
    winner && {
      code: "search-holdout",
      data: {
        accuracy: holdout.metrics.accuracy,
        interval: holdout.metrics.interval,
        images: holdout.metrics.images,
        groups: holdout.metrics.groups,
        trained: winner.training.split.parts.train.length,
      },
    };
  const isDefault = best?.number === 1 && compared > 1;
  return [
    ...(context.signal.aborted ? [interrupted] : []),
    ...(found ? [found] : []),
    ...(isDefault ? [{ code: "search-default-best" as const, data: { trials: compared } }] : []),
    ...(honest ? [honest] : []),
  ];
}

/** search.csv: one row a trial, the best first. */
const tableOf = (ranked: readonly Trial[]): string =>
  csvText(
    ranked.map(({ number, run, settings, rungs, failure }, i) => {
      const last = rungs.at(-1);
      return {
        rank: i + 1,
        trial: number,
        model: settings?.model ?? "",
        size: settings?.size ?? "",
        optimizer: settings?.optimizer ?? "",
        learning_rate: settings?.learningRate ?? "",
        weight_decay: settings?.weightDecay ?? "",
        augment: settings?.augment ?? "",
        batch_size: settings?.batchSize ?? "",
        rung: last?.rung ?? 0,
        epochs: last?.epochs ?? 0,
        folds: last?.folds ?? 0,
        accuracy: last?.accuracy ?? "",
        accuracy_low: last?.interval[0] ?? "",
        accuracy_high: last?.interval[1] ?? "",
        loss: last?.loss ?? "",
        images: last?.images ?? 0,
        failure: failure?.text ?? "",
        run,
      };
    }),
  );

function pageOf({ request, data, context }: RunningSearch, result: SearchResult): SearchReport {
  const { fovea, runtime, system } = context.services.versions;
  const { trials, reduction, statements, best } = result;
  const { invocation } = context.services;
  return {
    title: titleOfPath(request.data),
    statements,
    reduction,
    trials: trials.map(({ number, settings, rungs, history, failure }) => ({
      number,
      ...(settings && { settings }),
      rungs: rungs.length,
      ...(rungs.length > 0 && { last: rungs.at(-1) }),
      curve: history.map(({ epoch, validationAccuracy }) => ({ epoch, accuracy: validationAccuracy })),
      ...(failure && { failure: failure.text }),
    })),
    ...(best && { command: `${invocation} train ${quoted(request.data)} --config ${quoted(best.config)}` }),
    provenance: [
      { code: "seed", data: { seed: request.seed ?? 0 } },
      { code: "version", data: { fovea } },
      { code: "runs-on", data: { runtime, system } },
    ],
    skipped: data.first.prepared.skipped,
  };
}
