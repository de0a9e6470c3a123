import { fault, showShape, sizeOf, checkOptions } from "../../../base/index.ts";
import { type LowerCall, type Op, type Value, applyOne, defineOp } from "../../graph/graph.ts";
import type { ConvDirection, LoweredOp } from "../../kernels/index.ts";
import { type ConvAttributes, groupedConv2d } from "./groupedConv2d.ts";
import { type ZeroEdges, withoutZeroEdges } from "../shape/slice.ts";
import { type Padding, axes4, checkWhole, windowsOver } from "../window.ts";

/**
 * What {@link conv2d} may be told.
 * @example
 * const options: Conv2dOptions = { strides: [2, 2], padding: "same" };
 * const y = conv2d(images, parameter(graph, "filters", [3, 3, 3, 16]), options); // [1, 4, 4, 16]
 */
export interface Conv2dOptions {
  /** Pixels between windows, [vertical, horizontal]. @default [1, 1] */
  readonly strides?: readonly [number, number];
  /** "same" pads with zeros so that stride 1 keeps the size. @default "valid" */
  readonly padding?: Padding;
  /** Distance between the filter's taps. @default [1, 1] */
  readonly dilation?: readonly [number, number];
  /** Channels and filters fall into this many groups that do not see each other. @default 1 */
  readonly groups?: number;
}

// Plain indices: some hundred million of them pass in a run of the tests, where a call of an imported function costs more than the product.

/**
 * Calls `visit` for every channel under every tap of every window: x is its index in x [N, H, W, C]; w and y are those of
 * the first of its `g.filters / g.groups` products, which stand side by side in w [R, S, C/groups, K] and y [N, H', W', K].
 * The one definition that all three directions share.
 */
function forEachChannel(g: ConvAttributes, visit: (x: number, w: number, y: number) => void): void {
  const [depth, width] = [g.channels / g.groups, g.filters / g.groups];
  for (let n = 0; n < g.n; n++)
    for (let oy = 0; oy < g.outHeight; oy++)
      for (let ox = 0; ox < g.outWidth; ox++)
        for (let r = 0; r < g.filterHeight; r++)
          for (let s = 0; s < g.filterWidth; s++) {
            const iy = oy * g.strides[0] + r * g.dilation[0] - g.padTop;
            const ix = ox * g.strides[1] + s * g.dilation[1] - g.padLeft;
            if (iy < 0 || iy >= g.height || ix < 0 || ix >= g.width) continue;
            const x = ((n * g.height + iy) * g.width + ix) * g.channels;
            const y = ((n * g.outHeight + oy) * g.outWidth + ox) * g.filters;
            const w = (r * g.filterWidth + s) * depth * g.filters;
            for (let group = 0; group < g.groups; group++) {
              const first = group * width;
              for (let c = 0; c < depth; c++)
                visit(x + group * depth + c, w + c * g.filters + first, y + first);
            }
          }
}

const zerosFor = (type: { shape: readonly number[] }): Float64Array => new Float64Array(sizeOf(type.shape));

/** All channels in one group, or each in its own with one filter, are kernels of their own; other groups are loop nests. */
function lowered(direction: ConvDirection, call: LowerCall<ConvAttributes, 2>): readonly LoweredOp[] {
  const { inputs, outputs, attributes: geometry } = call;
  const work = {
    direction,
    geometry,
    inputs,
    output: outputs[0],
    epilogue: {},
  } as const;
  if (geometry.groups === 1) return [{ kind: "convolution", ...work }];
  const nests = groupedConv2d(direction, call);
  const single = geometry.groups === geometry.channels && geometry.groups === geometry.filters;
  return single ? [{ kind: "depthwise", ...work, nests }] : nests;
}

/** y[n, oy, ox, k] = Σ x[n, oy·stride + r·dilation - pad, …, c] · w[r, s, c, k] */
export const conv2dOp: Op<ConvAttributes, 2> = defineOp<ConvAttributes, 2>({
  name: "conv2d",
  infer: (_, g) => [{ shape: [g.n, g.outHeight, g.outWidth, g.filters], dtype: "f32" }],
  gradient: ({ inputs: [x, w], attributes, gradients: [dy] }) => [
    applyOne(inputGradientOp, [dy, w], attributes),
    applyOne(filterGradientOp, [x, dy], attributes),
  ],
  reference: ({ inputs: [x, w], attributes, outputs: [type] }) => {
    const [y, width] = [zerosFor(type), attributes.filters / attributes.groups];
    forEachChannel(attributes, (xi, wi, yi) => {
      const factor = x.data[xi]!;
      for (let k = 0; k < width; k++) y[yi + k]! += factor * w.data[wi + k]!;
    });
    return [y];
  },
  lower: (call) => lowered("forward", call),
});

/** dx from dy and w; as a layer of its own a transposed convolution. */
export const inputGradientOp: Op<ConvAttributes, 2> = defineOp<ConvAttributes, 2>({
  name: "conv2dInputGradient",
  infer: (_, g) => [{ shape: [g.n, g.height, g.width, g.channels], dtype: "f32" }],
  gradient: ({ inputs: [dy, w], attributes, gradients: [ddx] }) => [
    applyOne(conv2dOp, [ddx, w], attributes),
    applyOne(filterGradientOp, [ddx, dy], attributes),
  ],
  reference: ({ inputs: [dy, w], attributes, outputs: [type] }) => {
    const [dx, width] = [zerosFor(type), attributes.filters / attributes.groups];
    forEachChannel(attributes, (xi, wi, yi) => {
      let sum = dx[xi]!;
      for (let k = 0; k < width; k++) sum += dy.data[yi + k]! * w.data[wi + k]!;
      dx[xi] = sum;
    });
    return [dx];
  },
  lower: (call) => lowered("inputGradient", call),
});

/** dw from x and dy. */
export const filterGradientOp: Op<ConvAttributes, 2> = defineOp<ConvAttributes, 2>({
  name: "conv2dFilterGradient",
  infer: (_, g) => [
    { shape: [g.filterHeight, g.filterWidth, g.channels / g.groups, g.filters], dtype: "f32" },
  ],
  gradient: ({ inputs: [x, dy], attributes, gradients: [ddw] }) => [
    applyOne(inputGradientOp, [dy, ddw], attributes),
    applyOne(conv2dOp, [x, ddw], attributes),
  ],
  reference: ({ inputs: [x, dy], attributes, outputs: [type] }) => {
    const [dw, width] = [zerosFor(type), attributes.filters / attributes.groups];
    forEachChannel(attributes, (xi, wi, yi) => {
      const factor = x.data[xi]!;
      for (let k = 0; k < width; k++) dw[wi + k]! += factor * dy.data[yi + k]!;
    });
    return [dw];
  },
  lower: (call) => lowered("filterGradient", call),
});

/** Two paddings, one around the other; left out is none. */
const addEdges = ([vertical, horizontal]: ZeroEdges, padding: Conv2dOptions["padding"]): ZeroEdges => {
  if (padding === undefined || typeof padding === "string") return [vertical, horizontal];
  const [rows, columns] = padding;
  return [
    [vertical[0] + rows[0], vertical[1] + rows[1]],
    [horizontal[0] + columns[0], horizontal[1] + columns[1]],
  ];
};

/**
 * 2-D convolution (cross-correlation) of x [N, H, W, C] with filters [R, S, C/groups, K] into [N, H', W', K].
 * groups = C with K a multiple of C is a depthwise convolution.
 * Zeros that `pad` put around x become the convolution's own padding, unless that is "same".
 * @example
 * const filters = parameter(graph, "filters", [3, 3, 3, 16]);
 * const y = conv2d(images, filters, { padding: "same" }); // [1, 8, 8, 16]
 */
export function conv2d(x: Value, filters: Value, options: Conv2dOptions = {}): Value {
  const padded = options.padding === "same" ? undefined : withoutZeroEdges(x);
  if (padded) {
    const padding = addEdges(padded.edges, options.padding);
    return conv2d(padded.images, filters, { ...options, padding });
  }
  checkOptions("conv2d", options, { strides: true, padding: true, dilation: true, groups: true });
  const { strides = [1, 1], padding = "valid", dilation = [1, 1], groups = 1 } = options;
  const [n, height, width, channels] = axes4("conv2d: x", "[N, H, W, C]", x);
  const [filterHeight, filterWidth, depth, count] = axes4("conv2d: filters", "[R, S, C/groups, K]", filters);
  checkWhole("conv2d: groups", [groups], 1);
  checkWhole("conv2d: filters", [filterHeight, filterWidth, count], 1);
  if (depth * groups !== channels || count % groups !== 0) {
    throw fault("conv2d: filters", {
      expected: `${channels} channels in ${groups} group(s), filters a multiple of the groups`,
      received: showShape(filters.shape),
    });
  }
  const geometry = {
    n,
    height,
    width,
    channels,
    filterHeight,
    filterWidth,
    filters: count,
    strides,
    dilation,
    groups,
    ...windowsOver(
      "conv2d",
      { size: height, window: filterHeight, stride: strides[0], dilation: dilation[0] },
      { size: width, window: filterWidth, stride: strides[1], dilation: dilation[1] },
      padding,
    ),
  };
  return applyOne(conv2dOp, [x, filters], geometry);
}
