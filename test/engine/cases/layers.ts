import {
  type Value,
  averagePool2d,
  batchNorm,
  conv2d,
  conv2dTranspose,
  dropout,
  gaussian,
  groupNorm,
  layerNorm,
  matmul,
  maxPool2d,
  maxPool2dWithPositions,
  meanSquaredError,
  multiply,
  normalize,
  relu,
  softmaxCrossEntropy,
} from "../../../src/engine/index.ts";
import {
  type CaseBuilder,
  type OpCase,
  anyShape,
  awayFrom,
  below,
  between,
  fromTo,
  oneOf,
  opCase,
  imageShape,
} from "./draw.ts";

type Pair = readonly [number, number];

const pair = (b: CaseBuilder, low: number, high: number): Pair => [
  fromTo(b.random, low, high),
  fromTo(b.random, low, high),
];
const padding = (b: CaseBuilder): "same" | "valid" => oneOf(b.random, "same", "valid");

const reach = (b: CaseBuilder, size: number): number => fromTo(b.random, 1, size <= 3 ? 2 : 1);

/** A dilation under which a window of `size` fits 5 pixels. */
const fitting = (b: CaseBuilder, [height, width]: Pair): Pair => [reach(b, height), reach(b, width)];

function convolution(b: CaseBuilder, groups: number, channels: number, filters: number): Value {
  const x = b.differentiable("x", imageShape(b.random, channels));
  const size = pair(b, 1, 5);
  const w = b.differentiable("w", [...size, channels / groups, filters]);
  return conv2d(x, w, { strides: pair(b, 1, 3), padding: padding(b), dilation: fitting(b, size), groups });
}

function pooling(b: CaseBuilder): {
  poolSize: Pair;
  strides: Pair;
  padding: "same" | "valid";
  dilation: Pair;
} {
  const poolSize = pair(b, 1, 4);
  return { poolSize, strides: pair(b, 1, 3), padding: padding(b), dilation: fitting(b, poolSize) };
}

function channelArrays(b: CaseBuilder, channels: number): { gamma: Value; beta: Value } {
  return { gamma: b.differentiable("gamma", [channels]), beta: b.differentiable("beta", [channels]) };
}

export const layerCases: readonly OpCase[] = [
  opCase("conv2d", (b) => convolution(b, 1, fromTo(b.random, 1, 6), fromTo(b.random, 1, 6))),
  opCase("conv2d 3x3 of stride 1", (b) => {
    const channels = oneOf(b.random, 3, 4, 8);
    const x = b.differentiable("x", imageShape(b.random, channels));
    return conv2d(x, b.differentiable("w", [3, 3, channels, oneOf(b.random, 4, 5, 8)]), { padding: "same" });
  }),
  opCase("conv2d with uneven padding", (b) => {
    const x = b.differentiable("x", imageShape(b.random, 2));
    const edges = (): Pair => [b.random.integer(3), b.random.integer(3)];
    return conv2d(x, b.differentiable("w", [3, 2, 2, 3]), {
      padding: [edges(), edges()],
      strides: pair(b, 1, 2),
    });
  }),
  opCase("conv2d in groups", (b) => {
    const groups = fromTo(b.random, 2, 4);
    return convolution(b, groups, groups * fromTo(b.random, 1, 3), groups * fromTo(b.random, 1, 3));
  }),
  opCase("conv2d, depthwise", (b) => {
    const channels = fromTo(b.random, 2, 9);
    return convolution(b, channels, channels, channels * fromTo(b.random, 1, 2));
  }),
  opCase("conv2dTranspose", (b) => {
    const channels = fromTo(b.random, 1, 4);
    const x = b.differentiable("x", [...pair(b, 1, 2), fromTo(b.random, 1, 4), channels]);
    const w = b.differentiable("w", [...pair(b, 1, 4), fromTo(b.random, 1, 4), channels]);
    const strides = pair(b, 1, 3);
    const outputPadding = [b.random.integer(strides[0]), b.random.integer(strides[1])] as const;
    const more = b.random.next() < 0.5 ? { outputPadding } : {};
    return conv2dTranspose(x, w, { strides, padding: padding(b), dilation: pair(b, 1, 2), ...more });
  }),
  opCase("maxPool2d", (b) => maxPool2d(b.distinct("x", imageShape(b.random)), pooling(b))),
  opCase("maxPool2d 2x2 with positions", (b) => {
    const [y, positions] = maxPool2dWithPositions(b.distinct("x", imageShape(b.random)), {
      padding: padding(b),
    });
    return { y, positions };
  }),
  opCase("maxPool2d of relu", (b) => maxPool2d(relu(b.distinct("x", imageShape(b.random))))),
  opCase("averagePool2d", (b) => averagePool2d(b.differentiable("x", imageShape(b.random)), pooling(b))),
  opCase("matmul", (b) => {
    const [m, k, n] = [fromTo(b.random, 1, 9), fromTo(b.random, 1, 9), fromTo(b.random, 1, 9)];
    const [transposeA, transposeB] = [b.random.next() < 0.5, b.random.next() < 0.5];
    const a = b.differentiable("a", transposeA ? [k, m] : [m, k]);
    return matmul(a, b.differentiable("b", transposeB ? [n, k] : [k, n]), { transposeA, transposeB });
  }),
  opCase("batchNorm", (b) => {
    // A channel needs a few rows, or its variance is 0 and the gradient no number.
    const shape = [fromTo(b.random, 4, 6), ...anyShape(b.random).slice(0, 3)];
    const x = b.differentiable("x", shape.length > 1 ? shape : [...shape, 3], awayFrom());
    const [y, mean, variance] = batchNorm(x, channelArrays(b, x.shape.at(-1)!));
    return { y, mean, variance };
  }),
  opCase("gaussian", (b) => {
    const x = b.differentiable("x", anyShape(b.random));
    const noise = gaussian(b.fixed("seed", [], below(2 ** 24)), x.shape, { salt: b.random.integer(9) });
    return multiply(x, noise);
  }),
  opCase("layerNorm", (b) => {
    // Three numbers at least, or a variance near 0 makes the slope no straight line.
    const shape = [...anyShape(b.random).slice(0, 3), oneOf(b.random, 3, 5, 16, 21, 40)];
    const gamma = b.differentiable("gamma", shape.slice(-1));
    const far = fromTo(b.random, -50, 50);
    const x = b.differentiable("x", shape, (random) => far + 3 * random.normal());
    return layerNorm(x, { gamma, beta: b.differentiable("beta", gamma.shape), epsilon: 0.1 });
  }),
  opCase("layerNorm of whole images", (b) => {
    const shape = imageShape(b.random, oneOf(b.random, 3, 20));
    return layerNorm(b.differentiable("x", shape), {
      axes: 3,
      gamma: b.differentiable("gamma", shape.slice(1)),
    });
  }),
  opCase("layerNorm of long rows", (b) =>
    layerNorm(b.differentiable("x", [2, oneOf(b.random, 1103, 1089)]), { epsilon: 1e-5 }),
  ),
  opCase("groupNorm", (b) => {
    const [groups, size] = [fromTo(b.random, 1, 4), oneOf(b.random, 1, 2, 4, 5)];
    const shape = imageShape(b.random, groups * size);
    const far = fromTo(b.random, -50, 50);
    const x = b.differentiable("x", shape, (random) => far + 3 * random.normal());
    return groupNorm(x, { groups, ...channelArrays(b, groups * size) });
  }),
  opCase("groupNorm over many rows", (b) =>
    groupNorm(b.differentiable("x", [2, oneOf(b.random, 263, 289), 4]), { groups: 2, epsilon: 1e-5 }),
  ),
  opCase("batchNorm over many rows", (b) => {
    const channels = fromTo(b.random, 1, 3);
    const x = b.differentiable("x", [2, oneOf(b.random, 2503, 2500), channels], between(0, 3));
    const [y, mean, variance] = batchNorm(x, { ...channelArrays(b, channels), epsilon: 1e-5 });
    return { y, mean, variance };
  }),
  opCase("normalize", (b) => {
    const shape = [2, ...anyShape(b.random).slice(0, 3)];
    const channels = shape.at(-1)!;
    const x = b.differentiable("x", shape);
    const mean = b.differentiable("mean", [channels]);
    const variance = b.differentiable("variance", [channels], between(0.2, 2));
    return normalize(x, { mean, variance, ...channelArrays(b, channels) });
  }),
  opCase("dropout", (b) => {
    const seed = b.fixed("seed", [], below(2 ** 24));
    return dropout(b.differentiable("x", anyShape(b.random)), seed, {
      rate: 0.4,
      salt: b.random.integer(1000),
    });
  }),
  opCase("softmaxCrossEntropy with class indices", (b) => {
    const [n, c] = pair(b, 1, 7);
    const logits = b.differentiable("logits", [n, c], awayFrom());
    // One label in a while is no class.
    return softmaxCrossEntropy(logits, b.fixed("labels", [n], below(c + 1)));
  }),
  opCase("softmaxCrossEntropy with smoothed targets", (b) => {
    const shape = pair(b, 1, 7);
    const logits = b.differentiable("logits", shape, awayFrom());
    return softmaxCrossEntropy(logits, b.fixed("labels", shape, between(0, 1)), { labelSmoothing: 0.1 });
  }),
  opCase("softmaxCrossEntropy with smoothed class indices", (b) => {
    const [n, c] = pair(b, 1, 7);
    const logits = b.differentiable("logits", [n, c], awayFrom());
    return softmaxCrossEntropy(logits, b.fixed("labels", [n], below(c)), { labelSmoothing: 0.2 });
  }),
  opCase("meanSquaredError", (b) => {
    const shape = anyShape(b.random);
    return meanSquaredError(b.differentiable("a", shape), b.differentiable("b", shape));
  }),
];
