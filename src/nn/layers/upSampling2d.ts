import type { CallableLayer } from "./callable.ts";
import { type Value, broadcastTo, reshape, upsampleBilinear2d } from "../../engine/index.ts";
import type { Pair } from "../model/fields.ts";
import { type LayerRule, type Named, imageAxes, makeLayer } from "./rule.ts";

/** A larger image: each pixel repeated, or neighbours blended. */
export interface UpSampling2d extends Named {
  readonly type: "upSampling2d";
  /** How many times as high and as wide. */
  readonly size: Pair;
  /** "nearest" repeats pixels, "bilinear" blends neighbours; pixels are squares whose centres count. */
  readonly interpolation: Interpolation;
}

const interpolations = ["nearest", "bilinear"] as const;
type Interpolation = (typeof interpolations)[number];

/** Options of `upSampling2d` (Keras: UpSampling2D). */
export interface UpSampling2dLayerOptions extends Named {
  /** How many times as high and as wide, one number or [vertical, horizontal]. @default 2 */
  readonly size?: number | Pair;
  /** "nearest" repeats pixels, "bilinear" blends neighbours. @default "nearest" */
  readonly interpolation?: Interpolation;
}

/**
 * A larger image (Keras: UpSampling2D): [H, W, C] to [H · size, W · size, C]. @default size 2, interpolation "nearest"
 * @example
 * const layer = upSampling2d({ size: 2, interpolation: "bilinear" });
 */
export const upSampling2d = (options: UpSampling2dLayerOptions = {}): CallableLayer<UpSampling2d> =>
  makeLayer("upSampling2d", options, (f) => ({
    size: f.pair("size", 2),
    interpolation: f.oneOf("interpolation", interpolations, "nearest"),
  }));

export const upSampling2dRule: LayerRule<UpSampling2d> = {
  title: "UpSampling2D",
  lower: ({ size, interpolation }, x) => {
    imageAxes(x.shape.slice(1));
    return interpolation === "nearest" ? repeated(x, size) : upsampleBilinear2d(x, size);
  },
};

/** Every pixel in `vertical` rows and `horizontal` columns: axes of so many stand behind the rows and columns and become part of them. */
function repeated(x: Value, [vertical, horizontal]: Pair): Value {
  if (vertical * horizontal === 1) return x;
  const [n = 1, height = 1, width = 1, channels = 1] = x.shape;
  const opened = reshape(x, [n, height, 1, width, 1, channels]);
  const filled = broadcastTo(opened, [n, height, vertical, width, horizontal, channels]);
  return reshape(filled, [n, height * vertical, width * horizontal, channels]);
}
