import { type Shape, mapTuple, stridesOf } from "../../base/index.ts";
import type { Buffer } from "./buffer.ts";
import type { Access, AffineIndex, Expr } from "./expr.ts";
import { load } from "./expr.ts";

/**
 * An extra loop index: `(offset + Σ strides[i] · loop[i]) / divisor` over axes and reduction loops.
 * The innermost point is skipped unless it is a whole number in [0, limit): that is how padding and strides are said.
 */
export interface Guard extends AffineIndex {
  readonly divisor: number;
  readonly limit: number;
}

/** One reduction: folds `term` over the reduction loops, in their order, starting from `initial`. */
export interface Reduction {
  /** max keeps the first of equal terms; last keeps the latest, for "this or `initial`". */
  readonly combine: "sum" | "max" | "last";
  readonly initial: number;
  readonly term: Expr;
  /**
   * Whether terms of the innermost reduction loop may be folded side by side, as partial results that are folded at the end, where
   * that loop walks neighbours; the order then follows from the loops alone. @default false: one after the other
   */
  readonly byLanes?: boolean;
  /** For max: what `argmax` gives, evaluated where the maximum stood; 0 if nothing exceeded `initial`. */
  readonly indexExpr?: Expr;
}

/** A perfect loop nest: for every point of `axes`, fold the reductions over `reduce`, then write. */
export interface Nest {
  readonly kind: "nest";
  /** What it does, for people: "relu", "add+relu". */
  readonly label: string;
  /** Extents of the output loops, outermost first. */
  readonly axes: readonly number[];
  /** Extents of the reduction loops. */
  readonly reduce: readonly number[];
  readonly guards: readonly Guard[];
  readonly reductions: readonly Reduction[];
  readonly writes: readonly { readonly access: Access; readonly value: Expr }[];
}

/** Fills in what a nest without reduction does not need. */
export const nest = (fields: Pick<Nest, "label" | "axes" | "writes"> & Partial<Nest>): Nest => ({
  kind: "nest",
  reduce: [],
  guards: [],
  reductions: [],
  ...fields,
});

/** Reads or writes a whole array whose axes are the nest's axes, in order; `extra` loops do not move it. */
export const whole = (buffer: Buffer, extra = 0): Access => ({
  buffer,
  offset: 0,
  strides: [...stridesOf(buffer.shape), ...Array.from({ length: extra }, () => 0)],
});

/** Strides that read an array of shape `from` as if it had shape `to` (numpy's broadcasting: align right, repeat axes of 1). */
export function broadcastStrides(from: Shape, to: Shape): number[] {
  const strides = stridesOf(from);
  return to.map((_, i) => {
    const axis = i - (to.length - from.length);
    return axis < 0 || from[axis] === 1 ? 0 : (strides[axis] ?? 0);
  });
}

/** One number for every element of `output` from the elements of `inputs` at the same index, broadcast. */
export function elementwise<const I extends readonly Buffer[]>(
  label: string,
  output: Buffer,
  inputs: I,
  value: (...x: { readonly [K in keyof I]: Expr }) => Expr,
): Nest {
  const loads = mapTuple(inputs, (buffer) =>
    load({ buffer, offset: 0, strides: broadcastStrides(buffer.shape, output.shape) }),
  );
  return nest({ label, axes: output.shape, writes: [{ access: whole(output), value: value(...loads) }] });
}
