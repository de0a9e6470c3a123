import { sizeOf } from "../../../base/index.ts";
import { type Op, type Value, apply, applyOne, defineOp } from "../../graph/graph.ts";
import { constant, equal, load, nest, position, select, total, whole } from "../../kernels/index.ts";
import type { UnaryOp } from "../elementwise/unary.ts";
import {
  type PoolGeometry,
  type PoolOptions,
  forEachWindowTap,
  placeGuards,
  placeStrides,
  poolGeometry,
  pooledType,
  unpooledType,
  windowGuards,
  windowStrides,
} from "./pool.ts";

/** y = the greatest of each window; positions = its tap's number r·S + s, the first of equals. */
export const maxPool2dOp: Op<PoolGeometry> = defineOp<PoolGeometry>({
  name: "maxPool2d",
  infer: (_, g) => [pooledType(g), { ...pooledType(g), dtype: "u8" }],
  gradient: ({ outputs: [, positions], attributes, gradients: [dy] }) => [
    dy && applyOne(maxPool2dGradientOp, [dy, positions!], attributes),
  ],
  reference: ({ inputs: [x], attributes, outputs: [type] }) => {
    const y = new Float64Array(sizeOf(type!.shape)).fill(-Infinity);
    const positions = new Float64Array(y.length);
    forEachWindowTap(attributes, (xi, yi, tap) => {
      if (x!.data[xi]! > y[yi]!) [y[yi], positions[yi]] = [x!.data[xi]!, tap];
    });
    return [y, positions];
  },
  lower: ({ inputs: [x], outputs: [y, positions], attributes: g }) => [
    nest({
      label: "maxPool2d",
      axes: y!.shape,
      reduce: g.poolSize,
      guards: windowGuards(g),
      totals: [
        {
          combine: "max",
          initial: -Infinity,
          term: load({ buffer: x!, offset: 0, strides: windowStrides(g) }),
          at: { kind: "index", index: { offset: 0, strides: [0, 0, 0, 0, g.poolSize[1], 1, 0, 0] } },
        },
      ],
      writes: [
        { access: whole(y!, 4), value: total(0) },
        { access: whole(positions!, 4), value: position(0) },
      ],
    }),
  ],
});

/** dx = dy where the maximum stood, else 0; overlapping windows add up. */
export const maxPool2dGradientOp: Op<PoolGeometry> = defineOp<PoolGeometry>({
  name: "maxPool2dGradient",
  infer: (_, g) => [unpooledType(g)],
  // Every dy lands on exactly one pixel.
  sumsAs: ([dy], axes) => (axes.includes(1) && axes.includes(2) ? dy : undefined),
  reference: ({ inputs: [dy, positions], attributes, outputs: [type] }) => {
    const dx = new Float64Array(sizeOf(type!.shape));
    forEachWindowTap(attributes, (xi, yi, tap) => {
      if (positions!.data[yi] === tap) dx[xi]! += dy!.data[yi]!;
    });
    return [dx];
  },
  lower: ({ inputs: [dy, positions], outputs: [dx], attributes: g }) => {
    const strides = placeStrides(g);
    const tap = {
      kind: "index",
      index: { offset: 0, strides: [0, 0, 0, 0, g.poolSize[1], 1, 0, 0] },
    } as const;
    const here = equal(load({ buffer: positions!, offset: 0, strides }), tap);
    const term = select(here, load({ buffer: dy!, offset: 0, strides }), constant(0));
    return [
      nest({
        label: "maxPool2dGradient",
        axes: dx!.shape,
        reduce: g.poolSize,
        guards: placeGuards(g),
        totals: [{ combine: "sum", initial: 0, term }],
        writes: [{ access: whole(dx!, 4), value: total(0) }],
      }),
    ];
  },
});

/**
 * The greatest of each window of x [N, H, W, C] and, as u8, where it stood; padding never wins.
 * After a monotonic activation the pool goes first: same numbers, a quarter of the work, and the wide map needs not be kept.
 */
export function maxPool2dWithPositions(x: Value, options: PoolOptions = {}): readonly [Value, Value] {
  const g = poolGeometry("maxPool2d", x, options);
  const before = x.producer;
  const rules = before && "unary" in before.op ? (before.op as UnaryOp<unknown>).unary : undefined;
  const [y, positions] = apply(maxPool2dOp, [rules?.monotonic ? before!.inputs[0]! : x], g) as [Value, Value];
  return [rules?.monotonic ? applyOne(before!.op, [y], before!.attributes) : y, positions];
}

/** {@link maxPool2dWithPositions} without the places. */
export const maxPool2d = (x: Value, options: PoolOptions = {}): Value =>
  maxPool2dWithPositions(x, options)[0];
