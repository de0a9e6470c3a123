import { fault, isObject, showValue, unknownOption } from "../base/index.ts";
import type { FitBatchEvent, FitEpochEvent, FitEvent, StartEvent, TrainingControl } from "../train/index.ts";
import type { TrainingHistory } from "./history.ts";

/**
 * What is called while a model trains (Keras: Callback); training waits until it is done.
 * @example
 * const stopAt = (loss: number): FitCallback => ({
 *   onEpochEnd: (epoch, training) => {
 *     if (epoch.loss < loss) training.stop();
 *   },
 * });
 * model.compile({ optimizer: "adam", loss: "sparseCategoricalCrossentropy" });
 * await model.fit(x, y, { epochs: 5, callbacks: [stopAt(0.1)], verbose: false });
 */
export interface FitCallback {
  /** Once, when everything is compiled. */
  onTrainBegin?(start: StartEvent, training: TrainingControl): void | Promise<void>;
  /** After each step; its loss and accuracy are means over the epoch so far. */
  onBatchEnd?(batch: FitBatchEvent, training: TrainingControl): void | Promise<void>;
  /** After each epoch and its validation. */
  onEpochEnd?(epoch: FitEpochEvent, training: TrainingControl): void | Promise<void>;
  /** Once, when the model has its weights. */
  onTrainEnd?(history: TrainingHistory): void | Promise<void>;
}

const calls: { readonly [K in keyof Required<FitCallback>]: true } = {
  onTrainBegin: true,
  onBatchEnd: true,
  onEpochEnd: true,
  onTrainEnd: true,
};

/** @throws where one is no callback, or would never be called */
export function checkCallbacks(callbacks: unknown = []): void {
  const list = Array.isArray(callbacks) ? callbacks : undefined;
  for (const [i, callback] of (list ?? [callbacks]).entries()) {
    const who = list ? `model.fit: callbacks[${i}]` : "model.fit: callbacks";
    const names = Object.keys(calls);
    const isOne = list && isObject(callback) && names.some((name) => typeof callback[name] === "function");
    const stranger =
      isObject(callback) && Object.keys(callback).find((key) => /^on/i.test(key) && !names.includes(key));
    if (stranger) throw unknownOption(who, stranger, { known: names });
    if (isOne) continue;
    throw fault(who, {
      expected: list ? `an object with one of ${names.join(", ")}` : "a list of callbacks",
      received: showValue(callback),
      exitCode: 2,
    });
  }
}

/** Calls what a callback has for an event. */
export async function callFor(
  event: FitEvent,
  callback: FitCallback,
  training: TrainingControl,
): Promise<void> {
  if (event.type === "start") await callback.onTrainBegin?.(event, training);
  if (event.type === "batch") await callback.onBatchEnd?.(event, training);
  if (event.type === "epoch") await callback.onEpochEnd?.(event, training);
}
