import type { CallableLayer } from "./callable.ts";
import { averagePool2d, maxPool2d, reduceMax, reduceMean } from "../../engine/index.ts";
import type { Fields, Pair } from "../model/fields.ts";
import { parseFlag } from "../model/values.ts";
import { type LayerRule, type Named, makeLayer, imageAxes } from "./rule.ts";

interface Windows {
  /** Pixels of a window, [vertical, horizontal]. */
  readonly poolSize: Pair;
  /** Pixels between windows, [vertical, horizontal]. */
  readonly strides: Pair;
  /** "same" keeps windows that reach over the edge; "valid" drops them. */
  readonly padding: "valid" | "same";
}

/** The greatest number of each window. */
export interface MaxPooling2d extends Named, Windows {
  readonly type: "maxPooling2d";
}

/** The mean of each window; padding does not count. */
export interface AveragePooling2d extends Named, Windows {
  readonly type: "averagePooling2d";
}

/** [H, W, C] to [C], or [1, 1, C]: the mean of each channel. */
export interface GlobalAveragePooling2d extends Named {
  readonly type: "globalAveragePooling2d";
  /** true: the result is an image of one pixel, [1, 1, C]; absent: [C]. */
  readonly keepdims?: boolean;
}

/** [H, W, C] to [C], or [1, 1, C]: the greatest number of each channel. */
export interface GlobalMaxPooling2d extends Named {
  readonly type: "globalMaxPooling2d";
  /** true: the result is an image of one pixel, [1, 1, C]; absent: [C]. */
  readonly keepdims?: boolean;
}

/** Options of `maxPooling2d` and `averagePooling2d` (Keras: MaxPooling2D, AveragePooling2D). */
export interface Pooling2dLayerOptions extends Named {
  /** Pixels, one number for both directions or [vertical, horizontal]. @default 2 */
  readonly poolSize?: number | Pair;
  /** Pixels between windows, one number or [vertical, horizontal]. @default poolSize */
  readonly strides?: number | Pair;
  /** "same" keeps windows that reach over the edge; "valid" drops them. @default "valid" */
  readonly padding?: "valid" | "same";
}

/** Options of `globalAveragePooling2d` and `globalMaxPooling2d` (Keras: GlobalAveragePooling2D, GlobalMaxPooling2D). */
export interface GlobalPooling2dLayerOptions extends Named {
  /** Whether the result stays an image, of one pixel: [1, 1, C] and not [C]. @default false */
  readonly keepdims?: boolean;
}

function readWindows(f: Fields): Windows {
  const poolSize = f.pair("poolSize", 2);
  return {
    poolSize,
    strides: f.pair("strides", poolSize),
    padding: f.oneOf("padding", ["valid", "same"], "valid"),
  };
}

/**
 * Max pooling (Keras: MaxPooling2D): [H, W, C] to [H', W', C]. @default poolSize 2, strides poolSize, padding "valid"
 * @example
 * const layer = maxPooling2d({ poolSize: 2 });
 */
export const maxPooling2d = (options: Pooling2dLayerOptions = {}): CallableLayer<MaxPooling2d> =>
  makeLayer("maxPooling2d", options, readWindows);

/**
 * Average pooling (Keras: AveragePooling2D): [H, W, C] to [H', W', C]. @default poolSize 2, strides poolSize, padding "valid"
 * @example
 * const layer = averagePooling2d({ poolSize: 2 });
 */
export const averagePooling2d = (options: Pooling2dLayerOptions = {}): CallableLayer<AveragePooling2d> =>
  makeLayer("averagePooling2d", options, readWindows);

/**
 * Mean of each channel (Keras: GlobalAveragePooling2D): [H, W, C] to [C].
 * @example
 * const layer = globalAveragePooling2d();
 */
export const globalAveragePooling2d = (
  options: GlobalPooling2dLayerOptions = {},
): CallableLayer<GlobalAveragePooling2d> =>
  makeLayer("globalAveragePooling2d", options, (f) => f.maybe("keepdims", parseFlag));

/**
 * Maximum of each channel (Keras: GlobalMaxPooling2D): [H, W, C] to [C].
 * @example
 * const layer = globalMaxPooling2d();
 */
export const globalMaxPooling2d = (
  options: GlobalPooling2dLayerOptions = {},
): CallableLayer<GlobalMaxPooling2d> =>
  makeLayer("globalMaxPooling2d", options, (f) => f.maybe("keepdims", parseFlag));

/** No parameters, but the input has to be an image. */
const needsImage: LayerRule<unknown>["parameters"] = (_, input) => {
  imageAxes(input);
  return [];
};

export const maxPooling2dRule: LayerRule<MaxPooling2d> = {
  title: "MaxPooling2D",
  parameters: needsImage,
  lower: ({ poolSize, strides, padding }, x) => maxPool2d(x, { poolSize, strides, padding }),
};

export const averagePooling2dRule: LayerRule<AveragePooling2d> = {
  title: "AveragePooling2D",
  parameters: needsImage,
  lower: ({ poolSize, strides, padding }, x) => averagePool2d(x, { poolSize, strides, padding }),
};

export const globalAveragePooling2dRule: LayerRule<GlobalAveragePooling2d> = {
  title: "GlobalAveragePooling2D",
  parameters: needsImage,
  lower: ({ keepdims = false }, x) => reduceMean(x, { axes: [1, 2], keepDims: keepdims }),
};

export const globalMaxPooling2dRule: LayerRule<GlobalMaxPooling2d> = {
  title: "GlobalMaxPooling2D",
  parameters: needsImage,
  lower: ({ keepdims = false }, x) => reduceMax(x, { axes: [1, 2], keepDims: keepdims }),
};
