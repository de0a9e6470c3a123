import { checkOptions } from "../../base/index.ts";
import { affine, dropout as drop, flatten as flattenOp } from "../../engine/index.ts";
import { type Activation as ActivationName, activate, activationNames } from "../activations.ts";
import type { CallableLayer } from "./callable.ts";
import { type LayerRule, type Named, commonOptions, makeLayer } from "./rule.ts";

// Layers without parameters.

/** In training every number is set to 0 with probability `rate`, the others grow by 1 / (1 - rate) (Srivastava et al. 2014). */
export interface Dropout extends Named {
  readonly type: "dropout";
  /** Probability that a number is set to 0, in [0, 1). */
  readonly rate: number;
}

/** Any shape to one row: [H, W, C] to [H·W·C]. */
export interface Flatten extends Named {
  readonly type: "flatten";
}

/** An activation as a layer of its own. */
export interface ActivationLayer extends Named {
  readonly type: "activation";
  /** Which one. */
  readonly activation: ActivationName;
}

/** y = x · scale + offset. */
export interface Rescaling extends Named {
  readonly type: "rescaling";
  /** Factor. */
  readonly scale: number;
  /** Added after the product. */
  readonly offset: number;
}

/** Options of `dropout` (Keras: Dropout). */
export interface DropoutLayerOptions extends Named {
  /** Probability that a number is set to 0, in [0, 1). */
  readonly rate: number;
}

/** Options of `rescaling` (Keras: Rescaling). */
export interface RescalingLayerOptions extends Named {
  /** Factor, e.g. 1 / 255 for bytes. */
  readonly scale: number;
  /** Added after the product. @default 0 */
  readonly offset?: number;
}

/**
 * Dropout (Keras: Dropout): in training, sets values to 0 with probability `rate` in [0, 1) and scales the rest; otherwise the identity.
 * @example
 * const layer = dropout({ rate: 0.5 });
 */
export const dropout = (options: DropoutLayerOptions): CallableLayer<Dropout> =>
  makeLayer("dropout", options, (f) => ({ rate: f.within("rate", [0, 1]) }));

/**
 * Flattens any shape to one row (Keras: Flatten): [H, W, C] to [H · W · C].
 * @example
 * const layer = flatten();
 */
export const flatten = (options: Named = {}): CallableLayer<Flatten> =>
  makeLayer("flatten", options, () => ({}));

/**
 * An activation as a layer of its own (Keras: Activation); the shape stays.
 * @example
 * const layer = activation("relu");
 */
export function activation(name: ActivationName, options: Named = {}): CallableLayer<ActivationLayer> {
  checkOptions<Named>("activation", options, commonOptions);
  return makeLayer("activation", { ...options, activation: name }, (f) => ({
    activation: f.oneOf("activation", activationNames),
  }));
}

/**
 * x · scale + offset (Keras: Rescaling); the shape stays. @default offset 0
 * @example
 * const layer = rescaling({ scale: 1 / 255 });
 */
export const rescaling = (options: RescalingLayerOptions): CallableLayer<Rescaling> =>
  makeLayer("rescaling", options, (f) => ({ scale: f.number("scale"), offset: f.number("offset", 0) }));

export const dropoutRule: LayerRule<Dropout> = {
  title: "Dropout",
  lower: ({ rate }, x, context) => {
    if (!context.training || rate === 0) return x;
    const { seed, salt } = context.randomness();
    return drop(x, seed, { rate, salt });
  },
};

export const flattenRule: LayerRule<Flatten> = { title: "Flatten", lower: (_, x) => flattenOp(x) };

export const activationRule: LayerRule<ActivationLayer> = {
  title: "Activation",
  lower: ({ activation: name }, x) => activate(x, name),
};

export const rescalingRule: LayerRule<Rescaling> = {
  title: "Rescaling",
  lower: ({ scale, offset }, x) => affine(x, scale, offset),
};
