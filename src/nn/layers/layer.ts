import type { Elu, LeakyRelu, Prelu, Relu } from "./activationLayers.ts";
import type { BatchNormalization } from "./batchNormalization.ts";
import type { Conv2d } from "./convolution/conv2d.ts";
import type { Dense } from "./dense.ts";
import type { DepthwiseConv2d } from "./convolution/depthwiseConv2d.ts";
import type {
  AveragePooling2d,
  GlobalAveragePooling2d,
  GlobalMaxPooling2d,
  MaxPooling2d,
} from "./pooling.ts";
import type { Cropping2d, ZeroPadding2d } from "./edges.ts";
import type { Permute, Reshape } from "./reshaping.ts";
import type { UpSampling2d } from "./upSampling2d.ts";
import type { GroupNormalization, LayerNormalization } from "./normalization.ts";
import type { GaussianDropout, GaussianNoise, SpatialDropout2d, StochasticDepth } from "./noise.ts";
import type { LayerScale, SliceChannels } from "./channels.ts";
import type { SeparableConv2d } from "./convolution/separableConv2d.ts";
import type { Conv2dTranspose } from "./convolution/conv2dTranspose.ts";
import type { Named } from "./rule.ts";
import type { ActivationLayer, Dropout, Flatten, Rescaling } from "./stateless.ts";

/** A layer that holds no others. */
export type PlainLayer =
  | Conv2d
  | DepthwiseConv2d
  | Dense
  | MaxPooling2d
  | AveragePooling2d
  | GlobalAveragePooling2d
  | GlobalMaxPooling2d
  | Dropout
  | Flatten
  | ActivationLayer
  | Relu
  | LeakyRelu
  | Elu
  | Prelu
  | BatchNormalization
  | Rescaling
  | Reshape
  | Permute
  | ZeroPadding2d
  | Cropping2d
  | LayerNormalization
  | GroupNormalization
  | SpatialDropout2d
  | GaussianNoise
  | GaussianDropout
  | StochasticDepth
  | SliceChannels
  | LayerScale
  | SeparableConv2d
  | Conv2dTranspose
  | UpSampling2d;

/**
 * One step of a model: plain data that survives JSON.
 * @example
 * const block = (filters: number): readonly Layer[] => [
 *   conv2d({ filters, kernelSize: 3, padding: "same", activation: "relu" }),
 *   maxPooling2d(),
 * ];
 */
export type Layer = PlainLayer | Merge;

/**
 * Layers applied one after the other to the input of their merge; an empty list passes it on as it is.
 * @example
 * const skip: Branch = [];
 * const layer = add([skip, [conv2d({ filters: 3, kernelSize: 3, padding: "same" })]]);
 */
export type Branch = readonly Layer[];

export interface Branched<T extends string> extends Named {
  readonly type: T;
  /** At least two; all get the same input. Absent where it joins its `inputs`, at least two. */
  readonly branches?: readonly Branch[];
}

/** The sum of the branches, which must have one shape. */
export interface Add extends Branched<"add"> {}

/** The product of the branches, of one shape; beside [H, W, C] one [C] or [1, 1, C] counts for every pixel (Hu et al. 2018), one [H, W, 1] for every channel. */
export interface Multiply extends Branched<"multiply"> {}

/** The branches' channels one behind the other. */
export interface Concatenate extends Branched<"concatenate"> {}

/** A layer that holds other layers: that is how residual nets are plain data. */
export type Merge = Add | Multiply | Concatenate;
