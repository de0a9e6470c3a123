import type { AnyLayer } from "./callable.ts";
import type { Layer, Merge, PlainLayer } from "./layer.ts";
import { eluRule, leakyReluRule, preluRule, reluRule } from "./activationLayers.ts";
import { batchNormalizationRule } from "./batchNormalization.ts";
import { conv2dRule } from "./convolution/conv2d.ts";
import { denseRule } from "./dense.ts";
import { depthwiseConv2dRule } from "./convolution/depthwiseConv2d.ts";
import { mergeTitles } from "./merge.ts";
import {
  averagePooling2dRule,
  globalAveragePooling2dRule,
  globalMaxPooling2dRule,
  maxPooling2dRule,
} from "./pooling.ts";
import { cropping2dRule, zeroPadding2dRule } from "./edges.ts";
import { permuteRule, reshapeRule } from "./reshaping.ts";
import { upSampling2dRule } from "./upSampling2d.ts";
import { groupNormalizationRule, layerNormalizationRule } from "./normalization.ts";
import {
  gaussianDropoutRule,
  gaussianNoiseRule,
  spatialDropout2dRule,
  stochasticDepthRule,
} from "./noise.ts";
import { layerScaleRule, sliceChannelsRule } from "./channels.ts";
import { separableConv2dRule } from "./convolution/separableConv2d.ts";
import { conv2dTransposeRule } from "./convolution/conv2dTranspose.ts";
import type { LayerRule } from "./rule.ts";
import { activationRule, dropoutRule, flattenRule, rescalingRule } from "./stateless.ts";

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
  relu: reluRule,
  leakyRelu: leakyReluRule,
  elu: eluRule,
  prelu: preluRule,
  batchNormalization: batchNormalizationRule,
  rescaling: rescalingRule,
  reshape: reshapeRule,
  permute: permuteRule,
  zeroPadding2d: zeroPadding2dRule,
  cropping2d: cropping2dRule,
  layerNormalization: layerNormalizationRule,
  groupNormalization: groupNormalizationRule,
  spatialDropout2d: spatialDropout2dRule,
  gaussianNoise: gaussianNoiseRule,
  gaussianDropout: gaussianDropoutRule,
  stochasticDepth: stochasticDepthRule,
  sliceChannels: sliceChannelsRule,
  layerScale: layerScaleRule,
  separableConv2d: separableConv2dRule,
  conv2dTranspose: conv2dTransposeRule,
  upSampling2d: upSampling2dRule,
};

export const isMerge = (layer: Layer): layer is Merge => Object.hasOwn(mergeTitles, layer.type);

/** Whether a type of layer is known. */
export const isLayer = (layer: AnyLayer): layer is Layer =>
  Object.hasOwn(rules, layer.type) || Object.hasOwn(mergeTitles, layer.type);

export const ruleOf = (layer: PlainLayer): LayerRule<PlainLayer> => rules[layer.type];

/** Keras's class name: "Conv2D". */
export const titleOf = (layer: Layer): string =>
  isMerge(layer) ? mergeTitles[layer.type] : ruleOf(layer).title;
