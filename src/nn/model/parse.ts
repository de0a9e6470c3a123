import type { Branch, Layer, Merge } from "../layers/layer.ts";
import { type JsonObject, fault, isObject, nearestName, showValue } from "../../base/index.ts";
import { parseName, readFields } from "./fields.ts";
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
import { input } from "../functional/input.ts";
import { type InputLayer, type ModelSpec, parseShape, sequential } from "./model.ts";
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
function parseEach<T>(who: string, value: unknown, parse: (entry: unknown) => T): T[] {
  if (!Array.isArray(value))
    throw fault(who, { expected: "a list", received: showValue(value), exitCode: 2 });
  return value.map((entry: unknown, i) => withContext(`${who}[${i}]`, () => parse(entry)));
}

const parseBranches = (value: unknown): Branch[] =>
  parseEach("branches", value, (branch) => parseEach("branch", branch, parseLayer));

function parseLayer(value: unknown): Layer {
  const { type, ...options } = isObject(value) ? value : {};
  if (isType(type)) return makers[type].make(options);
  const names = Object.keys(makers);
  const meant = typeof type === "string" ? nearestName(type, names) : undefined;
  throw fault("type", {
    expected: `one of ${names.join(", ")}`,
    received: showValue(type ?? value),
    ...(meant && { fix: `use ${meant}` }),
    exitCode: 2,
  });
}

const parseEntry = (value: unknown): Layer | InputLayer =>
  isObject(value) && value["type"] === "input" ? parseInput(value) : parseLayer(value);

const parseInput = (value: JsonObject): InputLayer =>
  readFields("input", value, (f) => input({ shape: f.last("shape", parseShape) }));

/**
 * A model from JSON, such as `{ "layers": [{ "type": "flatten" }, { "type": "dense", "units": 4, "activation": "softmax" }] }`.
 * Options that are left out get their defaults; `who` is the file or option that an error should name.
 * @throws FoveaError naming the layer and the option
 */
export function parseModel(json: unknown, who: string): ModelSpec {
  if (!isObject(json))
    throw fault(who, { expected: "an object with layers", received: showValue(json), exitCode: 2 });
  // By `$schema` editors complete the file; it says nothing of the network.
  const { $schema: _, ...model } = json;
  return readFields(who, model, (f) => {
    const name = f.maybe("name", parseName);
    const { inputShape } = f.maybe("inputShape", parseShape);
    const layers = f.last("layers", (who, value) => parseEach(who, value, parseEntry));
    return sequential(inputShape ? [input({ shape: inputShape }), ...layers] : layers, name);
  });
}
