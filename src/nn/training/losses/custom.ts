import { type Shape, fault, isObject, showShape, showValue } from "../../../base/index.ts";
import { type Loss, parseLoss } from "./loss.ts";
import type { Value } from "../../../engine/index.ts";

/**
 * What a loss is made from, B examples a batch.
 * @example
 * const batchSizeOf = ({ logits }: LossInputs): number => logits.shape[0] ?? 0;
 */
export interface LossInputs {
  /** [B, …], the last layer's outputs before its softmax or sigmoid; the outputs themselves where it has another activation. */
  readonly logits: Value;
  /** [B, …], the model's outputs. */
  readonly predictions: Value;
  /** What y holds of the batch: class indices [B], or rows [B, …]. */
  readonly labels: Value;
}

/**
 * A loss from the ops of `fovea/engine`: one number for each example, [B], or one for the whole batch, [].
 * @example
 * const compileWith = (loss: LossFunction): void => model.compile({ loss });
 */
export type LossFunction = (inputs: LossInputs) => Value;

/**
 * A {@link LossFunction} with the name that errors call it.
 * @example
 * const named = (loss: LossFunction): CustomLoss => ({ name: "margin", loss });
 */
export interface CustomLoss {
  /** For errors and the history. */
  readonly name: string;
  /** Gives one number for each example, or one for the batch. */
  readonly loss: LossFunction;
}

/**
 * Any loss: Fovea's, which are plain data, or one's own. A model file keeps no loss of one's own: compile again after loading.
 * @example
 * const losses: readonly AnyLoss[] = ["huber", huber({ delta: 0.5 })];
 */
export type AnyLoss = Loss | LossFunction | CustomLoss;

/** Whether a loss is one of Fovea's, which can be written into a file. */
export const isPlainLoss = (loss: AnyLoss): loss is Loss =>
  typeof loss === "string" || (typeof loss === "object" && "type" in loss);

/** A loss of one's own with its name; a function is called by its own. */
export const withName = (loss: LossFunction | CustomLoss): CustomLoss =>
  typeof loss === "function" ? { name: loss.name || "loss", loss } : loss;

const isFunction = (value: unknown): value is LossFunction => typeof value === "function";

/** Checks a loss that may be a function. @throws naming what does not fit */
export function parseAnyLoss(who: string, value: unknown): AnyLoss {
  if (isFunction(value)) return value;
  if (!isObject(value) || !("loss" in value)) return parseLoss(who, value);
  const { name, loss } = value;
  if (typeof name === "string" && name !== "" && isFunction(loss)) return { name, loss };
  throw fault(who, {
    expected: "{ name, loss }, a name and a function",
    received: `name ${showValue(name)}, loss ${showValue(loss)}`,
    exitCode: 2,
  });
}

/** What a custom loss gives. @throws where that is neither one number for each example nor one for the batch */
export function applyCustomLoss({ name, loss }: CustomLoss, inputs: LossInputs): Value {
  const value: unknown = loss(inputs);
  const [batchSize = 0] = inputs.logits.shape;
  const expected = `one number for each example, shape [${batchSize}], or one for the batch, shape []`;
  if (!isValue(value)) throw fault(`loss ${name}`, { expected, received: showValue(value), exitCode: 2 });
  const { shape } = value;
  if (shape.length === 0 || (shape.length === 1 && shape[0] === batchSize)) return value;
  throw fault(`loss ${name}`, {
    expected,
    received: `shape ${showShape(shape)}`,
    fix: "reduce the other axes, such as reduceMean(x, { axes: [1] })",
    exitCode: 2,
  });
}

const isValue = (value: unknown): value is Value =>
  isObject(value) && isShape(value["shape"]) && "graph" in value;

const isShape = (shape: unknown): shape is Shape => Array.isArray(shape);
