import type { CallableLayer } from "./callable.ts";
import { type Shape, fault, showShape, showValue, sizeOf } from "../../base/index.ts";
import { reshape as reshapeOp, transpose } from "../../engine/index.ts";
import { isWholes } from "../model/fields.ts";
import { type LayerRule, type Named, makeLayer } from "./rule.ts";

// Layers that give the same numbers another shape.

/** The same numbers in another shape. */
export interface Reshape extends Named {
  readonly type: "reshape";
  /** Extents without the batch; one may be -1: whatever is left. */
  readonly targetShape: Shape;
}

/** Other order of the axes. */
export interface Permute extends Named {
  readonly type: "permute";
  /** Axes of the input in their new order, counted from 1, without the batch. */
  readonly dims: readonly number[];
}

/** Options of `reshape` (Keras: Reshape). */
export interface ReshapeLayerOptions extends Named {
  /** Extents without the batch; one may be -1: whatever is left. */
  readonly targetShape: Shape;
}

/** Options of `permute` (Keras: Permute). */
export interface PermuteLayerOptions extends Named {
  /** Axes of the input in their new order, counted from 1, without the batch: [2, 1, 3] swaps rows and columns. */
  readonly dims: readonly number[];
}

/**
 * Another shape of the same numbers (Keras: Reshape); one extent may be -1.
 * @example
 * const layer = reshape({ targetShape: [8, 8, -1] });
 */
export const reshape = (options: ReshapeLayerOptions): CallableLayer<Reshape> =>
  makeLayer("reshape", options, (f) => ({ targetShape: f.last("targetShape", parseTarget) }));

/**
 * Another order of the axes, counted from 1 without the batch (Keras: Permute).
 * @example
 * const layer = permute({ dims: [2, 1, 3] }); // rows become columns
 */
export const permute = (options: PermuteLayerOptions): CallableLayer<Permute> =>
  makeLayer("permute", options, (f) => ({ dims: f.last("dims", parseDims) }));

function parseTarget(who: string, value: unknown): Shape {
  const fits = isWholes(value, (n) => n > 0 || n === -1) && value.length > 0;
  if (fits && value.filter((n) => n === -1).length <= 1) return [...value];
  throw fault(who, {
    expected: "whole numbers from 1, of which one may be -1, such as [8, 8, -1]",
    received: showValue(value),
    exitCode: 2,
  });
}

function parseDims(who: string, value: unknown): readonly number[] {
  if (isWholes(value, () => true) && value.length > 0 && value.every((_, i) => value.includes(i + 1)))
    return [...value];
  throw fault(who, {
    expected: "each axis once, counted from 1, such as [2, 1, 3]",
    received: showValue(value),
    exitCode: 2,
  });
}

export const reshapeRule: LayerRule<Reshape> = {
  title: "Reshape",
  lower: ({ targetShape }, x) => {
    const [batch = 1, ...from] = x.shape;
    const known = sizeOf(targetShape.filter((extent) => extent !== -1));
    const rest = sizeOf(from) / known;
    const shape = targetShape.map((extent) => (extent === -1 ? rest : extent));
    if (!Number.isInteger(rest) || sizeOf(shape) !== sizeOf(from)) {
      throw fault("targetShape", {
        expected: `a shape of ${sizeOf(from)} numbers, as the input ${showShape(from)} has`,
        received: showShape(targetShape),
        exitCode: 2,
      });
    }
    return reshapeOp(x, [batch, ...shape]);
  },
};

export const permuteRule: LayerRule<Permute> = {
  title: "Permute",
  lower: ({ dims }, x) => {
    const rank = x.shape.length - 1;
    if (dims.length !== rank) {
      throw fault("dims", {
        expected: `${rank} axes, as the input ${showShape(x.shape.slice(1))} has`,
        received: showShape(dims),
        exitCode: 2,
      });
    }
    return transpose(x, [0, ...dims]);
  },
};
