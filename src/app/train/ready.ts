import { withText } from "../../messages/index.ts";
import type { StartEvent } from "../../train/index.ts";
import type { ReadyEvent } from "../events.ts";
import { viewCount } from "../../nn/index.ts";
import type { Training } from "./types.ts";

/** The event once everything is decided and compiled. */
export function readyEvent(
  { epoch, memory, parameters, trainableParameters, notes }: StartEvent,
  { task: { settings, run, times }, split, sources, augmentation }: Training,
): ReadyEvent {
  return {
    type: "ready",
    run: run.path,
    model: settings.modelName,
    ...(settings.modelFrom !== undefined && { modelFrom: settings.modelFrom }),
    parameters: { total: parameters, trainable: trainableParameters },
    size: settings.size,
    epochs: settings.epochs,
    batchSize: settings.batchSize,
    trainCount: sources.train.count,
    validationCount: sources.validation.count,
    testCount: split.parts.test.length,
    folds: split.folds,
    split: split.report,
    ...(augmentation && { augmentation: withText(augmentation) }),
    memory,
    notes: notes.map(withText),
    monitor: settings.monitor ?? "accuracy",
    averaged: settings.optimizer.useEma ?? false,
    firstEpoch: epoch,
    views: viewCount(settings.model),
    ...(times && { time: times.given }),
  };
}
