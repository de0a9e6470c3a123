import { type NdArray, type Shape, fault, isObject, ndarray, showValue, sizeOf } from "../base/index.ts";
import { type Bundle, proofSize } from "../bundle/index.ts";
import type { Transform } from "../data/index.ts";
import type { TrainedModel } from "../evaluate/index.ts";
import {
  type AnyLoss,
  type ModelSpec,
  type Optimizer,
  parseAnyLoss,
  parseLoss,
  parseOptimizer,
} from "../nn/index.ts";
import { type CustomMetric, type Weights, weightedAccuracyMetric } from "../train/index.ts";
import type { CompileOptions } from "./types.ts";

/** Optimiser, loss and figures of one's own, set by compile. */
export interface Compiled {
  readonly optimizer: Optimizer;
  readonly loss: AnyLoss;
  readonly metrics: readonly CustomMetric[];
}

/** What a model object keeps between calls. */
export interface ModelState {
  readonly spec: ModelSpec;
  inputShape: Shape | undefined;
  compiled: Compiled | undefined;
  weights: Weights | undefined;
  classNames: readonly string[] | undefined;
  transforms: readonly Transform[];
  /** Of a loaded model; training on makes it 1 again, since it was fitted to the weights of then. */
  temperature: number;
  /** A few rows of bytes to store beside the weights; only where x holds images of bytes. */
  proofImages: NdArray<Uint8Array> | undefined;
}

export const stateOf = (spec: ModelSpec): ModelState => ({
  spec,
  inputShape: spec.inputShape,
  compiled: undefined,
  weights: undefined,
  classNames: undefined,
  transforms: [],
  temperature: 1,
  proofImages: undefined,
});

/** The state of a model that was read from a file, `who` in errors. */
export const stateOfBundle = (bundle: Bundle, who: string): ModelState => ({
  spec: bundle.model,
  inputShape: bundle.inputShape,
  compiled: bundle.training && compiledIn(bundle.training, `${who}: training`),
  weights: bundle.weights,
  classNames: bundle.classNames,
  transforms: bundle.transforms,
  temperature: bundle.temperature ?? 1,
  proofImages: bundle.proof?.images,
});

/** Files from the command line record other training settings; those models are evaluated with the defaults. */
function compiledIn(
  { optimizer, loss }: Readonly<Record<string, unknown>>,
  who: string,
): Compiled | undefined {
  if (optimizer === undefined || loss === undefined) return undefined;
  return {
    optimizer: parseOptimizer(`${who}: optimizer`, optimizer),
    loss: parseLoss(`${who}: loss`, loss),
    metrics: [],
  };
}

export function compiledFrom({
  optimizer = "adam",
  loss,
  metrics = [],
  weightedMetrics = [],
}: CompileOptions): Compiled {
  const weighted = weightedOf(weightedMetrics);
  return {
    optimizer: parseOptimizer("compile: optimizer", optimizer),
    loss: parseAnyLoss("compile: loss", loss ?? "sparseCategoricalCrossentropy"),
    metrics: [...customMetrics(metrics, weighted), ...weighted],
  };
}

/** @throws where one is none that can be weighted */
function weightedOf(given: unknown): readonly CustomMetric[] {
  const names: readonly unknown[] = Array.isArray(given) ? given : [given];
  const other = names.findIndex((name) => name !== "accuracy");
  if (other < 0) return names.length > 0 ? [weightedAccuracyMetric] : [];
  throw fault(Array.isArray(given) ? `compile: weightedMetrics[${other}]` : "compile: weightedMetrics", {
    expected: '["accuracy"]',
    received: showValue(names[other]),
    fix: "give others in metrics: they get the weights as their third argument",
    exitCode: 2,
  });
}

/** @throws where one is no metric, or two have one name */
function customMetrics(
  metrics: NonNullable<CompileOptions["metrics"]>,
  others: readonly CustomMetric[],
): readonly CustomMetric[] {
  const taken = new Set(["loss", "accuracy", ...others.map(({ name }) => name)]);
  return metrics.flatMap((metric: unknown, i) => {
    if (metric === "accuracy") return [];
    if (!isMetric(metric)) {
      throw fault(`compile: metrics[${i}]`, {
        expected:
          '"accuracy" or { name, of: (predictions, labels) => number }, with direction "max" or "min" to monitor it',
        received: showValue(metric),
        exitCode: 2,
      });
    }
    if (taken.has(metric.name))
      throw fault("compile: metrics", {
        expected: "names of their own",
        received: `"${metric.name}" twice`,
        exitCode: 2,
      });
    taken.add(metric.name);
    return [metric];
  });
}

const isMetric = (value: unknown): value is CustomMetric =>
  isObject(value) &&
  typeof value["name"] === "string" &&
  typeof value["of"] === "function" &&
  (value["direction"] === undefined || value["direction"] === "max" || value["direction"] === "min");

/** @throws when compile was not called, saying so. */
export function compiledOf({ compiled }: ModelState, who: string): Compiled {
  if (compiled) return compiled;
  throw fault(who, {
    expected: "a compiled model",
    received: "one that is not",
    fix: 'call compile({ optimizer: "adam", loss: "sparseCategoricalCrossentropy" }) first',
    exitCode: 2,
  });
}

/** @throws when the model has no weights yet, saying so. */
export function trainedOf(
  { weights, inputShape, spec, temperature }: ModelState,
  who: string,
): TrainedModel & { readonly inputShape: Shape; readonly temperature: number } {
  if (weights && inputShape) return { model: spec, weights, inputShape, temperature };
  throw fault(who, {
    expected: "a trained model",
    received: "one without weights",
    fix: "call fit first, or load a model",
    exitCode: 2,
  });
}

/** The first rows of x, copied, where they are images of bytes. */
export function proofImagesOf({ shape, data }: NdArray): NdArray<Uint8Array> | undefined {
  const [count = 0, ...each] = shape;
  if (!(data instanceof Uint8Array) || each.length !== 3) return undefined;
  const kept = Math.min(count, proofSize);
  return ndarray(data.slice(0, kept * sizeOf(each)), [kept, ...each]);
}
