import {
  type Conv2dOptions,
  type Value,
  add,
  averagePool2d,
  batchNorm,
  clip,
  conv2d,
  flatten,
  matmul,
  maxPool2d,
  reduceSum,
  relu,
  relu6,
} from "../../../src/engine/index.ts";
import { type OpCase, fromTo, normal, oneOf, opCase } from "./draw.ts";

/** Shapes that reach the vector loops, the register tiles with their remainders, the fused epilogues and the split sums. */
export const wideCases: readonly OpCase[] = [
  opCase("convolution + bias + relu + pooling in one pass", (b) => {
    const [channels, filters] = [fromTo(b.random, 1, 12), fromTo(b.random, 1, 20)];
    const kernel = oneOf(b.random, 1, 3, 5);
    const x = b.differentiable("x", [
      fromTo(b.random, 1, 3),
      fromTo(b.random, 8, 13),
      fromTo(b.random, 8, 13),
      channels,
    ]);
    const w = b.differentiable("w", [kernel, kernel, channels, filters]);
    const bias = b.differentiable("bias", [filters]);
    const padding = oneOf(b.random, "same", "valid");
    const strides = oneOf<readonly [number, number]>(b.random, [1, 1], [2, 1]);
    return maxPool2d(relu(add(conv2d(x, w, { padding, strides }), bias)), {
      poolSize: [2, 2],
      padding: "valid",
    });
  }),
  opCase("first convolution, whose filter gradient spreads the pooling's gradient out by itself", (b) => {
    const [channels, filters] = [fromTo(b.random, 1, 4), oneOf(b.random, 4, 8, 12, fromTo(b.random, 1, 20))];
    const sides = [fromTo(b.random, 6, 15), fromTo(b.random, 6, 15)] as const;
    const x = b.fixed("x", [fromTo(b.random, 1, 20), ...sides, channels], normal);
    const w = b.differentiable("w", [3, 3, channels, filters]);
    const y = conv2d(x, w, {
      padding: "same",
      dilation: oneOf<readonly [number, number]>(b.random, [1, 1], [1, 2]),
    });
    return maxPool2d(relu(add(y, b.differentiable("bias", [filters]))));
  }),
  opCase("convolution with many channels", (b) => {
    const [channels, filters] = [fromTo(b.random, 8, 40), fromTo(b.random, 8, 40)];
    const x = b.differentiable("x", [
      fromTo(b.random, 1, 3),
      fromTo(b.random, 4, 11),
      fromTo(b.random, 4, 11),
      channels,
    ]);
    const w = b.differentiable("w", [3, 3, channels, filters]);
    const strides = oneOf<readonly [number, number]>(b.random, [1, 1], [2, 2], [1, 3]);
    return conv2d(x, w, {
      padding: "same",
      strides,
      dilation: oneOf<readonly [number, number]>(b.random, [1, 1], [2, 1]),
    });
  }),
  opCase("convolution in Winograd's domain, maps of any size", (b) => {
    const [channels, filters] = [4 * fromTo(b.random, 4, 8), 4 * fromTo(b.random, 4, 8)];
    const sides = [fromTo(b.random, 7, 19), fromTo(b.random, 7, 19)] as const;
    const x = b.differentiable("x", [fromTo(b.random, 1, 3), ...sides, channels]);
    const w = b.differentiable("w", [3, 3, channels, filters]);
    return conv2d(x, w, { padding: oneOf(b.random, "same", "valid") });
  }),
  opCase("convolution + bias + relu + pooling in Winograd's domain", (b) => {
    const [channels, filters] = [4 * fromTo(b.random, 4, 8), 4 * fromTo(b.random, 4, 8)];
    const sides = [fromTo(b.random, 7, 19), fromTo(b.random, 7, 19)] as const;
    const x = b.differentiable("x", [fromTo(b.random, 1, 3), ...sides, channels]);
    const w = b.differentiable("w", [3, 3, channels, filters]);
    const y = relu(add(conv2d(x, w, { padding: "same" }), b.differentiable("bias", [filters])));
    return b.random.next() < 0.7 ? maxPool2d(y) : y;
  }),
  opCase("3x3 convolution of few channels on maps smaller than a tile, or a little larger", (b) => {
    const [channels, filters] = [4 * fromTo(b.random, 1, 5), 4 * fromTo(b.random, 1, 5)];
    const sides = [fromTo(b.random, 3, 9), fromTo(b.random, 3, 9)] as const;
    const x = b.differentiable("x", [fromTo(b.random, 1, 9), ...sides, channels]);
    const w = b.differentiable("w", [3, 3, channels, filters]);
    const y = relu(add(conv2d(x, w, { padding: "same" }), b.differentiable("bias", [filters])));
    return b.random.next() < 0.5 ? maxPool2d(y) : y;
  }),
  opCase("1x1 convolution", (b) => {
    const [channels, filters] = [fromTo(b.random, 1, 40), fromTo(b.random, 1, 70)];
    const x = b.differentiable("x", [
      fromTo(b.random, 1, 3),
      fromTo(b.random, 3, 20),
      fromTo(b.random, 3, 20),
      channels,
    ]);
    return relu(conv2d(x, b.differentiable("w", [1, 1, channels, filters])));
  }),
  opCase("dense layer with a long sum", (b) => {
    const m = oneOf(b.random, 1, 3, fromTo(b.random, 1, 20));
    const [k, n] = [fromTo(b.random, 900, 3000), fromTo(b.random, 1, 30)];
    return relu(
      add(
        matmul(b.differentiable("a", [m, k]), b.differentiable("b", [k, n])),
        b.differentiable("bias", [n]),
      ),
    );
  }),
  opCase("product of few rows with a wide transposed matrix", (b) => {
    const [m, k] = [fromTo(b.random, 1, 32), fromTo(b.random, 1, 140)];
    const n = fromTo(b.random, 8 * m, 8 * m + 300);
    return matmul(b.differentiable("a", [m, k]), b.differentiable("b", [n, k]), { transposeB: true });
  }),
  opCase("one row times a matrix", (b) => {
    const [k, n] = [8 * fromTo(b.random, 64, 90), oneOf(b.random, 8, 12, 31, 40)];
    return matmul(b.differentiable("a", [1, k]), b.differentiable("b", [k, n]));
  }),
  opCase("product of many rows", (b) => {
    const [m, k, n] = [fromTo(b.random, 768, 1100), fromTo(b.random, 1, 40), fromTo(b.random, 1, 40)];
    const [transposeA, transposeB] = [oneOf(b.random, true, false), oneOf(b.random, true, false)];
    const a = b.differentiable("a", transposeA ? [k, m] : [m, k]);
    return matmul(a, b.differentiable("b", transposeB ? [n, k] : [k, n]), { transposeA, transposeB });
  }),
  opCase("wide product", (b) => {
    const [m, k, n] = [fromTo(b.random, 1, 300), fromTo(b.random, 1, 300), fromTo(b.random, 1, 140)];
    const [transposeA, transposeB] = [oneOf(b.random, true, false), oneOf(b.random, true, false)];
    const a = b.differentiable("a", transposeA ? [k, m] : [m, k]);
    return matmul(a, b.differentiable("b", transposeB ? [n, k] : [k, n]), { transposeA, transposeB });
  }),
  opCase("depthwise convolution", (b) => {
    const channels = fromTo(b.random, 1, 24);
    const x = b.differentiable("x", [
      fromTo(b.random, 1, 3),
      fromTo(b.random, 5, 12),
      fromTo(b.random, 5, 12),
      channels,
    ]);
    const w = b.differentiable("w", [3, 3, 1, channels]);
    return conv2d(x, w, {
      padding: "same",
      groups: channels,
      strides: oneOf<readonly [number, number]>(b.random, [1, 1], [2, 2]),
    });
  }),
  opCase("batch norm of many rows and channels, and a clipped activation", (b) => {
    const channels = oneOf(b.random, 8, 12, 24, 37, 64);
    const x = b.differentiable("x", [fromTo(b.random, 2, 5), fromTo(b.random, 4, 13), 11, channels]);
    const [gamma, beta] = ["gamma", "beta"].map((name) => b.differentiable(name, [channels])) as [
      Value,
      Value,
    ];
    const [y] = batchNorm(x, { gamma, beta });
    return oneOf<(y: Value) => Value>(b.random, relu, relu6)(y);
  }),
  opCase("depthwise convolution of whole vectors of channels", (b) => {
    const channels = oneOf(b.random, 4, 8, 12, 36, 64);
    const x = b.differentiable("x", [
      oneOf(b.random, 1, 2, 7),
      fromTo(b.random, 5, 19),
      fromTo(b.random, 5, 19),
      channels,
    ]);
    const w = b.differentiable("w", [fromTo(b.random, 1, 3), fromTo(b.random, 1, 5), 1, channels]);
    const edges = (): readonly [number, number] => [b.random.integer(3), b.random.integer(3)];
    return conv2d(x, w, {
      padding: oneOf<Conv2dOptions["padding"] & {}>(b.random, "same", "valid", [edges(), edges()]),
      groups: channels,
      strides: [fromTo(b.random, 1, 2), fromTo(b.random, 1, 2)],
    });
  }),
  opCase("depthwise convolution + bias + relu or clip in one pass", (b) => {
    const channels = 4 * fromTo(b.random, 1, 6);
    const x = b.differentiable("x", [2, fromTo(b.random, 5, 12), fromTo(b.random, 5, 12), channels]);
    const y = conv2d(x, b.differentiable("w", [3, 3, 1, channels]), { padding: "same", groups: channels });
    const biased = b.random.next() < 0.7 ? add(y, b.differentiable("bias", [channels])) : y;
    return b.random.next() < 0.5 ? relu(biased) : clip(biased, -1, 2);
  }),
  opCase("pooling over many channels, then a sum over all of it", (b) => {
    const x = b.distinct("x", [2, fromTo(b.random, 5, 12), fromTo(b.random, 5, 12), fromTo(b.random, 4, 21)]);
    const pooled = averagePool2d(maxPool2d(x, { poolSize: [2, 3], strides: [2, 1], padding: "same" }));
    return reduceSum(flatten(pooled), { axes: [1], keepDims: true });
  }),
];
