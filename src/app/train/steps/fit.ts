import { writeRecord } from "../../../bundle/index.ts";
import { type FitEpochEvent, type FitOptions, type TrainingControl, fit } from "../../../train/index.ts";
import type { TrainEvent } from "../../events.ts";
import type { Steps } from "../../protocol.ts";
import { historyCsv } from "../../files/tables.ts";
import { fitOptions } from "../fitOptions.ts";
import { forwardEvents } from "../forwardEvents.ts";
import { readyEvent } from "../ready.ts";
import { reviewInFolds } from "../reviewInFolds.ts";
import { timeKeeper } from "../time/keeper.ts";
import { runFiles } from "../../files/runFolder.ts";
import type { TensorBoardLog } from "../tensorBoard.ts";
import type { Fitted, PipelineContext, Training } from "../types.ts";

/** Trains the network, after a cross-validation where one is asked for. */
export const fitModel = (training: Training, context: PipelineContext): Steps<TrainEvent, Fitted> =>
  training.split.folds > 0 ? fitAfterFolds(training, context) : fitOnce(training, context);

/** Trains with a validation set, and writes a checkpoint at each epoch's end. */
function fitOnce(training: Training, { services, signal }: PipelineContext): Steps<TrainEvent, Fitted> {
  const { task, sources, backend } = training;
  const { settings, resumed, run, tensorBoard } = task;
  const watch = epochWatch(tensorBoard, timeKeeper(task, services.clock));
  const options: FitOptions = {
    ...fitOptions({ settings, sources, backend }, services, signal),
    checkpoints: true,
    ...(resumed && { resume: resumed.checkpoint }),
    onControl: watch.onControl,
  };
  return forwardEvents(fit(settings.model, sources, options), {
    epochs: () => watch.epochs() ?? settings.epochs,
    count: sources.train.count,
    begin: (event) => [readyEvent(event, training)],
    monitor: settings.monitor,
    keep: (checkpoint) => run.write(runFiles.checkpoint, writeRecord(checkpoint)),
    onEpoch: watch.onEpoch,
    services,
  });
}

/** Writes each epoch's event, with the weights as they are then, where event files are wanted; then keeps to the time. */
function epochWatch(
  log: TensorBoardLog | undefined,
  keepTime?: ReturnType<typeof timeKeeper>,
): {
  /** In all, as things stand. */
  readonly epochs: () => number | undefined;
  readonly onControl: (control: TrainingControl) => void;
  readonly onEpoch: (event: FitEpochEvent) => Promise<void>;
} {
  let control: TrainingControl | undefined;
  return {
    epochs: () => control?.epochs,
    onControl: (given) => {
      control = given;
    },
    onEpoch: async (event) => {
      if (log && control) await log.epoch(event, await control.readWeights());
      if (control) keepTime?.(event, control);
    },
  };
}

/**
 * Cross-validates, then trains the model that is kept on all images of the folds for as many epochs, unless the folds' nets are kept;
 * the metrics are those of the folds.
 * @throws when aborted: a part of a cross-validation is worth nothing.
 */
async function* fitAfterFolds(training: Training, context: PipelineContext): Steps<TrainEvent, Fitted> {
  const { task, split, sources, backend } = training;
  const { settings, run, tensorBoard } = task;
  const watch = epochWatch(tensorBoard);
  const { services, signal } = context;
  const { count } = sources.train;
  const { crossValidation, review } = yield* reviewInFolds(training, context);
  for (const { fold, history } of crossValidation.folds)
    await run.write(`folds/${fold}/${runFiles.history}`, historyCsv(history));
  if (settings.ensemble) {
    const { start, end } = crossValidation.last;
    // No epoch is chosen: each net is that after its last one.
    const last = { ...end, bestEpoch: end.history.length, weights: end.lastWeights };
    return { start, end: last, crossValidation, review };
  }
  yield { type: "fold", folds: split.folds, trainCount: count, validationCount: 0 };
  const options = {
    ...fitOptions({ settings, sources, backend }, services, signal),
    onControl: watch.onControl,
  };
  const fitted = yield* forwardEvents(fit(settings.model, { train: sources.train }, options), {
    epochs: () => settings.epochs,
    count,
    begin: () => [],
    onEpoch: watch.onEpoch,
    services,
  });
  signal.throwIfAborted();
  return { ...fitted, crossValidation, review };
}
