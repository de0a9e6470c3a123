import type { CallableLayer } from "./callable.ts";
import { at, fault, showValue } from "../../base/index.ts";
import { pad, slice } from "../../engine/index.ts";
import { type Pair, isWholes } from "../model/fields.ts";
import { type LayerRule, type Named, imageAxes, makeLayer } from "./rule.ts";

// Layers that add pixels at the edges of an image, or cut them off.

/** Rows or columns at the edges of an image, [[top, bottom], [left, right]]. */
export type Edges = readonly [vertical: Pair, horizontal: Pair];

/** Zeros around an image. */
export interface ZeroPadding2d extends Named {
  readonly type: "zeroPadding2d";
  /** Pixels added at each edge. */
  readonly padding: Edges;
}

/** An image without its edges. */
export interface Cropping2d extends Named {
  readonly type: "cropping2d";
  /** Pixels cut off at each edge. */
  readonly cropping: Edges;
}

/** One number for all edges, [vertical, horizontal], or [[top, bottom], [left, right]]. */
export type EdgesOption = number | Pair | Edges;

/** Options of `zeroPadding2d` (Keras: ZeroPadding2D). */
export interface ZeroPadding2dLayerOptions extends Named {
  /** Pixels added at each edge, 0 or more. @default 1 */
  readonly padding?: EdgesOption;
}

/** Options of `cropping2d` (Keras: Cropping2D). */
export interface Cropping2dLayerOptions extends Named {
  /** Pixels cut off at each edge, 0 or more. @default 0 */
  readonly cropping?: EdgesOption;
}

/**
 * Zeros around an image (Keras: ZeroPadding2D): [H, W, C] to [H + top + bottom, W + left + right, C]. @default padding 1
 * @example
 * const layer = zeroPadding2d({ padding: [[0, 1], [0, 1]] });
 */
export const zeroPadding2d = (options: ZeroPadding2dLayerOptions = {}): CallableLayer<ZeroPadding2d> =>
  makeLayer("zeroPadding2d", options, (f) => ({ padding: f.last("padding", edgesOr(1)) }));

/**
 * An image without its edges (Keras: Cropping2D): [H, W, C] to [H - top - bottom, W - left - right, C]. @default cropping 0
 * @example
 * const layer = cropping2d({ cropping: 1 });
 */
export const cropping2d = (options: Cropping2dLayerOptions = {}): CallableLayer<Cropping2d> =>
  makeLayer("cropping2d", options, (f) => ({ cropping: f.last("cropping", edgesOr(0)) }));

const isPairOf = (value: unknown): value is Pair => isWholes(value, (n) => n >= 0) && value.length === 2;

const isEdges = (value: unknown): value is Edges =>
  Array.isArray(value) && value.length === 2 && value.every(isPairOf);

/** Reads edges in any of the three forms. */
const edgesOr =
  (fallback: number) =>
  (who: string, given: unknown): Edges => {
    const value = given ?? fallback;
    if (isEdges(value)) return [[...value[0]], [...value[1]]];
    const pair = typeof value === "number" ? [value, value] : value;
    if (isPairOf(pair))
      return [
        [pair[0], pair[0]],
        [pair[1], pair[1]],
      ];
    throw fault(who, {
      expected: "a whole number from 0, [vertical, horizontal], or [[top, bottom], [left, right]]",
      received: showValue(value),
      exitCode: 2,
    });
  };

export const zeroPadding2dRule: LayerRule<ZeroPadding2d> = {
  title: "ZeroPadding2D",
  lower: ({ padding: [[top, bottom], [left, right]] }, x) => {
    imageAxes(x.shape.slice(1));
    return pad(x, [0, top, left, 0], [0, bottom, right, 0]);
  },
};

export const cropping2dRule: LayerRule<Cropping2d> = {
  title: "Cropping2D",
  lower: ({ cropping }, x) => {
    const [height, width, channels] = imageAxes(x.shape.slice(1));
    const [[top, bottom], [left, right]] = cropping;
    if (top + bottom >= height || left + right >= width) {
      throw fault("cropping", {
        expected: `less than the image's ${height} rows and ${width} columns`,
        received: `${top + bottom} and ${left + right}`,
        exitCode: 2,
      });
    }
    return slice(x, [0, top, left, 0], [at(x.shape, 0), height - bottom, width - right, channels]);
  },
};
