import type { Branch, Layer, Merge } from "../layers/layer.ts";
import { fault, isObject, nearestName, showValue } from "../../base/index.ts";
import { activationNames } from "../activations.ts";
import { elu, leakyRelu, prelu, relu } from "../layers/activationLayers.ts";
import { batchNormalization } from "../layers/batchNormalization.ts";
import { conv2d } from "../layers/convolution/conv2d.ts";
import { dense } from "../layers/dense.ts";
import { depthwiseConv2d } from "../layers/convolution/depthwiseConv2d.ts";
import { mergeLayer } from "../layers/merge.ts";
import {
  averagePooling2d,
  globalAveragePooling2d,
  globalMaxPooling2d,
  maxPooling2d,
} from "../layers/pooling.ts";
import { cropping2d, zeroPadding2d } from "../layers/edges.ts";
import { permute, reshape } from "../layers/reshaping.ts";
import { groupNormalization, layerNormalization } from "../layers/normalization.ts";
import { gaussianDropout, gaussianNoise, spatialDropout2d, stochasticDepth } from "../layers/noise.ts";
import { layerScale, sliceChannels } from "../layers/channels.ts";
import { separableConv2d } from "../layers/convolution/separableConv2d.ts";
import { conv2dTranspose } from "../layers/convolution/conv2dTranspose.ts";
import { upSampling2d } from "../layers/upSampling2d.ts";
import { type ActivationLayer, activation, dropout, flatten, rescaling } from "../layers/stateless.ts";
import { withContext } from "./withContext.ts";

interface Maker {
  // Written as a method, so that functions with stricter options fit: each of them checks what it gets.
  make(options: object): Layer;
}

const merge =
  (type: Merge["type"]) =>
  ({ branches, ...rest }: Partial<Merge>): Layer =>
    mergeLayer(type, branches === undefined ? rest : { ...rest, branches: parseBranches(branches) });

const makers: Readonly<Record<Layer["type"], Maker>> = {
  conv2d: { make: conv2d },
  depthwiseConv2d: { make: depthwiseConv2d },
  dense: { make: dense },
  maxPooling2d: { make: maxPooling2d },
  averagePooling2d: { make: averagePooling2d },
  globalAveragePooling2d: { make: globalAveragePooling2d },
  globalMaxPooling2d: { make: globalMaxPooling2d },
  dropout: { make: dropout },
  flatten: { make: flatten },
  activation: { make: ({ activation: name, ...rest }: ActivationLayer) => activation(name, rest) },
  relu: { make: relu },
  leakyRelu: { make: leakyRelu },
  elu: { make: elu },
  prelu: { make: prelu },
  batchNormalization: { make: batchNormalization },
  rescaling: { make: rescaling },
  reshape: { make: reshape },
  permute: { make: permute },
  zeroPadding2d: { make: zeroPadding2d },
  cropping2d: { make: cropping2d },
  layerNormalization: { make: layerNormalization },
  groupNormalization: { make: groupNormalization },
  spatialDropout2d: { make: spatialDropout2d },
  gaussianNoise: { make: gaussianNoise },
  gaussianDropout: { make: gaussianDropout },
  stochasticDepth: { make: stochasticDepth },
  sliceChannels: { make: sliceChannels },
  layerScale: { make: layerScale },
  separableConv2d: { make: separableConv2d },
  conv2dTranspose: { make: conv2dTranspose },
  upSampling2d: { make: upSampling2d },
  add: { make: merge("add") },
  multiply: { make: merge("multiply") },
  concatenate: { make: merge("concatenate") },
};

const isType = (type: unknown): type is Layer["type"] =>
  typeof type === "string" && Object.hasOwn(makers, type);

/** Reads a list, naming the index of an entry that does not fit: "layers[2]: conv2d: filters: …". */
export function parseEach<T>(who: string, value: unknown, parse: (entry: unknown) => T): T[] {
  if (!Array.isArray(value))
    throw fault(who, { expected: "a list", received: showValue(value), exitCode: 2 });
  return value.map((entry: unknown, i) => withContext(`${who}[${i}]`, () => parse(entry)));
}

const parseBranches = (value: unknown): Branch[] =>
  parseEach("branches", value, (branch) => parseEach("branch", branch, parseLayer));

/** A layer from plain data; options that are left out get their defaults. @throws FoveaError naming the layer and the option */
export function parseLayer(value: unknown): Layer {
  const { type, ...options } = isObject(value) ? value : {};
  if (isType(type)) return makers[type].make(options);
  const meant = typeof type === "string" ? meantBy(type) : undefined;
  throw fault("type", {
    expected: `one of ${Object.keys(makers).join(", ")}`,
    received: showValue(type ?? value),
    ...(meant !== undefined && { fix: `use ${meant}` }),
    exitCode: 2,
  });
}

/** Names of PyTorch, and short ones of Keras, that no edit leads to: lower case, letters and digits alone. */
const elsewhere: Readonly<Record<string, Layer["type"]>> = {
  adaptiveavgpool2d: "globalAveragePooling2d",
  adaptivemaxpool2d: "globalMaxPooling2d",
  avgpool: "averagePooling2d",
  avgpool2d: "averagePooling2d",
  batchnorm: "batchNormalization",
  batchnorm2d: "batchNormalization",
  cat: "concatenate",
  concat: "concatenate",
  convtranspose2d: "conv2dTranspose",
  dropout2d: "spatialDropout2d",
  droppath: "stochasticDepth",
  globalavgpool2d: "globalAveragePooling2d",
  groupnorm: "groupNormalization",
  instancenorm2d: "groupNormalization",
  layernorm: "layerNormalization",
  linear: "dense",
  maxpool: "maxPooling2d",
  mul: "multiply",
  upsample: "upSampling2d",
  zeropad2d: "zeroPadding2d",
};

/** What a type that there is not stands for in other libraries, or is nearest to. */
function meantBy(type: string): string | undefined {
  const bare = type.toLowerCase().replace(/[^a-z0-9]/g, "");
  if (Object.hasOwn(elsewhere, bare)) return elsewhere[bare];
  const activation = activationNames.find((name) => name.toLowerCase() === bare);
  if (activation !== undefined && !isType(activation))
    return `{ "type": "activation", "activation": "${activation}" }`;
  return nearestName(type, Object.keys(makers));
}
