import {
  type Value,
  add,
  affine,
  averagePool2d,
  conv2d,
  differentiate,
  divide,
  maxPool2dWithPositions,
  multiply,
  normalize,
  ones,
  reduceMax,
  reduceMean,
  reduceSum,
  reshape,
  sqrt,
  subtract,
  transpose,
  upsampleBilinear2d,
} from "../../src/engine/index.ts";
import { type Call, type Rule, axisFrom, one } from "./call.ts";

// ONNX has images as [N, C, H, W] and filters as [K, C, R, S]; ours are [N, H, W, C] and [R, S, C, K].

const toOurs = (x: Value): Value => transpose(x, [0, 2, 3, 1]);
const toOnnx = (x: Value): Value => transpose(x, [0, 3, 1, 2]);

type Pair = readonly [number, number];
type Edges = readonly [Pair, Pair];

/** A window's way over an image, each as [vertical, horizontal]. */
interface Window {
  readonly size: Pair;
  readonly strides: Pair;
  readonly dilation: Pair;
  readonly padding: Edges;
}

const pairOf = (numbers: readonly number[] | undefined): Pair => [numbers?.[0] ?? 1, numbers?.[1] ?? 1];
const bothWays = <T>(make: (way: 0 | 1) => T): readonly [T, T] => [make(0), make(1)];
const reachOf = (size: number, dilation: number): number => (size - 1) * dilation + 1;

/** Works out the padding from auto_pad, pads and ceil_mode, as written for AveragePool in ONNX's operator text. */
function windowOf(call: Call, image: Pair, size: Pair): Window {
  const [strides, dilation] = [pairOf(call.numbers("strides")), pairOf(call.numbers("dilations"))];
  const automatic = call.text("auto_pad", "NOTSET");
  const pads = call.numbers("pads") ?? [0, 0, 0, 0];
  const ceil = call.number("ceil_mode", 0) === 1;
  const padding = bothWays((way): Pair => {
    const [extent, stride, reach] = [image[way], strides[way], reachOf(size[way], dilation[way])];
    if (automatic.startsWith("SAME")) {
      const total = Math.max(0, (Math.ceil(extent / stride) - 1) * stride + reach - extent);
      const less = Math.floor(total / 2);
      return automatic === "SAME_UPPER" ? [less, total - less] : [total - less, less];
    }
    const [before, after] = [pads[way]!, pads[way + 2]!];
    const free = (extent + before + after - reach) / stride;
    let places = (ceil ? Math.ceil(free) : Math.floor(free)) + 1;
    // No window may start in the padding behind the image.
    if (ceil && (places - 1) * stride >= extent + before) places--;
    return [before, (places - 1) * stride + reach - extent - before];
  });
  return { size, strides, dilation, padding };
}

const sidesOf = (x: Value): Pair => [x.shape[1]!, x.shape[2]!];

function convolution(call: Call): Value {
  const x = toOurs(call.value(0));
  const filters = transpose(call.value(1), [2, 3, 1, 0]);
  const { strides, dilation, padding } = windowOf(call, sidesOf(x), [filters.shape[0]!, filters.shape[1]!]);
  const y = conv2d(x, filters, { strides, dilation, padding, groups: call.number("group", 1) });
  const bias = call.optional(2);
  return toOnnx(bias ? add(y, bias) : y);
}

/** The transposed convolution is the gradient of a convolution by its input: these cases test that rule. */
function transposedConvolution(call: Call): Value {
  const x = toOurs(call.value(0));
  const filters = transpose(call.value(1), [2, 3, 1, 0]);
  const groups = call.number("group", 1);
  const [strides, dilation] = [pairOf(call.numbers("strides")), pairOf(call.numbers("dilations"))];
  const extra = call.numbers("output_padding") ?? [0, 0];
  const pads = call.numbers("pads") ?? [0, 0, 0, 0];
  const automatic = call.text("auto_pad", "NOTSET");
  const sides = bothWays((way) => {
    const full =
      strides[way] * (sidesOf(x)[way] - 1) + extra[way]! + reachOf(filters.shape[way]!, dilation[way]);
    const asked = call.numbers("output_shape")?.[way];
    if (asked === undefined && automatic === "NOTSET") {
      const edges: Pair = [pads[way]!, pads[way + 2]!];
      return { edges, size: full - edges[0] - edges[1] };
    }
    const size = asked ?? sidesOf(x)[way] * strides[way];
    const total = Math.max(0, full - size);
    const less = Math.floor(total / 2);
    const edges: Pair = automatic === "SAME_UPPER" ? [less, total - less] : [total - less, less];
    return { edges, size };
  });
  const image = call.zeros("image", [x.shape[0]!, sides[0].size, sides[1].size, filters.shape[2]! * groups]);
  const padding: Edges = [sides[0].edges, sides[1].edges];
  const y = conv2d(image, filters, { strides, dilation, padding, groups });
  const [found] = differentiate(reduceSum(multiply(y, x)), [image]);
  return toOnnx(found!);
}

function averagePool(call: Call): Value {
  const x = toOurs(call.value(0));
  const { size, ...window } = windowOf(call, sidesOf(x), pairOf(call.numbers("kernel_shape")));
  return toOnnx(
    averagePool2d(x, { poolSize: size, ...window, countPadding: call.number("count_include_pad", 0) === 1 }),
  );
}

const maxPool: Rule = (call) => {
  const x = toOurs(call.value(0));
  const { size, ...window } = windowOf(call, sidesOf(x), pairOf(call.numbers("kernel_shape")));
  const [y, positions] = maxPool2dWithPositions(x, { poolSize: size, ...window });
  const columns = call.number("storage_order", 0) === 1;
  const [height, width] = sidesOf(x);
  const [places, across] = [positions.shape[1]! * positions.shape[2]!, positions.shape[2]!];
  // ONNX counts places in the whole array, we count them in the window.
  const read = (taps: Float32Array): number[] =>
    Array.from(taps, (tap, i) => {
      const place = i % places;
      const row =
        Math.floor(place / across) * window.strides[0] +
        Math.floor(tap / size[1]) * window.dilation[0] -
        window.padding[0][0];
      const column =
        (place % across) * window.strides[1] + (tap % size[1]) * window.dilation[1] - window.padding[1][0];
      return (
        Math.floor(i / places) * height * width + (columns ? column * height + row : row * width + column)
      );
    });
  return [toOnnx(y), { value: toOnnx(positions), read }];
};

/** x brought to mean 0 and deviation 1 over `axes`, with the mean and one over the deviation. */
function standardised(x: Value, axes: readonly number[], epsilon: number): readonly [Value, Value, Value] {
  const mean = reduceMean(x, { axes, keepDims: true });
  const centred = subtract(x, mean);
  const deviation = sqrt(
    affine(reduceMean(multiply(centred, centred), { axes, keepDims: true }), 1, epsilon),
  );
  return [divide(centred, deviation), mean, divide(ones(deviation), deviation)];
}

/** gamma·x + beta with one gamma and beta for each channel of [N, C, …]. */
function scaledChannels(x: Value, gamma: Value, beta: Value): Value {
  const shape = [x.shape[1]!, ...x.shape.slice(2).map(() => 1)];
  return add(multiply(x, reshape(gamma, shape)), reshape(beta, shape));
}

const batchNormalization = one((call) => {
  const [gamma, beta, mean, variance] = [1, 2, 3, 4].map((i) => call.value(i)) as [
    Value,
    Value,
    Value,
    Value,
  ];
  return toOnnx(
    normalize(toOurs(call.value(0)), { gamma, beta, mean, variance, epsilon: call.number("epsilon", 1e-5) }),
  );
});

function groupNormalization(call: Call, groups: number): Value {
  const x = call.value(0);
  const grouped = reshape(x, [x.shape[0]!, groups, x.shape.slice(1).reduce((a, b) => a * b, 1) / groups]);
  const [even] = standardised(grouped, [2], call.number("epsilon", 1e-5));
  return scaledChannels(reshape(even, x.shape), call.value(1), call.value(2));
}

const layerNormalization: Rule = (call) => {
  const x = call.value(0);
  const first = axisFrom(call.number("axis", -1), x.shape.length);
  const axes = x.shape.map((_, i) => i).slice(first);
  const [even, mean, inverse] = standardised(x, axes, call.number("epsilon", 1e-5));
  return [add(multiply(even, call.value(1)), call.value(2)), mean, inverse];
};

/** Between centres by whole factors: what ONNX calls "half_pixel" unless told otherwise. */
function enlargement(call: Call): Value {
  const [, , vertical = 1, horizontal = 1] = call.constant(2) ?? [];
  return toOnnx(upsampleBilinear2d(toOurs(call.value(0)), [vertical, horizontal]));
}

const overPixels = (make: typeof reduceMax): Rule =>
  one((call) => make(call.value(0), { axes: [2, 3], keepDims: true }));

/** Rules for nodes that look at images, and for normalisations. */
export const imageRules: Readonly<Record<string, Rule>> = {
  Conv: one(convolution),
  ConvTranspose: one(transposedConvolution),
  AveragePool: one(averagePool),
  MaxPool: maxPool,
  GlobalAveragePool: overPixels(reduceMean),
  GlobalMaxPool: overPixels(reduceMax),
  BatchNormalization: batchNormalization,
  InstanceNormalization: one((call) => groupNormalization(call, call.value(0).shape[1]!)),
  GroupNormalization: one((call) => groupNormalization(call, call.number("num_groups", 1))),
  LayerNormalization: layerNormalization,
  Resize: one(enlargement),
};
