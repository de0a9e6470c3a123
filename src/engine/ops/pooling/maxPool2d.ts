import { addAt, at, fault, float64At, sizeOf } from "../../../base/index.ts";
import { type AnyOp, type Op, type Value, apply, applyOne, defineOp } from "../../graph/graph.ts";
import {
  constantExpr,
  equalExpr,
  load,
  nest,
  argmaxExpr,
  select,
  reduction,
  whole,
} from "../../kernels/index.ts";
import { outranks } from "../indexing.ts";
import { type ZeroEdges, withoutZeroEdges } from "../shape/slice.ts";
import {
  type PoolGeometry,
  type PoolOptions,
  forEachWindowTap,
  scatterGuards,
  scatterStrides,
  poolGeometry,
  pooledType,
  unpooledType,
  windowGuards,
  windowStrides,
} from "./pool.ts";

/** y = the maximum of each window; positions = its tap's number r·S + s, the first of equals. A NaN is greater than all numbers. */
export const maxPool2dOp: Op<PoolGeometry, 1, 2> = defineOp<PoolGeometry, 1, 2>({
  name: "maxPool2d",
  infer: (_, g) => [pooledType(g), { ...pooledType(g), dtype: "u8" }],
  gradient: ({ outputs: [, positions], attributes, gradients: [dy] }) => [
    dy && applyOne(maxPool2dGradientOp, [dy, positions], attributes),
  ],
  reference: ({ inputs: [x], attributes, outputs: [type] }) => {
    const y = new Float64Array(sizeOf(type.shape)).fill(-Infinity);
    const positions = new Float64Array(y.length);
    forEachWindowTap(attributes, (xi, yi, tap) => {
      const pixel = float64At(x.data, xi);
      if (outranks(pixel, float64At(y, yi))) [y[yi], positions[yi]] = [pixel, tap];
    });
    return [y, positions];
  },
  lower: ({ inputs: [x], outputs: [y, positions], attributes: g }) => [
    nest({
      label: "maxPool2d",
      axes: y.shape,
      reduce: g.poolSize,
      guards: windowGuards(g),
      reductions: [
        {
          combine: "max",
          initial: -Infinity,
          term: load({ buffer: x, offset: 0, strides: windowStrides(g) }),
          indexExpr: { kind: "index", index: { offset: 0, strides: [0, 0, 0, 0, g.poolSize[1], 1, 0, 0] } },
        },
      ],
      writes: [
        { access: whole(y, 4), value: reduction(0) },
        { access: whole(positions, 4), value: argmaxExpr(0) },
      ],
    }),
  ],
});

/** dx = dy where the maximum stood, else 0; overlapping windows add up. */
export const maxPool2dGradientOp: Op<PoolGeometry, 2> = defineOp<PoolGeometry, 2>({
  name: "maxPool2dGradient",
  infer: (_, g) => [unpooledType(g)],
  // Every dy lands on exactly one pixel.
  reducesLike: ([dy], axes) => (axes.includes(1) && axes.includes(2) ? dy : undefined),
  reference: ({ inputs: [dy, positions], attributes, outputs: [type] }) => {
    const dx = new Float64Array(sizeOf(type.shape));
    forEachWindowTap(attributes, (xi, yi, tap) => {
      if (positions.data[yi] === tap) addAt(dx, xi, float64At(dy.data, yi));
    });
    return [dx];
  },
  lower: ({ inputs: [dy, positions], outputs: [dx], attributes: g }) => {
    const strides = scatterStrides(g);
    const tap = {
      kind: "index",
      index: { offset: 0, strides: [0, 0, 0, 0, g.poolSize[1], 1, 0, 0] },
    } as const;
    const here = equalExpr(load({ buffer: positions, offset: 0, strides }), tap);
    const term = select(here, load({ buffer: dy, offset: 0, strides }), constantExpr(0));
    return [
      nest({
        label: "maxPool2dGradient",
        axes: dx.shape,
        reduce: g.poolSize,
        guards: scatterGuards(g),
        reductions: [{ combine: "sum", initial: 0, term }],
        writes: [{ access: whole(dx, 4), value: reduction(0) }],
      }),
    ];
  },
});

/**
 * The maximum of each window of x [N, H, W, C] and, as u8, where it stood; padding never wins, a NaN always does.
 * After a monotonic activation the pool goes first: same numbers, a quarter of the work, and the wide map need not be kept.
 * Zeros that `pad` put around what is nowhere below 0, as after relu, become the pool's own padding.
 */
export function maxPool2dWithPositions(x: Value, options: PoolOptions = {}): readonly [Value, Value] {
  const padded = withoutZeroEdges(x);
  if (padded && zerosNeverWin(padded.images, padded.edges, options))
    return maxPool2dWithPositions(padded.images, { ...options, padding: padded.edges });
  const g = poolGeometry("maxPool2d", x, options);
  // Positions are bytes.
  if (g.poolSize[0] * g.poolSize[1] > 255) {
    throw fault("maxPool2d: poolSize", {
      expected: "at most 255 pixels in a window",
      received: g.poolSize.join("x"),
      fix: "use global pooling",
    });
  }
  const activation = x.producer;
  if (!activation || !isMonotonic(activation.op)) return apply(maxPool2dOp, [x], g);
  const [before = x] = activation.inputs;
  const [y, positions] = apply(maxPool2dOp, [before], g);
  return [applyOne<unknown, 1>(activation.op, [y], activation.attributes), positions];
}

/** Whether zeros around images change no maximum: the images are the output of an activation whose least value is 0, and every window sees one of its pixels. */
function zerosNeverWin(images: Value, edges: ZeroEdges, options: PoolOptions): boolean {
  const { poolSize = [2, 2], padding = "valid", dilation = [1, 1] } = options;
  const activation = images.producer;
  if (padding !== "valid" || dilation.some((taps) => taps !== 1)) return false;
  if (edges.some((edge, axis) => Math.max(...edge) >= at(poolSize, axis))) return false;
  if (!activation || !isMonotonic(activation.op)) return false;
  const lowest = { shape: [1], data: Float64Array.of(-Infinity) };
  const { op, attributes } = activation;
  const [least] = op.reference({ inputs: [lowest], attributes, outputs: [{ shape: [1], dtype: "f32" }] });
  return least?.[0] === 0;
}

const isMonotonic = (op: AnyOp): op is AnyOp & Op<unknown, 1> => op.monotonic === true;

/**
 * `maxPool2dWithPositions` without the positions.
 * @example
 * const y = maxPool2d(images, { poolSize: [2, 2] }); // [1, 4, 4, 3]
 */
export const maxPool2d = (x: Value, options: PoolOptions = {}): Value =>
  maxPool2dWithPositions(x, options)[0];
