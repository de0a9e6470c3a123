import type { LowerCall } from "../../graph/graph.ts";
import {
  type AffineIndex,
  type Buffer,
  type ConvDirection,
  type ConvGeometry,
  type Expr,
  type Guard,
  type MakeTemporary,
  type Nest,
  load,
  nest,
  reduction,
  times,
} from "../../kernels/index.ts";

// Loops of grouped convolutions: G groups of D channels and F filters each. Depthwise has D = 1 and its loop over groups
// is the contiguous one, so backends can run it on vectors.

/** The sizes of all three directions of one convolution. */
export interface ConvAttributes extends ConvGeometry {
  readonly groups: number;
}

interface Sizes {
  readonly G: number;
  readonly D: number;
  readonly F: number;
  /** Strides of x, y and w along their axes. */
  readonly x: readonly [number, number, number];
  readonly y: readonly [number, number, number];
  readonly w: readonly [number, number, number];
}

function sizes(g: ConvAttributes): Sizes {
  const [G, D, F] = [g.groups, g.channels / g.groups, g.filters / g.groups];
  return {
    G,
    D,
    F,
    x: [g.height * g.width * g.channels, g.width * g.channels, g.channels],
    y: [g.outHeight * g.outWidth * g.filters, g.outWidth * g.filters, g.filters],
    w: [g.filterWidth * D * g.filters, D * g.filters, g.filters],
  };
}

/** The row (axis 0) or column (axis 1) of x under loops `out` and `tap`, skipped in the padding. */
function inputIndex(g: ConvAttributes, axis: 0 | 1, strides: readonly number[]): Guard {
  const [pad, limit] = axis === 0 ? [g.padTop, g.height] : [g.padLeft, g.width];
  return { strides, offset: -pad, divisor: 1, limit };
}

const loadAt = (buffer: Buffer, { offset, strides }: AffineIndex): Expr => load({ buffer, offset, strides });

/** One direction of a convolution in groups, as loop nests. */
export function groupedConv2d(
  direction: ConvDirection,
  { inputs, outputs, attributes: g, temporary }: LowerCall<ConvAttributes, 2>,
): readonly Nest[] {
  const [[a, b], [output]] = [inputs, outputs];
  switch (direction) {
    case "forward":
      return [groupedForward(g, a, b, output)];
    case "inputGradient":
      return [groupedInputGradient(g, a, b, output)];
    case "filterGradient":
      return groupedFilterGradient(g, [a, b, output], temporary);
    default:
      return direction satisfies never;
  }
}

/** y[n, oy, ox, g, f] = Σ_{r, s, d} x · w */
function groupedForward(g: ConvAttributes, x: Buffer, w: Buffer, y: Buffer): Nest {
  const { G, D, F, x: xs, y: ys, w: ws } = sizes(g);
  const [sy, sx] = g.strides;
  const [dy, dx] = g.dilation;
  return nest({
    label: "grouped conv2d",
    axes: [g.n, g.outHeight, g.outWidth, G, F],
    reduce: [g.filterHeight, g.filterWidth, D],
    // loops: n oy ox g f | r s d
    guards: [inputIndex(g, 0, [0, sy, 0, 0, 0, dy, 0, 0]), inputIndex(g, 1, [0, 0, sx, 0, 0, 0, dx, 0])],
    reductions: [
      {
        combine: "sum",
        initial: 0,
        term: times(
          loadAt(x, { offset: 0, strides: [xs[0], 0, 0, D, 0, 0, 0, 1, xs[1], xs[2]] }),
          loadAt(w, { offset: 0, strides: [0, 0, 0, F, 1, ws[0], ws[1], ws[2], 0, 0] }),
        ),
      },
    ],
    writes: [
      { access: { buffer: y, offset: 0, strides: [...ys, F, 1, 0, 0, 0, 0, 0] }, value: reduction(0) },
    ],
  });
}

/** dx[n, y, x, g, d] = Σ_{r, s, f} dy · w, where (y + pad - r·dilation) / stride is a position of dy */
function groupedInputGradient(g: ConvAttributes, dy: Buffer, w: Buffer, dx: Buffer): Nest {
  const { G, D, F, x: xs, y: ys, w: ws } = sizes(g);
  const guard = (strides: readonly number[], axis: 0 | 1): Guard => ({
    strides,
    offset: axis === 0 ? g.padTop : g.padLeft,
    divisor: g.strides[axis],
    limit: axis === 0 ? g.outHeight : g.outWidth,
  });
  return nest({
    label: "grouped conv2d input gradient",
    axes: [g.n, g.height, g.width, G, D],
    reduce: [g.filterHeight, g.filterWidth, F],
    // loops: n y x g d | r s f
    guards: [
      guard([0, 1, 0, 0, 0, -g.dilation[0], 0, 0], 0),
      guard([0, 0, 1, 0, 0, 0, -g.dilation[1], 0], 1),
    ],
    reductions: [
      {
        combine: "sum",
        initial: 0,
        term: times(
          loadAt(dy, { offset: 0, strides: [ys[0], 0, 0, F, 0, 0, 0, 1, ys[1], ys[2]] }),
          loadAt(w, { offset: 0, strides: [0, 0, 0, F, ws[2], ws[0], ws[1], 1, 0, 0] }),
        ),
      },
    ],
    writes: [
      { access: { buffer: dx, offset: 0, strides: [...xs, D, 1, 0, 0, 0, 0, 0] }, value: reduction(0) },
    ],
  });
}

/** dw[r, s, d, g, f] = Σ_n Σ_{oy, ox} x · dy: image by image first, so that sums stay short and images run side by side. */
function groupedFilterGradient(
  g: ConvAttributes,
  [x, dy, dw]: readonly [Buffer, Buffer, Buffer],
  temporary: MakeTemporary,
): readonly Nest[] {
  const { G, D, F, x: xs, y: ys, w: ws } = sizes(g);
  const size = g.filterHeight * ws[0];
  const partials = temporary("partial sums", { dtype: "f32", shape: [g.n, size] });
  const perImage = nest({
    label: "grouped conv2d filter gradient",
    axes: [g.n, g.filterHeight, g.filterWidth, D, G, F],
    reduce: [g.outHeight, g.outWidth],
    // loops: n r s d g f | oy ox
    guards: [
      inputIndex(g, 0, [0, g.dilation[0], 0, 0, 0, 0, g.strides[0], 0]),
      inputIndex(g, 1, [0, 0, g.dilation[1], 0, 0, 0, 0, g.strides[1]]),
    ],
    reductions: [
      {
        combine: "sum",
        initial: 0,
        term: times(
          loadAt(x, { offset: 0, strides: [xs[0], 0, 0, 1, D, 0, 0, 0, xs[1], xs[2]] }),
          loadAt(dy, { offset: 0, strides: [ys[0], 0, 0, 0, F, 1, ys[1], ys[2], 0, 0] }),
        ),
      },
    ],
    writes: [
      {
        access: { buffer: partials, offset: 0, strides: [size, ...ws, F, 1, 0, 0, 0, 0] },
        value: reduction(0),
      },
    ],
  });
  const sum = nest({
    label: "sum over images",
    axes: [size],
    reduce: [g.n],
    reductions: [{ combine: "sum", initial: 0, term: loadAt(partials, { offset: 0, strides: [1, size] }) }],
    writes: [{ access: { buffer: dw, offset: 0, strides: [1, 0] }, value: reduction(0) }],
  });
  return [perImage, sum];
}
