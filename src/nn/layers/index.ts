import { type BatchNormalization, batchNormalizationRule } from "./batchNormalization.ts";
import { type Conv2d, conv2dRule } from "./conv2d.ts";
import { type Dense, denseRule } from "./dense.ts";
import { type DepthwiseConv2d, depthwiseConv2dRule } from "./depthwiseConv2d.ts";
import { type Merge, mergeTitles } from "./merge.ts";
import {
  type AveragePooling2d,
  type GlobalAveragePooling2d,
  type GlobalMaxPooling2d,
  type MaxPooling2d,
  averagePooling2dRule,
  globalAveragePooling2dRule,
  globalMaxPooling2dRule,
  maxPooling2dRule,
} from "./pooling.ts";
import type { LayerRule } from "./rule.ts";
import {
  type ActivationLayer,
  type Dropout,
  type Flatten,
  type Rescaling,
  activationRule,
  dropoutRule,
  flattenRule,
  rescalingRule,
} from "./stateless.ts";

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
  | BatchNormalization
  | Rescaling;

/** One step of a model: plain data that survives JSON. */
export type Layer = PlainLayer | Merge;

const rules: { readonly [T in PlainLayer["type"]]: LayerRule<Extract<PlainLayer, { type: T }>> } = {
  conv2d: conv2dRule,
  depthwiseConv2d: depthwiseConv2dRule,
  dense: denseRule,
  maxPooling2d: maxPooling2dRule,
  averagePooling2d: averagePooling2dRule,
  globalAveragePooling2d: globalAveragePooling2dRule,
  globalMaxPooling2d: globalMaxPooling2dRule,
  dropout: dropoutRule,
  flatten: flattenRule,
  activation: activationRule,
  batchNormalization: batchNormalizationRule,
  rescaling: rescalingRule,
};

export const isMerge = (layer: Layer): layer is Merge => "branches" in layer;

export const ruleOf = (layer: PlainLayer): LayerRule<PlainLayer> => rules[layer.type];

/** Keras's class name: "Conv2D". */
export const titleOf = (layer: Layer): string =>
  isMerge(layer) ? mergeTitles[layer.type] : ruleOf(layer).title;
