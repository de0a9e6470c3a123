import { bareWord, fault, showValue, unknownOption } from "../base/index.ts";
import { type Predictions, classMetrics } from "../evaluate/index.ts";
import { type Parse, parseOneOf } from "../nn/index.ts";
import type { CustomMetric } from "./figures.ts";
import type { EpochRecord, ValidationRecord } from "./history.ts";

/** Figures of the validation set that epochs can be compared by; those of one's own metrics come beside them. */
export const monitorNames = ["accuracy", "loss", "balancedAccuracy", "macroF1"] as const;

export type MonitorName = (typeof monitorNames)[number];

/** Which epoch is the best, and when training ends for want of a better one (Keras: EarlyStopping). */
export interface StoppingOptions {
  /**
   * Figure of the validation set by which epochs are compared: "accuracy" (of equal ones, the lower loss), "loss", "balancedAccuracy",
   * "macroF1", or the name of a metric of one's own that has a `direction`. @default "accuracy"
   */
  readonly monitor?: string;
  /** Stop after so many epochs without a better one, from 1. @default never */
  readonly patience?: number;
  /** A figure is better if it differs by more than this, from 0. @default 0 */
  readonly minDelta?: number;
  /** Epochs at the beginning that are not compared: none of them is the best, nor counts against `patience`. @default 0 */
  readonly startFromEpoch?: number;
}

/** These options among others, as far as they are given. */
export const stoppingIn = <M extends string>({
  monitor,
  patience,
  minDelta,
  startFromEpoch,
}: StoppingOptions & { readonly monitor?: M }): StoppingOptions & { readonly monitor?: M } => ({
  ...(monitor !== undefined && { monitor }),
  ...(patience !== undefined && { patience }),
  ...(minDelta !== undefined && { minDelta }),
  ...(startFromEpoch !== undefined && { startFromEpoch }),
});

/** How epochs are compared. */
export interface Monitor {
  readonly name: string;
  readonly direction: "max" | "min";
  readonly minDelta: number;
  readonly startFromEpoch: number;
  /** What of it has to be measured beside accuracy, loss and one's own metrics; only on the validation set. */
  readonly measures: readonly CustomMetric[];
}

interface Given extends StoppingOptions {
  readonly metrics?: readonly CustomMetric[];
  readonly epochs?: number;
}

interface Circumstances {
  readonly hasValidation: boolean;
  /** How an option is called in an error. @default as in fit */
  readonly named?: (option: keyof StoppingOptions) => string;
}

/** @throws naming an option that does not fit; all of them need a validation set */
export function monitorOf(
  options: Given,
  { hasValidation, named = (option) => `fit: ${option}` }: Circumstances,
): Monitor {
  const { monitor: name = "accuracy", minDelta = 0, startFromEpoch = 0, metrics = [] } = options;
  checkNumbers(options, named);
  const given = (["monitor", "patience", "minDelta", "startFromEpoch"] as const).find(
    (option) => options[option] !== undefined,
  );
  if (given !== undefined && !hasValidation) {
    throw fault(named(given), {
      expected: "a validation set, by which epochs are compared",
      received: "none",
      fix: "give validation data, or leave the option out: without them the last epoch counts as the best",
      exitCode: 2,
    });
  }
  return { name, minDelta, startFromEpoch, ...figureOf(named("monitor"), name, metrics) };
}

/** Ours for a name of Keras's, which tells the figures of training and validation apart: val_loss, val_balanced_accuracy. */
export function monitorMeant(name: string): MonitorName | undefined {
  const [, figure = ""] = /^val[-_]?(.+)$/i.exec(name) ?? [];
  const word = bareWord(figure);
  return word === "acc" ? "accuracy" : monitorNames.find((known) => bareWord(known) === word);
}

const fixFor = (meant: MonitorName): string => `use ${meant}, which is that of the validation set`;

/** Reads one of the names. @throws naming the nearest, for Keras's names too */
export const parseMonitor: Parse<MonitorName> = (who, value) => {
  const meant = typeof value === "string" ? monitorMeant(value) : undefined;
  if (meant === undefined) return parseOneOf(...monitorNames)(who, value);
  throw fault(who, {
    expected: `one of ${monitorNames.join(", ")}`,
    received: showValue(value),
    fix: fixFor(meant),
    exitCode: 2,
  });
};

function figureOf(
  who: string,
  name: string,
  metrics: readonly CustomMetric[],
): Pick<Monitor, "direction" | "measures"> {
  const own = metrics.find((metric) => metric.name === name);
  if (own?.direction) return { direction: own.direction, measures: [] };
  if (own) {
    throw fault(`${who} ${name}`, {
      expected: 'a metric with direction: "max" (higher is better) or "min"',
      received: "one without",
      exitCode: 2,
    });
  }
  const known = monitorNames.find((one) => one === name);
  if (known === "loss") return { direction: "min", measures: [] };
  if (known === "accuracy") return { direction: "max", measures: [] };
  if (known) return { direction: "max", measures: [ofClasses(known)] };
  const meant = monitorMeant(name);
  throw unknownOption(who, name, {
    known: [...monitorNames, ...metrics.map((metric) => metric.name)],
    ...(meant !== undefined && { hints: { [name]: fixFor(meant) } }),
  });
}

const ofClasses = (name: Exclude<MonitorName, "accuracy" | "loss">): CustomMetric => ({
  name,
  of: (probabilities, targets) => {
    const predictions: Predictions = { probabilities, targets };
    return classMetrics(predictions)[name];
  },
});

function checkNumbers(
  { patience, minDelta, startFromEpoch, epochs = 5 }: Given,
  named: (option: keyof StoppingOptions) => string,
): void {
  const whole = (value: number, least: number): boolean => Number.isSafeInteger(value) && value >= least;
  const refuse = (option: keyof StoppingOptions, value: unknown, expected: string, fix?: string): never => {
    throw fault(named(option), { expected, received: showValue(value), ...(fix && { fix }), exitCode: 2 });
  };
  if (patience !== undefined && !whole(patience, 1))
    refuse("patience", patience, "a whole number from 1", "1 stops at the first epoch that is not better");
  if (minDelta !== undefined && !(minDelta >= 0 && minDelta < Number.POSITIVE_INFINITY))
    refuse("minDelta", minDelta, "a number from 0");
  if (startFromEpoch !== undefined && !(whole(startFromEpoch, 0) && startFromEpoch < epochs))
    refuse(
      "startFromEpoch",
      startFromEpoch,
      `a whole number from 0, below the ${epochs} epochs of the training`,
    );
}

/**
 * Whether `a`, the later one, is the better epoch: by the monitored figure, of equal ones by a lower validation loss. Always where
 * there is no validation set, or `b` is one of those that are not compared.
 */
export function isBetter(a: EpochRecord, b: EpochRecord, monitor: Monitor): boolean {
  if (!a.validation || !b.validation || b.epoch <= monitor.startFromEpoch) return a.epoch > b.epoch;
  const { direction, minDelta } = monitor;
  const [value, best] = [figureIn(a.validation, monitor), figureIn(b.validation, monitor)];
  // A figure that is no number is no better than any, and any number is better.
  if (Number.isNaN(best)) return !Number.isNaN(value);
  if (value === best && minDelta === 0) return a.validation.loss < b.validation.loss;
  return direction === "max" ? value - minDelta > best : value + minDelta < best;
}

function figureIn({ loss, accuracy, metrics }: ValidationRecord, { name }: Monitor): number {
  if (name === "loss") return loss;
  return name === "accuracy" ? accuracy : (metrics?.[name] ?? Number.NaN);
}
