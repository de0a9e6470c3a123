import {
  type Shape,
  addAt,
  at,
  checkOptions,
  fault,
  float64At,
  mapTuple,
  sameShape,
  showShape,
  sizeOf,
} from "../../../base/index.ts";
import { type Op, type Value, apply, defineOp } from "../../graph/graph.ts";
import { constant } from "../creation/constant.ts";
import { reshape } from "../shape/reshape.ts";
import { checkWhole } from "../window.ts";
import { lowerGroupNorm, lowerGroupNormGradient } from "./groupNests.ts";
import { lowerLayerNorm, lowerLayerNormGradient } from "./layerNests.ts";

// x is seen as [N, M, C]: N examples of M rows of C channels, which fall into G groups. Each example's group is brought to mean 0 and
// variance 1 (Wu & He 2018). Layer normalisation is the case of one row and one group (Ba et al. 2016).

interface GroupNorm {
  readonly groups: number;
  readonly epsilon: number;
}

interface Sizes {
  readonly examples: number;
  readonly rows: number;
  readonly channels: number;
  readonly groups: number;
}

const sizesOf = ({ shape }: { readonly shape: Shape }, groups: number): Sizes => ({
  examples: at(shape, 0),
  rows: at(shape, 1),
  channels: at(shape, 2),
  groups,
});

/** Calls `visit` for every element with its index, its channel and its example's group. */
function forEachElement(
  { examples, rows, channels, groups }: Sizes,
  visit: (i: number, channel: number, group: number) => void,
): void {
  for (let i = 0; i < examples * rows * channels; i++) {
    const c = i % channels;
    visit(i, c, Math.floor(i / (rows * channels)) * groups + Math.floor((c * groups) / channels));
  }
}

/** y = gamma·h + beta, h = (x - mean)·inverse, inverse = 1/√(variance + epsilon); mean and inverse [N, G]. */
const groupNormOp: Op<GroupNorm, 3, 3> = defineOp<GroupNorm, 3, 3>({
  name: "groupNorm",
  infer: ([x], { groups }) => {
    const perGroup = { shape: [at(x.shape, 0), groups], dtype: "f32" } as const;
    return [x, perGroup, perGroup];
  },
  gradient: ({ inputs: [x, gamma], outputs: [, mean, inverse], attributes, gradients: [dy] }) =>
    dy
      ? apply(groupNormGradientOp, [dy, x, mean, inverse, gamma], attributes)
      : [undefined, undefined, undefined],
  reference: ({ inputs: [x, gamma, beta], attributes: { groups, epsilon } }) => {
    const sizes = sizesOf(x, groups);
    const mean = new Float64Array(sizes.examples * groups);
    const variance = new Float64Array(sizes.examples * groups);
    const share = groups / (sizes.rows * sizes.channels);
    forEachElement(sizes, (i, _, g) => addAt(mean, g, float64At(x.data, i) * share));
    forEachElement(sizes, (i, _, g) =>
      addAt(variance, g, (float64At(x.data, i) - float64At(mean, g)) ** 2 * share),
    );
    const inverse = variance.map((v) => 1 / Math.sqrt(v + epsilon));
    const y = new Float64Array(x.data.length);
    forEachElement(sizes, (i, c, g) => {
      const h = (float64At(x.data, i) - float64At(mean, g)) * float64At(inverse, g);
      y[i] = float64At(gamma.data, c) * h + float64At(beta.data, c);
    });
    return [y, mean, inverse];
  },
  lower: (call) => {
    const { groups, epsilon } = call.attributes;
    const sizes = sizesOf(call.inputs[0], groups);
    const lowered = isLayerNorm(sizes) ? lowerLayerNorm : lowerGroupNorm;
    return lowered(call, { ...sizes, epsilon });
  },
});

/**
 * dbeta = Σ dy, dgamma = Σ dy·h, and over the elements of a group
 * dx = inverse·(gamma·dy - mean(gamma·dy) - h·mean(gamma·dy·h)).
 */
const groupNormGradientOp: Op<GroupNorm, 5, 3> = defineOp<GroupNorm, 5, 3>({
  name: "groupNormGradient",
  infer: ([dy, , , , gamma]) => [dy, gamma, gamma],
  reference: ({ inputs, attributes: { groups } }) => {
    const [dy, x, mean, inverse, gamma] = mapTuple(inputs, ({ data }) => data);
    const sizes = sizesOf(inputs[0], groups);
    const share = groups / (sizes.rows * sizes.channels);
    const [dgamma, dbeta] = [new Float64Array(sizes.channels), new Float64Array(sizes.channels)];
    const [sum, product] = [new Float64Array(mean.length), new Float64Array(mean.length)];
    const h = (i: number, g: number): number =>
      (float64At(x, i) - float64At(mean, g)) * float64At(inverse, g);
    forEachElement(sizes, (i, c, g) => {
      const d = float64At(dy, i);
      addAt(dbeta, c, d);
      addAt(dgamma, c, d * h(i, g));
      addAt(sum, g, d * float64At(gamma, c) * share);
      addAt(product, g, d * float64At(gamma, c) * h(i, g) * share);
    });
    const dx = new Float64Array(x.length);
    forEachElement(sizes, (i, c, g) => {
      const rest =
        float64At(dy, i) * float64At(gamma, c) - float64At(sum, g) - h(i, g) * float64At(product, g);
      dx[i] = float64At(inverse, g) * rest;
    });
    return [dx, dgamma, dbeta];
  },
  lower: (call) => {
    const sizes = sizesOf(call.inputs[0], call.attributes.groups);
    return isLayerNorm(sizes) ? lowerLayerNormGradient(call, sizes) : lowerGroupNormGradient(call, sizes);
  },
});

const isLayerNorm = ({ rows, groups }: Sizes): boolean => rows === 1 && groups === 1;

/**
 * Scale, shift and epsilon of {@link layerNorm}.
 * @example
 * const options: LayerNormOptions = { gamma: parameter(graph, "gamma", [3]) };
 */
export interface LayerNormOptions {
  /** Last axes of x, which are normalised together. @default those of gamma or beta, or the last one */
  readonly axes?: number;
  /** Scale, of the shape of these axes. @default 1 */
  readonly gamma?: Value;
  /** Shift, of the shape of these axes, added after the scale. @default 0 */
  readonly beta?: Value;
  /** Added to the variance. @default 1e-3 (Keras; PyTorch has 1e-5) */
  readonly epsilon?: number;
}

/**
 * Scale, shift, groups and epsilon of {@link groupNorm}.
 * @example
 * const options: GroupNormOptions = { groups: 1 };
 */
export interface GroupNormOptions {
  /** Parts of equal size that the channels fall into, each normalised by itself. */
  readonly groups: number;
  /** Scale of each channel, [C]. @default 1 */
  readonly gamma?: Value;
  /** Shift of each channel, [C], added after the scale. @default 0 */
  readonly beta?: Value;
  /** Added to the variance. @default 1e-3 (Keras; PyTorch has 1e-5) */
  readonly epsilon?: number;
}

/**
 * Layer normalisation of x [.., A, B] over its last axes, by default one: gamma·(x - mean)/√(variance + epsilon) + beta.
 * @example
 * const gamma = parameter(graph, "gamma", [3]);
 * const y = layerNorm(images, { gamma }); // [1, 8, 8, 3]
 */
export function layerNorm(x: Value, options: LayerNormOptions = {}): Value {
  checkOptions("layerNorm", options, { axes: true, gamma: true, beta: true, epsilon: true });
  const { gamma, beta, epsilon = 1e-3 } = options;
  const axes = options.axes ?? gamma?.shape.length ?? beta?.shape.length ?? 1;
  checkWhole("layerNorm: axes", [axes], 1);
  if (axes > x.shape.length)
    throw fault("layerNorm: axes", {
      expected: `at most ${x.shape.length} of x ${showShape(x.shape)}`,
      received: `${axes}`,
    });
  const shape = x.shape.slice(x.shape.length - axes);
  const size = sizeOf(shape);
  const seen = reshape(x, [sizeOf(x.shape) / Math.max(size, 1), 1, size]);
  return normalised("layerNorm", { x, seen, shape }, { gamma, beta, groups: 1, epsilon });
}

/**
 * Group normalisation of x [N, .., C]: the channels fall into groups, and each example's group, over all positions, is brought to mean 0
 * and variance 1, then scaled and shifted channel by channel. groups = C is instance normalisation.
 * @example
 * const y = groupNorm(images, { groups: 3 }); // [1, 8, 8, 3]
 */
export function groupNorm(x: Value, options: GroupNormOptions): Value {
  checkOptions("groupNorm", options, { groups: true, gamma: true, beta: true, epsilon: true });
  const { groups, gamma, beta, epsilon = 1e-3 } = options;
  if (x.shape.length < 2)
    throw fault("groupNorm: x", { expected: "at least 2 axes [N, .., C]", received: showShape(x.shape) });
  checkWhole("groupNorm: groups", [groups], 1);
  const channels = at(x.shape, x.shape.length - 1);
  if (channels % groups !== 0)
    throw fault("groupNorm: groups", {
      expected: `a number that divides ${channels} channels`,
      received: `${groups}`,
    });
  const seen = reshape(x, [at(x.shape, 0), sizeOf(x.shape.slice(1, -1)), channels]);
  return normalised("groupNorm", { x, seen, shape: [channels] }, { gamma, beta, groups, epsilon });
}

/** Applies the op to x seen as [N, M, C]; scale and shift are of `shape`, C numbers. */
function normalised(
  who: string,
  { x, seen, shape }: { readonly x: Value; readonly seen: Value; readonly shape: Shape },
  {
    gamma,
    beta,
    ...attributes
  }: GroupNorm & { readonly gamma: Value | undefined; readonly beta: Value | undefined },
): Value {
  const size = sizeOf(shape);
  const perChannel = (name: string, value: Value | undefined, otherwise: number): Value => {
    if (!value) return constant(x.graph, new Float32Array(size).fill(otherwise), [size]);
    if (sameShape(value.shape, shape)) return shape.length === 1 ? value : reshape(value, [size]);
    throw fault(`${who}: ${name}`, {
      expected: `shape ${showShape(shape)}`,
      received: showShape(value.shape),
    });
  };
  const [y] = apply(
    groupNormOp,
    [seen, perChannel("gamma", gamma, 1), perChannel("beta", beta, 0)],
    attributes,
  );
  return reshape(y, x.shape);
}
