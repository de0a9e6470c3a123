import {
  FoveaError,
  type NdArray,
  type Shape,
  at,
  fault,
  isObject,
  ndarray,
  sameShape,
  showShape,
  showValue,
  firstNonFinite,
} from "../base/index.ts";
import { type Transform, parseTransforms, stagesOf } from "../data/index.ts";
import { type ModelSpec, parametersOf, parseModel, parseShape } from "../nn/index.ts";
import type { Proof } from "./proof.ts";
import { damaged, foreign, ofAnotherVersion, readJson } from "./refusals.ts";
import { type TensorFile, readSafetensors, writeSafetensors } from "./safetensors.ts";

/** Everything that a model file holds: wherever it runs, it gives the same answers. */
export interface Bundle {
  readonly model: ModelSpec;
  /** Of one example, e.g. [96, 96, 3]. */
  readonly inputShape: Shape;
  /** Position = class index. */
  readonly classNames: readonly string[];
  /** From decoded image to the network's input. Empty where the model was trained on arrays. */
  readonly transforms: readonly Transform[];
  /** By parameter name. */
  readonly weights: Readonly<Record<string, Float32Array>>;
  /** Softmax temperature for calibrated probabilities; the stored proof probabilities are uncalibrated. @default 1 */
  readonly temperature?: number;
  readonly proof?: Proof;
  /** Record of the training: data, options, metrics. Plain JSON. */
  readonly training?: Readonly<Record<string, unknown>>;
}

const format = "fovea";
const version = "1";
/** Of a file of several nets, which readers of version 1 refuse. */
const ensembleVersion = "2";

/** Bytes of a model file (safetensors); the same bundle gives the same bytes. @throws when weights do not fit the model. */
export function writeBundle(bundle: Bundle): Uint8Array {
  const { model, inputShape, classNames } = bundle;
  const metadata = { format, version, ...texts({ model, inputShape, classNames, ...ownFields(bundle) }) };
  return writeSafetensors({ tensors: tensorsOf(bundle), metadata });
}

/**
 * Bytes of a model file of several nets, whose probabilities are averaged: what they share stands in it once, the rest by net.
 * @throws where they differ in architecture, input, classes or preprocessing, or weights do not fit
 */
export function writeEnsemble(nets: readonly Bundle[]): Uint8Array {
  checkAlike(nets, "writeEnsemble");
  const { model, inputShape, classNames } = at(nets, 0);
  const shared = { model, inputShape, classNames, nets: nets.map(ownFields) };
  const tensors = nets.flatMap((net, i) =>
    Object.entries(tensorsOf(net)).map(([name, tensor]) => [`${prefixOf(i)}${name}`, tensor] as const),
  );
  const metadata = { format, version: ensembleVersion, ...texts(shared) };
  return writeSafetensors({ tensors: Object.fromEntries(tensors), metadata });
}

/** net/1/ and so on, before the names of a net's tensors. */
const prefixOf = (index: number): string => `net/${index + 1}/`;

/** What each net of a file has of its own, beside its tensors. */
const ownFields = ({ transforms, temperature, training }: Bundle): Readonly<Record<string, unknown>> => ({
  transforms,
  ...(temperature !== undefined && { temperature }),
  ...(training && { training }),
});

const texts = (fields: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, JSON.stringify(value)]));

function tensorsOf({ model, inputShape, weights, proof }: Bundle): Record<string, NdArray> {
  const tensors: Record<string, NdArray> = {};
  for (const { name, shape } of parametersOf(model, inputShape))
    tensors[name] = ndarray(weightIn(weights, name), shape);
  if (proof) {
    tensors["proof/images"] = proof.images;
    tensors["proof/probabilities"] = proof.probabilities;
  }
  return tensors;
}

/** Reads a model file of one net. `who` names it in errors. @throws when it is not one of ours, not whole, or an ensemble */
export function readBundle(bytes: Uint8Array, who: string): Bundle {
  return onlyNet(readNets(bytes, who), who);
}

/** The net of a file that has one. @throws for an ensemble */
export function onlyNet(nets: readonly Bundle[], who: string): Bundle {
  if (nets.length === 1) return at(nets, 0);
  throw fault(who, {
    expected: "a model file of one net",
    received: `an ensemble of ${nets.length}`,
    fix: "predict, evaluate and openPredictor take ensembles; train without --ensemble for one net",
    exitCode: 2,
  });
}

/** Reads a model file: its net, or those of an ensemble. `who` names it in errors. @throws when it is not one of ours, or not whole */
export function readNets(bytes: Uint8Array, who: string): readonly Bundle[] {
  const file = readSafetensors(bytes, who);
  checkFormat(file, who);
  if (file.metadata["version"] === version) return [readNet(file, who)];
  const own = readField(file, who, "nets", parseNets);
  const nets = own.map((fields, i) => readNet(netIn(file, i, fields), `${who}: net ${i + 1}`));
  checkAlike(nets, who);
  return nets;
}

/** One net of an ensemble, as a file of its own would hold it. */
function netIn({ tensors, metadata }: TensorFile, index: number, own: JsonObject): TensorFile {
  const { nets: _, ...shared } = metadata;
  const prefix = prefixOf(index);
  const ofNet = Object.entries(tensors).flatMap(([name, tensor]) =>
    name.startsWith(prefix) ? [[name.slice(prefix.length), tensor] as const] : [],
  );
  return { tensors: Object.fromEntries(ofNet), metadata: { ...shared, ...texts(own) } };
}

type JsonObject = Readonly<Record<string, unknown>>;

function parseNets(json: unknown): readonly JsonObject[] {
  if (Array.isArray(json) && json.length > 0 && json.every((net) => isObject(net))) return json;
  throw fault("nets", { expected: "a list of objects", received: showValue(json) });
}

/** @throws naming the first net that cannot stand beside net 1 */
function checkAlike(nets: readonly Bundle[], who: string): void {
  const alike = (of: Bundle): Readonly<Record<string, string>> =>
    texts({
      architecture: of.model,
      "input shape": of.inputShape,
      "class names": of.classNames,
      preprocessing: stagesOf(of.transforms).prepare,
    });
  const first = alike(at(nets, 0));
  for (const [i, net] of nets.entries()) {
    const other = Object.entries(alike(net)).find(([key, text]) => text !== first[key]);
    if (!other) continue;
    throw damaged(`${who}: net ${i + 1}`, `the ${other[0]} of net 1`, "another");
  }
}

function readNet(file: TensorFile, who: string): Bundle {
  const inputShape = readInputShape(file, who);
  const model = readModel(file, who);
  const weights: Record<string, Float32Array> = {};
  for (const { name, shape } of parametersOf(model, inputShape))
    weights[name] = finite(readFloats(file, who, { name, shape }).data, who, name);
  const classNames = readField(file, who, "classNames", parseNames);
  const proof = readProof(file, who, { inputShape, classes: classNames.length });
  // Older files have no temperature.
  const temperature =
    "temperature" in file.metadata ? readField(file, who, "temperature", parseTemperature) : undefined;
  const training = "training" in file.metadata ? readField(file, who, "training", parseRecord) : undefined;
  return {
    model,
    inputShape,
    classNames,
    transforms: readField(file, who, "transforms", parseTransforms),
    weights,
    ...(temperature !== undefined && { temperature }),
    ...(proof && { proof }),
    ...(training && { training }),
  };
}

/** The numbers. @throws where one is NaN or infinite: every prediction would be no number */
function finite(data: Float32Array, who: string, name: string): Float32Array {
  const found = firstNonFinite(data, []);
  if (!found) return data;
  throw fault(who, {
    expected: "finite weights",
    received: `${found.value} in ${name}`,
    fix: "train the model again",
  });
}

function weightIn(weights: Bundle["weights"], name: string): Float32Array {
  const data = weights[name];
  if (data) return data;
  throw fault("writeBundle: weights", {
    expected: `numbers for ${name}`,
    received: "none",
    fix: "give the weights of this model, all of them",
  });
}

function checkFormat({ metadata }: TensorFile, who: string): void {
  if (metadata["format"] !== format) {
    const received = `safetensors with format ${metadata["format"] ?? "not given"}`;
    throw foreign(who, "a model file of Fovea", received);
  }
  if (metadata["version"] !== version && metadata["version"] !== ensembleVersion) {
    const expected = `version ${version} or ${ensembleVersion} of the model file`;
    throw ofAnotherVersion(who, expected, metadata["version"] ?? "none");
  }
}

function readField<T>({ metadata }: TensorFile, who: string, key: string, parse: (json: unknown) => T): T {
  const json = readJson(metadata, key, who);
  try {
    return parse(json);
  } catch (cause) {
    if (!(cause instanceof FoveaError)) throw cause;
    throw damaged(who, `a readable ${key}`, cause.message, cause);
  }
}

/** A model that is readable and not understood is rather one of another version than a damaged one. */
function readModel({ metadata }: TensorFile, who: string): ModelSpec {
  const json = readJson(metadata, "model", who);
  try {
    return parseModel(json, "model");
  } catch (cause) {
    if (!(cause instanceof FoveaError)) throw cause;
    const refuse = isObject(json) ? ofAnotherVersion : damaged;
    throw refuse(who, "a readable model", cause.message, cause);
  }
}

const readInputShape = (file: TensorFile, who: string): Shape =>
  readField(file, who, "inputShape", (json) => parseShape("inputShape", json));

function parseNames(json: unknown): readonly string[] {
  if (Array.isArray(json) && json.length > 0 && json.every((name) => typeof name === "string")) {
    if (new Set(json).size === json.length) return json;
  }
  throw fault("classNames", { expected: "different names", received: JSON.stringify(json) });
}

function parseTemperature(json: unknown): number {
  if (typeof json === "number" && json > 0 && json < Infinity) return json;
  throw fault("temperature", { expected: "a number above 0", received: JSON.stringify(json) });
}

function parseRecord(json: unknown): Readonly<Record<string, unknown>> {
  if (isObject(json)) return json;
  throw fault("training", { expected: "an object", received: JSON.stringify(json) });
}

function readFloats(
  { tensors }: TensorFile,
  who: string,
  { name, shape }: { readonly name: string; readonly shape: Shape },
): NdArray<Float32Array> {
  const tensor = tensors[name];
  if (tensor?.data instanceof Float32Array && sameShape(tensor.shape, shape))
    return ndarray(tensor.data, shape);
  const received = tensor ? `${showShape(tensor.shape)} of ${tensor.data.constructor.name}` : "none";
  throw damaged(who, `float32 numbers ${name} ${showShape(shape)}`, received);
}

function readProof(
  file: TensorFile,
  who: string,
  { inputShape, classes }: { readonly inputShape: Shape; readonly classes: number },
): Proof | undefined {
  const images = file.tensors["proof/images"];
  if (!images) return undefined;
  const count = images.shape[0] ?? 0;
  if (!(images.data instanceof Uint8Array) || !sameShape(images.shape.slice(1), inputShape)) {
    const received = `${showShape(images.shape)} of ${images.data.constructor.name}`;
    throw damaged(who, `proof images ${showShape([count, ...inputShape])} of bytes`, received);
  }
  const probabilities = readFloats(file, who, { name: "proof/probabilities", shape: [count, classes] });
  return { images: ndarray(images.data, images.shape), probabilities };
}
