import { type Shape, at, fault, showShape, showValue } from "../../base/index.ts";
import { groupNorm, layerNorm, transpose } from "../../engine/index.ts";
import { type Fields, isWholes } from "../model/fields.ts";
import { type Initializer, parseInitializer } from "../model/initializers.ts";
import { type Regularizer, parseRegularizer } from "../regularizers.ts";
import type { CallableLayer } from "./callable.ts";
import {
  type LayerRule,
  type Lowering,
  type Named,
  type ParameterSpec,
  makeLayer,
  weightSpec,
} from "./rule.ts";

// Layers that normalise each image by itself, alike in training and in use. What all images share, batchNormalization.ts normalises.

/** Fields of layers that scale and shift what they have normalised. */
interface ScaleAndShift {
  /** Added to the variance under the root. */
  readonly epsilon: number;
  /** Whether beta is added. */
  readonly center: boolean;
  /** Whether gamma multiplies. */
  readonly scale: boolean;
  /** How beta starts. */
  readonly betaInitializer: Initializer;
  /** How gamma starts. */
  readonly gammaInitializer: Initializer;
  /** Penalty on beta; absent: none. */
  readonly betaRegularizer?: Regularizer;
  /** Penalty on gamma; absent: none. */
  readonly gammaRegularizer?: Regularizer;
}

/** Gives the numbers along `axis`, those of each image by themselves, mean 0 and variance 1 (Ba et al. 2016). */
export interface LayerNormalization extends Named, ScaleAndShift {
  readonly type: "layerNormalization";
  /** Axes that are normalised together, counted with the batch as 0, negative ones from the last. */
  readonly axis: number | readonly number[];
}

/** Gives each image's groups of channels mean 0 and variance 1 over all pixels (Wu & He 2018). */
export interface GroupNormalization extends Named, ScaleAndShift {
  readonly type: "groupNormalization";
  /** Parts of equal size that the channels fall into; -1: each channel by itself (instance normalisation). */
  readonly groups: number;
}

interface ScaleAndShiftOptions extends Named {
  /** Added to the variance under the root, 0 or more. @default 0.001 (PyTorch has 1e-5) */
  readonly epsilon?: number;
  /** Whether a trained beta is added. @default true */
  readonly center?: boolean;
  /** Whether a trained gamma multiplies. @default true */
  readonly scale?: boolean;
  /** How beta starts. @default "zeros" */
  readonly betaInitializer?: Initializer;
  /** How gamma starts. @default "ones" */
  readonly gammaInitializer?: Initializer;
  /** Penalty that beta adds to the loss. @default none */
  readonly betaRegularizer?: Regularizer;
  /** Penalty that gamma adds to the loss. @default none */
  readonly gammaRegularizer?: Regularizer;
}

/** Options of `layerNormalization` (Keras: LayerNormalization). */
export interface LayerNormalizationLayerOptions extends ScaleAndShiftOptions {
  /** Axes that are normalised together, one or several, counted with the batch as 0, negative ones from the last: [1, 2, 3] is the whole image. @default -1 */
  readonly axis?: number | readonly number[];
}

/** Options of `groupNormalization` (Keras: GroupNormalization). */
export interface GroupNormalizationLayerOptions extends ScaleAndShiftOptions {
  /** Parts of equal size that the channels fall into; -1: each channel by itself (instance normalisation). @default 32 */
  readonly groups?: number;
}

const readScaleAndShift = (f: Fields): ScaleAndShift => ({
  epsilon: f.within("epsilon", [0, Infinity], 1e-3),
  center: f.flag("center", true),
  scale: f.flag("scale", true),
  betaInitializer: "zeros",
  gammaInitializer: "ones",
  ...f.maybe("betaInitializer", parseInitializer),
  ...f.maybe("gammaInitializer", parseInitializer),
  ...f.maybe("betaRegularizer", parseRegularizer),
  ...f.maybe("gammaRegularizer", parseRegularizer),
});

/**
 * Layer normalization (Keras: LayerNormalization) of each image by itself, by default over the channels of each pixel; the shape stays. @default axis -1, epsilon 0.001
 * @example
 * const layer = layerNormalization({ epsilon: 1e-6 });
 */
export const layerNormalization = (
  options: LayerNormalizationLayerOptions = {},
): CallableLayer<LayerNormalization> =>
  makeLayer("layerNormalization", options, (f) => ({
    ...readScaleAndShift(f),
    axis: -1,
    ...f.maybe("axis", parseAxis),
  }));

/**
 * Group normalization (Keras: GroupNormalization) of each image by itself, over all pixels and a group of channels; the shape stays. @default groups 32, epsilon 0.001
 * @example
 * const layer = groupNormalization({ groups: 8 });
 */
export const groupNormalization = (
  options: GroupNormalizationLayerOptions = {},
): CallableLayer<GroupNormalization> =>
  makeLayer("groupNormalization", options, (f) => ({
    ...readScaleAndShift(f),
    groups: 32,
    ...f.maybe("groups", parseGroups),
  }));

function parseAxis(who: string, value: unknown): number | readonly number[] {
  const axes = typeof value === "number" ? [value] : value;
  if (isWholes(axes, (axis) => axis !== 0) && axes.length > 0 && new Set(axes).size === axes.length)
    return typeof value === "number" ? value : [...axes];
  throw fault(who, {
    expected: "an axis or different axes, but not 0, the batch, such as -1 or [1, 2, 3]",
    received: showValue(value),
    exitCode: 2,
  });
}

function parseGroups(who: string, value: unknown): number {
  if (isWholes([value], (groups) => groups === -1 || groups > 0)) return Number(value);
  throw fault(who, {
    expected: "a whole number from 1, or -1 for one channel a group",
    received: showValue(value),
    exitCode: 2,
  });
}

/** Axes with the batch as 0, ascending. */
function axesOf({ axis }: LayerNormalization, rank: number): readonly number[] {
  const given = typeof axis === "number" ? [axis] : axis;
  const axes = given.map((one) => (one < 0 ? one + rank : one)).toSorted((a, b) => a - b);
  if (axes.every((one, i) => one > 0 && one < rank && one !== axes[i - 1])) return axes;
  throw fault("axis", {
    expected: `different axes from 1 to ${rank - 1}`,
    received: showShape(given),
    exitCode: 2,
  });
}

/** gamma and beta of `shape`, as far as the layer has them. */
function scaleAndShiftParameters(layer: ScaleAndShift, shape: Shape): readonly ParameterSpec[] {
  const { center, scale, gammaRegularizer, betaRegularizer } = layer;
  const gamma = weightSpec({ name: "gamma", shape, initializer: layer.gammaInitializer }, gammaRegularizer);
  const beta = weightSpec({ name: "beta", shape, initializer: layer.betaInitializer }, betaRegularizer);
  return [...(scale ? [gamma] : []), ...(center ? [beta] : [])];
}

const scaleAndShift = ({ scale, center, epsilon }: ScaleAndShift, context: Lowering) => ({
  epsilon,
  ...(scale && { gamma: context.parameter("gamma") }),
  ...(center && { beta: context.parameter("beta") }),
});

export const layerNormalizationRule: LayerRule<LayerNormalization> = {
  title: "LayerNormalization",
  parameters: (layer, input) =>
    scaleAndShiftParameters(
      layer,
      axesOf(layer, input.length + 1).map((axis) => at(input, axis - 1)),
    ),
  lower: (layer, x, context) => {
    const rank = x.shape.length;
    const axes = axesOf(layer, rank);
    const options = { ...scaleAndShift(layer, context), axes: axes.length };
    if (at(axes, 0) === rank - axes.length) return layerNorm(x, options);
    const order = [...x.shape.keys()].filter((axis) => !axes.includes(axis)).concat(axes);
    const back = order.map((_, axis) => order.indexOf(axis));
    return transpose(layerNorm(transpose(x, order), options), back);
  },
};

/** @throws unless the channels fall into so many groups */
function groupsOf({ groups }: GroupNormalization, channels: number): number {
  if (groups === -1) return channels;
  if (channels % groups === 0) return groups;
  throw fault("groups", {
    expected: `a number that divides ${channels} channels`,
    received: `${groups}`,
    fix: "set groups, or use -1 for one channel a group",
    exitCode: 2,
  });
}

export const groupNormalizationRule: LayerRule<GroupNormalization> = {
  title: "GroupNormalization",
  parameters: (layer, input) => {
    groupsOf(layer, at(input, input.length - 1));
    return scaleAndShiftParameters(layer, input.slice(-1));
  },
  lower: (layer, x, context) =>
    groupNorm(x, {
      ...scaleAndShift(layer, context),
      groups: groupsOf(layer, at(x.shape, x.shape.length - 1)),
    }),
};
