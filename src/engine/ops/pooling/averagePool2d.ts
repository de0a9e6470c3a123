import { addAt, float64At, sizeOf, checkOptions } from "../../../base/index.ts";
import { type Op, type Value, applyOne, defineOp } from "../../graph/graph.ts";
import {
  type Buffer,
  type Nest,
  constantExpr,
  load,
  nest,
  over,
  reduction,
  whole,
} from "../../kernels/index.ts";
import {
  type PoolGeometry,
  type PoolOptions,
  forEachWindowTap,
  scatterGuards,
  scatterStrides,
  poolGeometry,
  poolOptions,
  pooledType,
  unpooledType,
  windowGuards,
  windowStrides,
} from "./pool.ts";

interface AverageGeometry extends PoolGeometry {
  /** Divide by the whole window even where it hangs over the edge. */
  readonly countPadding: boolean;
}

function windowCounts(g: AverageGeometry): Float64Array {
  const counts = new Float64Array(sizeOf(pooledType(g).shape));
  if (g.countPadding) return counts.fill(g.poolSize[0] * g.poolSize[1]);
  forEachWindowTap(g, (_, yi) => addAt(counts, yi, 1));
  return counts;
}

/** y (or dy) divided by the number of pixels in its window. */
function averageNest(
  label: string,
  g: AverageGeometry,
  { x, y, source }: { readonly x: Buffer; readonly y: Buffer; readonly source: "window" | "element" },
): Nest {
  const pixels = { combine: "sum", initial: 0, term: constantExpr(1) } as const;
  const count = g.countPadding ? constantExpr(g.poolSize[0] * g.poolSize[1]) : reduction(0);
  const term = load({
    buffer: x,
    offset: 0,
    strides: source === "window" ? windowStrides(g) : whole(x, 4).strides,
  });
  const sum = { combine: "sum", initial: 0, term } as const;
  return nest({
    label,
    axes: y.shape,
    reduce: g.poolSize,
    guards: windowGuards(g),
    reductions: source === "window" ? [pixels, sum] : [pixels],
    writes: [{ access: whole(y, 4), value: over(source === "window" ? reduction(1) : term, count) }],
  });
}

/** y = mean of each window, over the pixels that lie in the image; dx = Σ dy / count. */
const averagePool2dOp: Op<AverageGeometry, 1> = defineOp<AverageGeometry, 1>({
  name: "averagePool2d",
  infer: (_, g) => [pooledType(g)],
  gradient: ({ attributes, gradients: [dy] }) => [applyOne(averagePool2dGradientOp, [dy], attributes)],
  reference: ({ inputs: [x], attributes: g }) => {
    const counts = windowCounts(g);
    const y = new Float64Array(counts.length);
    forEachWindowTap(g, (xi, yi) => addAt(y, yi, float64At(x.data, xi) / float64At(counts, yi)));
    return [y];
  },
  lower: ({ inputs: [x], outputs: [y], attributes: g }) => [
    averageNest("averagePool2d", g, { x, y, source: "window" }),
  ],
});

const averagePool2dGradientOp: Op<AverageGeometry, 1> = defineOp<AverageGeometry, 1>({
  name: "averagePool2dGradient",
  infer: (_, g) => [unpooledType(g)],
  reference: ({ inputs: [dy], attributes: g, outputs: [type] }) => {
    const counts = windowCounts(g);
    const dx = new Float64Array(sizeOf(type.shape));
    forEachWindowTap(g, (xi, yi) => addAt(dx, xi, float64At(dy.data, yi) / float64At(counts, yi)));
    return [dx];
  },
  lower: ({ inputs: [dy], outputs: [dx], attributes: g, temporary }) => {
    const shares = temporary("shares", pooledType(g));
    return [
      averageNest("averagePool2dGradient shares", g, { x: dy, y: shares, source: "element" }),
      nest({
        label: "averagePool2dGradient",
        axes: dx.shape,
        reduce: g.poolSize,
        guards: scatterGuards(g),
        reductions: [
          {
            combine: "sum",
            initial: 0,
            term: load({ buffer: shares, offset: 0, strides: scatterStrides(g) }),
          },
        ],
        writes: [{ access: whole(dx, 4), value: reduction(0) }],
      }),
    ];
  },
});

/**
 * Mean of each window of x [N, H, W, C]. @default countPadding false (as Keras)
 * @example
 * const y = averagePool2d(images, { poolSize: [2, 2] }); // [1, 4, 4, 3]
 */
export function averagePool2d(
  x: Value,
  options: PoolOptions & {
    /** Whether padding counts as zeros in the mean. @default false */ readonly countPadding?: boolean;
  } = {},
): Value {
  checkOptions("averagePool2d", options, { ...poolOptions, countPadding: true });
  const { countPadding = false, ...pool } = options;
  return applyOne(averagePool2dOp, [x], { ...poolGeometry("averagePool2d", x, pool), countPadding });
}
