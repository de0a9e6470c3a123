import { at, fault, showShape } from "../../base/index.ts";
import { multiply, slice } from "../../engine/index.ts";
import { type Regularizer, parseRegularizer } from "../regularizers.ts";
import type { CallableLayer } from "./callable.ts";
import { type LayerRule, type Named, makeLayer, weightSpec } from "./rule.ts";

// Layers that treat channels, the last axis, one by one.

/** Some of the channels that follow one another. */
export interface SliceChannels extends Named {
  readonly type: "sliceChannels";
  /** The first of them, counted from 0. */
  readonly start: number;
  /** How many. */
  readonly size: number;
}

/** Every channel times a trained number of its own (Touvron et al. 2021). */
export interface LayerScale extends Named {
  readonly type: "layerScale";
  /** What all of them start as. */
  readonly initValues: number;
  /** Penalty on the factors; absent: none. */
  readonly gammaRegularizer?: Regularizer;
}

/** Options of `sliceChannels`. */
export interface SliceChannelsLayerOptions extends Named {
  /** The first of them, counted from 0. @default 0 */
  readonly start?: number;
  /** How many, a whole number from 1. */
  readonly size: number;
}

/** Options of `layerScale` (Keras: LayerScale of its ConvNeXt). */
export interface LayerScaleLayerOptions extends Named {
  /** What all factors start as. @default 1e-6 */
  readonly initValues?: number;
  /** Penalty that the factors add to the loss. @default none */
  readonly gammaRegularizer?: Regularizer;
}

/**
 * The channels from `start` on, `size` of them, such as one half of them for a branch: [H, W, C] to [H, W, size]. @default start 0
 * @example
 * const layer = sliceChannels({ start: 24, size: 24 });
 */
export const sliceChannels = (options: SliceChannelsLayerOptions): CallableLayer<SliceChannels> =>
  makeLayer("sliceChannels", options, (f) => ({ start: f.whole("start", 0, 0), size: f.whole("size") }));

/**
 * Every channel times a trained factor (LayerScale of Keras's and torchvision's ConvNeXt); the shape stays. @default initValues 1e-6
 * @example
 * const layer = layerScale({ initValues: 1e-5 });
 */
export const layerScale = (options: LayerScaleLayerOptions = {}): CallableLayer<LayerScale> =>
  makeLayer("layerScale", options, (f) => ({
    initValues: f.number("initValues", 1e-6),
    ...f.maybe("gammaRegularizer", parseRegularizer),
  }));

export const sliceChannelsRule: LayerRule<SliceChannels> = {
  title: "SliceChannels",
  lower: ({ start, size }, x) => {
    const last = x.shape.length - 1;
    const channels = at(x.shape, last);
    if (start + size > channels) {
      throw fault("size", {
        expected: `at most ${Math.max(channels - start, 0)} channels from ${start} on of the input ${showShape(x.shape.slice(1))}`,
        received: `${size}`,
        exitCode: 2,
      });
    }
    const from = x.shape.map((_, axis) => (axis === last ? start : 0));
    return slice(x, from, x.shape.with(last, start + size));
  },
};

export const layerScaleRule: LayerRule<LayerScale> = {
  title: "LayerScale",
  parameters: ({ initValues, gammaRegularizer }, input) => [
    weightSpec(
      { name: "gamma", shape: input.slice(-1), initializer: { type: "constant", value: initValues } },
      gammaRegularizer,
    ),
  ],
  lower: (_, x, context) => multiply(x, context.parameter("gamma")),
};
