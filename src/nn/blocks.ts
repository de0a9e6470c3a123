import { type Activation, activationNames } from "./activations.ts";
import { dense } from "./layers/dense.ts";
import type { Multiply } from "./layers/layer.ts";
import { multiply } from "./layers/merge.ts";
import { globalAveragePooling2d } from "./layers/pooling.ts";
import { parseName, readFields } from "./model/fields.ts";
import type { CallableLayer } from "./layers/callable.ts";

/** Options of `squeezeExcite`. */
export interface SqueezeExciteOptions {
  /** Channels of the input and of the result, a whole number from 1. */
  readonly filters: number;
  /** Part of the channels that the images are squeezed to, above 0. @default 0.25 */
  readonly ratio?: number;
  /** Channels that the images are squeezed to. @default filters · ratio, rounded, at least 1 */
  readonly squeezeFilters?: number;
  /** Applied to the squeezed channels. @default "relu" */
  readonly activation?: Activation;
  /** What makes a factor for each channel. @default "sigmoid" */
  readonly gate?: Activation;
  /** The dense layers are called `<name>.fc1` and `<name>.fc2`, as torchvision has them. @default names by type */
  readonly name?: string;
}

/**
 * Squeeze and excitation (Hu et al. 2018) as plain layers: every channel times a factor that two dense layers find from the means of all
 * channels. MobileNetV3 has `gate: "hardSigmoid"`, EfficientNet `activation: "silu"`. @default ratio 0.25, activation "relu", gate "sigmoid"
 * @example
 * const layers = [
 *   conv2d({ filters: 16, kernelSize: 3, activation: "silu" }),
 *   squeezeExcite({ filters: 16, activation: "silu" }),
 * ];
 */
export function squeezeExcite(options: SqueezeExciteOptions): CallableLayer<Multiply> {
  const { filters, squeezeFilters, activation, gate, name } = readFields("squeezeExcite", options, (f) => {
    const filters = f.whole("filters");
    const ratio = f.within("ratio", [Number.MIN_VALUE, Infinity], 0.25);
    return {
      filters,
      squeezeFilters: f.whole("squeezeFilters", Math.max(1, Math.round(filters * ratio))),
      activation: f.oneOf("activation", activationNames, "relu"),
      gate: f.oneOf("gate", activationNames, "sigmoid"),
      ...f.maybe("name", parseName),
    };
  });
  const factors = [
    globalAveragePooling2d(),
    dense({ ...partOf(name, "fc1"), units: squeezeFilters, activation }),
    dense({ ...partOf(name, "fc2"), units: filters, activation: gate }),
  ];
  return multiply([[], factors]);
}

const partOf = (name: string | undefined, part: string): { readonly name?: string } =>
  name === undefined ? {} : { name: `${name}.${part}` };
