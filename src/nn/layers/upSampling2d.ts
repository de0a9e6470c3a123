import type { CallableLayer } from "./callable.ts";
import { at } from "../../base/index.ts";
import { type Value, add, affine, broadcastTo, concat, reshape, slice } from "../../engine/index.ts";
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
  lower: ({ size: [vertical, horizontal], interpolation }, x) => {
    imageAxes(x.shape.slice(1));
    const enlarge = interpolation === "nearest" ? repeated : blended;
    return enlarge(enlarge(x, 1, vertical), 2, horizontal);
  },
};

/** `times` numbers for each along an axis: what stands in a new axis behind it becomes part of it. */
const interleaved = (y: Value, axis: number): Value =>
  reshape(y, [
    ...y.shape.slice(0, axis),
    at(y.shape, axis) * at(y.shape, axis + 1),
    ...y.shape.slice(axis + 2),
  ]);

/** With an axis of 1 behind `axis`. */
const opened = (x: Value, axis: number): Value =>
  reshape(x, [...x.shape.slice(0, axis + 1), 1, ...x.shape.slice(axis + 1)]);

function repeated(x: Value, axis: number, times: number): Value {
  if (times === 1) return x;
  const one = opened(x, axis);
  return interleaved(broadcastTo(one, one.shape.with(axis + 1, times)), axis);
}

/** Linear interpolation between the centres of neighbours; beyond the outermost centres their numbers go on. */
function blended(x: Value, axis: number, times: number): Value {
  if (times === 1) return x;
  const extent = at(x.shape, axis);
  const part = (of: Value, from: number, count: number): Value => {
    const starts = of.shape.map((_, i) => (i === axis ? from : 0));
    return slice(of, starts, of.shape.with(axis, from + count));
  };
  const extended = concat([part(x, 0, 1), x, part(x, extent - 1, 1)], axis);
  const phases = Array.from({ length: times }, (_, phase) => {
    // How far the new centre stands behind the old one, in old pixels.
    const shift = (phase + 0.5) / times - 0.5;
    if (shift === 0) return opened(x, axis);
    const neighbour = part(extended, shift < 0 ? 0 : 2, extent);
    return opened(add(affine(x, 1 - Math.abs(shift)), affine(neighbour, Math.abs(shift))), axis);
  });
  return interleaved(concat(phases, axis + 1), axis);
}
