import {
  type Shape,
  at,
  float64At,
  fault,
  showShape,
  sizeOf,
  stridesOf,
  checkNumber,
} from "../../../base/index.ts";
import { type Op, type Value, appliesOp, applyOne, defineOp } from "../../graph/graph.ts";
import { type Guard, load, nest, reduction, whole } from "../../kernels/index.ts";
import { dot, forEachIndex } from "../indexing.ts";

// Cutting out and placing are each other's gradient, so the two ops share a file.

/** A regular part of a larger array: part[i] is whole[starts + i·steps] along each axis. */
interface Part {
  readonly starts: readonly number[];
  readonly steps: readonly number[];
  /** Of the result. */
  readonly shape: Shape;
}

const strided = (strides: readonly number[], steps: readonly number[]): number[] =>
  strides.map((s, i) => s * at(steps, i));

/** The flat index in the whole, whose strides are given, of an element of the part. */
function wholeIndex(
  { starts, steps }: Omit<Part, "shape">,
  strides: readonly number[],
): (index: readonly number[]) => number {
  const [offset, moved] = [dot(strides, starts), strided(strides, steps)];
  return (index) => offset + dot(moved, index);
}

/** y[i] = x[starts + i·steps]; dx = dy placed in zeros. */
const sliceOp: Op<Part, 1> = defineOp<Part, 1>({
  name: "slice",
  infer: (_, { shape }) => [{ shape, dtype: "f32" }],
  gradient: ({ inputs: [x], attributes: { starts, steps }, gradients: [dy] }) => [
    applyOne(placeOp, [dy], { starts, steps, shape: x.shape, value: 0 }),
  ],
  reference: ({ inputs: [x], attributes: part }) => {
    const out = new Float64Array(sizeOf(part.shape));
    const source = wholeIndex(part, stridesOf(x.shape));
    forEachIndex(part.shape, (index, i) => {
      out[i] = float64At(x.data, source(index));
    });
    return [out];
  },
  lower: ({ inputs: [x], outputs: [y], attributes: { starts, steps } }) => {
    const strides = stridesOf(x.shape);
    const value = load({ buffer: x, offset: dot(strides, starts), strides: strided(strides, steps) });
    return [nest({ label: "slice", axes: y.shape, writes: [{ access: whole(y), value }] })];
  },
});

/** y[starts + i·steps] = x[i], `value` everywhere else; dx = dy cut out. */
const placeOp: Op<Part & { readonly value: number }, 1> = defineOp<Part & { readonly value: number }, 1>({
  name: "place",
  infer: (_, { shape }) => [{ shape, dtype: "f32" }],
  gradient: ({ inputs: [x], attributes: { starts, steps }, gradients: [dy] }) => [
    applyOne(sliceOp, [dy], { starts, steps, shape: x.shape }),
  ],
  reference: ({ inputs: [x], attributes: part }) => {
    const out = new Float64Array(sizeOf(part.shape)).fill(part.value);
    const target = wholeIndex(part, stridesOf(part.shape));
    forEachIndex(x.shape, (index, i) => {
      out[target(index)] = float64At(x.data, i);
    });
    return [out];
  },
  lower: ({ inputs: [x], outputs: [y], attributes: { starts, steps, value } }) => {
    // An axis that x fills needs no guard.
    const guarded = y.shape.flatMap((extent, i) => (extent === x.shape[i] && steps[i] === 1 ? [] : [i]));
    const guards = guarded.map((axis): Guard => {
      const step = at(steps, axis);
      const sign = Math.sign(step);
      return {
        offset: -sign * at(starts, axis),
        strides: y.shape.map((_, i) => (i === axis ? sign : 0)),
        divisor: Math.abs(step),
        limit: at(x.shape, axis),
      };
    });
    const strides = stridesOf(x.shape);
    const within = [
      ...strides.map((stride, i) => (guarded.includes(i) ? 0 : stride)),
      ...guarded.map((i) => at(strides, i)),
    ];
    const term = load({ buffer: x, offset: 0, strides: within });
    return [
      nest({
        label: "place",
        axes: y.shape,
        guards,
        reductions: [{ combine: "last", initial: value, term }],
        writes: [{ access: whole(y, guards.length), value: reduction(0) }],
      }),
    ];
  },
});

/**
 * x[starts[i]], x[starts[i] + steps[i]], … up to but without ends[i], along each axis.
 * Bounds count from the end where they are negative, and stop at the edges, as in Python. @param steps default: 1s
 * @example
 * const y = slice(x, [0, 0], [2, 3], [1, 2]); // [2, 2]
 */
export function slice(
  x: Value,
  starts: readonly number[],
  ends: readonly number[],
  steps: readonly number[] = x.shape.map(() => 1),
): Value {
  const rank = x.shape.length;
  // A bound may be infinite: it stops at the edge.
  const isBound = (n: number): boolean => Number.isInteger(n) || Math.abs(n) === Infinity;
  const isStep = (n: number): boolean => Number.isInteger(n) && n !== 0;
  for (const [name, list] of Object.entries({ starts, ends, steps })) {
    if (list.length !== rank || !list.every(name === "steps" ? isStep : isBound)) {
      throw fault(`slice: ${name}`, {
        expected: `${rank} whole numbers${name === "steps" ? ", none 0" : ""}`,
        received: showShape(list),
      });
    }
  }
  const bound = (position: number, axis: number): number => {
    const extent = at(x.shape, axis);
    const from = position < 0 ? position + extent : position;
    return at(steps, axis) > 0
      ? Math.min(Math.max(from, 0), extent)
      : Math.min(Math.max(from, -1), extent - 1);
  };
  const first = starts.map(bound);
  const shape = ends.map((end, axis) =>
    Math.max(0, Math.ceil((bound(end, axis) - at(first, axis)) / at(steps, axis))),
  );
  if (shape.includes(0)) {
    throw fault("slice", {
      expected: `a part of x ${showShape(x.shape)}`,
      received: "nothing",
      fix: "check starts, ends and steps",
    });
  }
  return applyOne(sliceOp, [x], { starts: first, steps, shape });
}

/**
 * x with before[i] elements of `value` before it and after[i] behind it along each axis. @param value default: 0
 * @example
 * const y = pad(x, [0, 1], [0, 1]); // [2, 5]
 */
export function pad(x: Value, before: readonly number[], after: readonly number[], value = 0): Value {
  for (const [name, list] of Object.entries({ before, after })) {
    if (list.length !== x.shape.length || list.some((n) => !Number.isInteger(n) || n < 0)) {
      throw fault(`pad: ${name}`, {
        expected: `${x.shape.length} whole numbers from 0`,
        received: showShape(list),
      });
    }
  }
  checkNumber("pad: value", value);
  const shape = x.shape.map((extent, i) => extent + at(before, i) + at(after, i));
  return applyOne(placeOp, [x], { starts: before, steps: shape.map(() => 1), shape, value });
}

/** Rows and columns of zeros around images, [[top, bottom], [left, right]]. */
export type ZeroEdges = readonly [readonly [number, number], readonly [number, number]];

/**
 * Images [N, H, W, C] without the zeros that `pad` put around them, and how many those are; undefined for any other value.
 * Windows that pad by themselves read the images where they lie, and no copy with edges is written.
 */
export function withoutZeroEdges(
  x: Value,
): { readonly images: Value; readonly edges: ZeroEdges } | undefined {
  const node = x.producer;
  if (!node || !appliesOp(node, placeOp) || x.shape.length !== 4) return undefined;
  const [images] = node.inputs;
  const { starts, steps, value } = node.attributes;
  if (!images || value !== 0 || steps.some((step) => step !== 1)) return undefined;
  if (images.shape[0] !== x.shape[0] || images.shape[3] !== x.shape[3]) return undefined;
  const along = (axis: number): readonly [number, number] => {
    const before = at(starts, axis);
    return [before, at(x.shape, axis) - at(images.shape, axis) - before];
  };
  return { images, edges: [along(1), along(2)] };
}
