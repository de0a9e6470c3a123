import type { CallableLayer } from "./callable.ts";
import { type Shape, fault, showShape, showValue } from "../../base/index.ts";
import {
  type Value,
  affine,
  clip,
  elu as eluOp,
  leakyRelu as leakyReluOp,
  multiply,
  relu as reluOp,
  subtract,
  threshold as thresholdOp,
} from "../../engine/index.ts";
import { isWholes } from "../model/fields.ts";
import { type Initializer, parseInitializer } from "../model/initializers.ts";
import { type Regularizer, parseRegularizer } from "../regularizers.ts";
import { type LayerRule, type Named, type ParameterSpec, makeLayer, weightSpec } from "./rule.ts";

// Activations that take numbers, or train them. Those without stand in `activation(name)`.

/** `maxValue` from `maxValue` up, x above `threshold`, else negativeSlope · (x - threshold). */
export interface Relu extends Named {
  readonly type: "relu";
  /** Upper bound of the result; absent: none. */
  readonly maxValue?: number;
  /** Slope below `threshold`. */
  readonly negativeSlope: number;
  /** Numbers above it pass. */
  readonly threshold: number;
}

/** x above 0, else negativeSlope · x. */
export interface LeakyRelu extends Named {
  readonly type: "leakyRelu";
  /** Slope below 0. */
  readonly negativeSlope: number;
}

/** x above 0, else alpha · (exp(x) - 1). */
export interface Elu extends Named {
  readonly type: "elu";
  /** -alpha is the limit far below 0. */
  readonly alpha: number;
}

/** x above 0, else alpha · x with trained alphas (He et al. 2015). */
export interface Prelu extends Named {
  readonly type: "prelu";
  /** How the slopes start. */
  readonly alphaInitializer: Initializer;
  /** Axes along which one slope serves all, counted from 1 without the batch: [1, 2] gives each channel its own. */
  readonly sharedAxes: readonly number[];
  /** Penalty on the slopes; absent: none. */
  readonly alphaRegularizer?: Regularizer;
}

/** Options of `relu` (Keras: ReLU). */
export interface ReluLayerOptions extends Named {
  /** Upper bound of the result, 0 or more. @default none */
  readonly maxValue?: number;
  /** Slope below `threshold`, 0 or more. @default 0 */
  readonly negativeSlope?: number;
  /** Numbers above it pass, 0 or more. @default 0 */
  readonly threshold?: number;
}

/** Options of `leakyRelu` (Keras: LeakyReLU). */
export interface LeakyReluLayerOptions extends Named {
  /** Slope below 0. @default 0.3 (PyTorch has 0.01) */
  readonly negativeSlope?: number;
}

/** Options of `elu` (Keras: ELU). */
export interface EluLayerOptions extends Named {
  /** -alpha is the limit far below 0. @default 1 */
  readonly alpha?: number;
}

/** Options of `prelu` (Keras: PReLU). */
export interface PreluLayerOptions extends Named {
  /** How the slopes start. @default "zeros" (PyTorch has 0.25) */
  readonly alphaInitializer?: Initializer;
  /** Axes along which one slope serves all, counted from 1 without the batch: [1, 2] gives each channel its own. @default none */
  readonly sharedAxes?: readonly number[];
  /** Penalty that the slopes add to the loss. @default none */
  readonly alphaRegularizer?: Regularizer;
}

/**
 * Rectifier (Keras: ReLU): `maxValue` at most, x above `threshold`, else negativeSlope · (x - threshold). @default no maxValue, negativeSlope 0, threshold 0
 * @example
 * const layer = relu({ maxValue: 6 });
 */
export const relu = (options: ReluLayerOptions = {}): CallableLayer<Relu> =>
  makeLayer("relu", options, (f) => ({
    negativeSlope: f.within("negativeSlope", [0, Infinity], 0),
    threshold: f.within("threshold", [0, Infinity], 0),
    ...f.maybe("maxValue", parseMaxValue),
  }));

/**
 * Leaky rectifier (Keras: LeakyReLU): x above 0, else negativeSlope · x. @default negativeSlope 0.3
 * @example
 * const layer = leakyRelu({ negativeSlope: 0.1 });
 */
export const leakyRelu = (options: LeakyReluLayerOptions = {}): CallableLayer<LeakyRelu> =>
  makeLayer("leakyRelu", options, (f) => ({ negativeSlope: f.number("negativeSlope", 0.3) }));

/**
 * Exponential linear unit (Keras: ELU): x above 0, else alpha · (exp(x) - 1). @default alpha 1
 * @example
 * const layer = elu({ alpha: 0.5 });
 */
export const elu = (options: EluLayerOptions = {}): CallableLayer<Elu> =>
  makeLayer("elu", options, (f) => ({ alpha: f.number("alpha", 1) }));

/**
 * Rectifier with trained slopes below 0 (Keras: PReLU): one slope for each number of the input, or shared along axes. @default alphaInitializer "zeros", sharedAxes none
 * @example
 * const layer = prelu({ sharedAxes: [1, 2] }); // a slope a channel
 */
export const prelu = (options: PreluLayerOptions = {}): CallableLayer<Prelu> =>
  makeLayer("prelu", options, (f) => ({
    alphaInitializer: "zeros",
    sharedAxes: [],
    ...f.maybe("alphaInitializer", parseInitializer),
    ...f.maybe("sharedAxes", parseAxes),
    ...f.maybe("alphaRegularizer", parseRegularizer),
  }));

function parseMaxValue(who: string, value: unknown): number {
  if (typeof value === "number" && value >= 0 && value < Infinity) return value;
  throw fault(who, { expected: "a number from 0", received: showValue(value), exitCode: 2 });
}

function parseAxes(who: string, value: unknown): readonly number[] {
  if (isWholes(value, (axis) => axis > 0) && new Set(value).size === value.length) return [...value];
  throw fault(who, {
    expected: "different axes counted from 1, such as [1, 2]",
    received: showValue(value),
    exitCode: 2,
  });
}

function rectified({ maxValue = Infinity, negativeSlope, threshold }: Relu, x: Value): Value {
  if (threshold === 0 && maxValue === Infinity)
    return negativeSlope === 0 ? reluOp(x) : leakyReluOp(x, negativeSlope);
  const above = clip(threshold === 0 ? x : thresholdOp(x, threshold), 0, maxValue);
  return negativeSlope === 0
    ? above
    : subtract(above, affine(reluOp(affine(x, -1, threshold)), negativeSlope));
}

/** The input's shape with 1 along shared axes. */
function slopesShape({ sharedAxes }: Prelu, input: Shape): Shape {
  if (sharedAxes.some((axis) => axis > input.length)) {
    throw fault("sharedAxes", {
      expected: `axes from 1 to ${input.length} of the input ${showShape(input)}`,
      received: showShape(sharedAxes),
      exitCode: 2,
    });
  }
  return input.map((extent, i) => (sharedAxes.includes(i + 1) ? 1 : extent));
}

const preluParameters = (layer: Prelu, input: Shape): readonly ParameterSpec[] => [
  weightSpec(
    { name: "alpha", shape: slopesShape(layer, input), initializer: layer.alphaInitializer },
    layer.alphaRegularizer,
  ),
];

export const reluRule: LayerRule<Relu> = { title: "ReLU", lower: rectified };

export const leakyReluRule: LayerRule<LeakyRelu> = {
  title: "LeakyReLU",
  lower: ({ negativeSlope }, x) => leakyReluOp(x, negativeSlope),
};

export const eluRule: LayerRule<Elu> = { title: "ELU", lower: ({ alpha }, x) => eluOp(x, alpha) };

export const preluRule: LayerRule<Prelu> = {
  title: "PReLU",
  parameters: preluParameters,
  lower: (_, x, context) => subtract(reluOp(x), multiply(context.parameter("alpha"), reluOp(affine(x, -1)))),
};
