import {
  addAt,
  type Shape,
  at,
  float64At,
  fault,
  mapTuple,
  sameShape,
  showShape,
  sizeOf,
  stridesOf,
  checkOptions,
} from "../../../base/index.ts";
import { type Op, type Value, applyOne, defineOp } from "../../graph/graph.ts";
import {
  type Buffer,
  type Nest,
  type Reduction,
  broadcastStrides,
  elementwise,
  load,
  nest,
  reduction,
  whole,
} from "../../kernels/index.ts";
import { broadcastShapes, dot, forEachIndex } from "../indexing.ts";
import { reshape } from "../shape/reshape.ts";
import { longestSum, sumRows } from "./sumRows.ts";

// Summing and repeating are each other's gradient, so the two ops share a file.

/** Which axes a reduction folds; whole numbers from 0, ascending. */
export interface ReduceAxes {
  readonly axes: readonly number[];
}

/** The shape with the folded axes kept as 1. */
export const keptShape = (shape: Shape, axes: readonly number[]): Shape =>
  shape.map((extent, i) => (axes.includes(i) ? 1 : extent));

/**
 * Whether sums over these axes are taken by lanes: those along the last axis are. A sum over a whole array is not: a loss over its
 * batch and the norm that gradients are clipped by keep the order, and networks the bits, that they have always had.
 */
const isByLanes = (shape: Shape, axes: readonly number[]): boolean =>
  axes.at(-1) === shape.length - 1 && axes.length < shape.length;

/** A nest that folds `x` over `axes` into `output`, whose shape keeps them as 1. */
export function reduceNest(
  label: string,
  x: Buffer,
  output: Buffer,
  { axes, ...fold }: ReduceAxes & Omit<Reduction, "term" | "byLanes">,
): Nest {
  const strides = stridesOf(x.shape);
  const byLanes = isByLanes(x.shape, axes) || (fold.combine === "max" && axes.length === x.shape.length);
  const inner = [
    ...strides.map((stride, i) => (axes.includes(i) ? 0 : stride)),
    ...axes.map((axis) => at(strides, axis)),
  ];
  return nest({
    label,
    axes: output.shape,
    reduce: axes.map((axis) => at(x.shape, axis)),
    reductions: [{ ...fold, byLanes, term: load({ buffer: x, offset: 0, strides: inner }) }],
    writes: [{ access: whole(output, axes.length), value: reduction(0) }],
  });
}

/** y = Σ x over `axes`, which stay as 1; dx = dy, repeated. */
const reduceSumOp: Op<ReduceAxes, 1> = defineOp<ReduceAxes, 1>({
  name: "reduceSum",
  infer: ([x], { axes }) => [{ shape: keptShape(x.shape, axes), dtype: "f32" }],
  gradient: ({ inputs: [x], gradients: [dy] }) => [broadcastTo(dy, x.shape)],
  reference: ({ inputs: [x], attributes: { axes }, outputs: [y] }) => {
    const out = new Float64Array(sizeOf(y.shape));
    const strides = stridesOf(y.shape).map((stride, i) => (axes.includes(i) ? 0 : stride));
    forEachIndex(x.shape, (index, i) => {
      addAt(out, dot(strides, index), float64At(x.data, i));
    });
    return [out];
  },
  lower: ({ inputs: [x], outputs: [y], attributes: { axes }, temporary }) => {
    const runs = adjacentRuns(axes);
    if (runs.length !== 1) return [reduceNest("reduceSum", x, y, { axes, combine: "sum", initial: 0 })];
    const first = at(axes, 0);
    const end = first + axes.length;
    const [outer, rows, inner] = mapTuple(
      [x.shape.slice(0, first), x.shape.slice(first, end), x.shape.slice(end)],
      sizeOf,
    );
    return sumRows(
      {
        label: "reduceSum",
        outer,
        rows,
        inner,
        byLanes: isByLanes(x.shape, axes),
        outputs: [y],
        terms: (full) => [full(x)],
      },
      temporary,
    );
  },
});

/**
 * Which axes to fold, and whether they stay.
 * @example
 * const options: ReduceOptions = { axes: [1], keepDims: true };
 * const y = reduceSum(x, options); // [2, 1]
 */
export interface ReduceOptions {
  /** Whole numbers; negative ones count from the last axis. @default all */
  readonly axes?: readonly number[];
  /** Keep folded axes with extent 1. @default false */
  readonly keepDims?: boolean;
}

/** Folded axes as whole numbers from 0, ascending. @throws when one is not an axis of x, or comes twice. */
export function foldedAxes(who: string, { shape }: Value, options: ReduceOptions): readonly number[] {
  checkOptions(who, options, { axes: true, keepDims: true });
  const { axes } = options;
  const rank = shape.length;
  const found = (axes ?? shape.map((_, i) => i))
    .map((axis) => (axis < 0 ? axis + rank : axis))
    .toSorted((a, b) => a - b);
  if (found.some((axis, i) => !Number.isInteger(axis) || axis < 0 || axis >= rank || axis === found[i - 1])) {
    throw fault(`${who}: axes`, {
      expected: `different axes of x ${showShape(shape)}`,
      received: `[${axes?.join(", ")}]`,
    });
  }
  return found;
}

/** y without the axes that `options` does not keep. */
export const droppedAxes = (y: Value, axes: readonly number[], { keepDims = false }: ReduceOptions): Value =>
  keepDims || axes.length === 0
    ? y
    : reshape(
        y,
        y.shape.filter((_, i) => !axes.includes(i)),
      );

/** Axes that follow one another, together. */
const adjacentRuns = (axes: readonly number[]): readonly (readonly number[])[] =>
  axes.reduce<number[][]>((runs, axis) => {
    const last = runs.at(-1);
    if (last?.at(-1) === axis - 1) last.push(axis);
    else runs.push([axis]);
    return runs;
  }, []);

/**
 * Sum over `axes`.
 * @example
 * const y = reduceSum(x, { axes: [0], keepDims: true }); // [1, 3]
 */
export function reduceSum(x: Value, options: ReduceOptions = {}): Value {
  const axes = foldedAxes("reduceSum", x, options);
  const long = axes.reduce((product, axis) => product * at(x.shape, axis), 1) > longestSum;
  // Long sums go run by run, since only adjacent axes can be cut into chunks as one.
  const steps = long ? adjacentRuns(axes).toReversed() : [axes];
  const same = x.producer?.op.reducesLike?.(x.producer.inputs, axes);
  const y = steps.reduce((sum, run) => applyOne(reduceSumOp, [sum], { axes: run }), same ?? x);
  return droppedAxes(y, axes, options);
}

/** x repeated along axes of 1 (and new leading ones) up to `shape`; dx = dy summed over them. */
const broadcastToOp: Op<{ readonly shape: Shape }, 1> = defineOp<{ readonly shape: Shape }, 1>({
  name: "broadcastTo",
  infer: ([x], { shape }) => {
    // Both ways would be repeated otherwise: [2, 3] is no part of [1, 3], nor of [3].
    if (!sameShape(broadcastShapes("broadcastTo", x.shape, shape), shape)) {
      throw fault("broadcastTo: shape", {
        expected: `one that x ${showShape(x.shape)} repeats to`,
        received: showShape(shape),
      });
    }
    return [{ shape, dtype: "f32" }];
  },
  gradient: ({ inputs: [x], gradients: [dy] }) => [unbroadcast(dy, x.shape)],
  reference: ({ inputs: [x], outputs: [y] }) => {
    const out = new Float64Array(sizeOf(y.shape));
    const strides = broadcastStrides(x.shape, y.shape);
    forEachIndex(y.shape, (index, i) => {
      out[i] = float64At(x.data, dot(strides, index));
    });
    return [out];
  },
  lower: ({ inputs, outputs: [y] }) => [elementwise("broadcastTo", y, inputs, (x) => x)],
});

/**
 * x repeated along the axes where its extent is 1. @throws FoveaError when the shapes do not fit
 * @example
 * const y = broadcastTo(input(graph, "row", [1, 3]), [2, 3]); // [2, 3]
 */
export const broadcastTo = (x: Value, shape: Shape): Value => applyOne(broadcastToOp, [x], { shape });

/** Sums a gradient over the axes along which its value was repeated. */
export function unbroadcast(gradient: Value, shape: Shape): Value {
  const lead = gradient.shape.length - shape.length;
  const axes = gradient.shape.flatMap((extent, i) =>
    i < lead || (shape[i - lead] === 1 && extent !== 1) ? [i] : [],
  );
  const summed = axes.length > 0 ? reduceSum(gradient, { axes, keepDims: true }) : gradient;
  return lead > 0 ? reshape(summed, shape) : summed;
}
