import { PbfReader } from "pbf";

// The parts of onnx.proto (ONNX 1.22) that node tests use. Numbers behind "tag" are the field numbers there.

export interface OnnxTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: DataType;
  /** Exact in float64; 64-bit integers beyond 2^53 are refused. */
  readonly data: readonly number[];
}

export type Attribute = number | string | readonly number[] | readonly string[] | OnnxTensor | undefined;

export interface OnnxNode {
  readonly type: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

export interface OnnxModel {
  readonly opset: number;
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxTensor[];
  /** Names in order; `kind` says what is no tensor. */
  readonly inputs: readonly OnnxPort[];
  readonly outputs: readonly OnnxPort[];
}

interface OnnxPort {
  readonly name: string;
  readonly kind: "tensor" | "sequence" | "optional" | "other";
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

type DataType = (typeof dataTypes)[number];

/** TensorProto.DataType, by its number. */
const dataTypes = [
  "undefined",
  "float",
  "uint8",
  "int8",
  "uint16",
  "int16",
  "int32",
  "int64",
  "string",
  "bool",
  "float16",
  "double",
  "uint32",
  "uint64",
] as const;

const bytesOf: Partial<Record<DataType, [size: number, read: (view: DataView, at: number) => number]>> = {
  float: [4, (view, at) => view.getFloat32(at, true)],
  double: [8, (view, at) => view.getFloat64(at, true)],
  uint8: [1, (view, at) => view.getUint8(at)],
  int8: [1, (view, at) => view.getInt8(at)],
  bool: [1, (view, at) => view.getUint8(at)],
  uint16: [2, (view, at) => view.getUint16(at, true)],
  int16: [2, (view, at) => view.getInt16(at, true)],
  int32: [4, (view, at) => view.getInt32(at, true)],
  uint32: [4, (view, at) => view.getUint32(at, true)],
  int64: [8, (view, at) => exact(view.getBigInt64(at, true))],
  uint64: [8, (view, at) => exact(view.getBigUint64(at, true))],
};

function exact(value: bigint): number {
  const number = Number(value);
  if (BigInt(number) !== value) throw new Error(`${value} is no exact number`);
  return number;
}

function rawNumbers(bytes: Uint8Array, dtype: DataType): number[] {
  const rule = bytesOf[dtype];
  if (!rule) throw new Error(`raw data of type ${dtype}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.byteLength / rule[0] }, (_, i) => rule[1](view, i * rule[0]));
}

/** A repeated number, packed or one at a time. */
const varints = (pbf: PbfReader): number[] => pbf.readPackedVarint([], true);

interface TensorFields extends Mutable<OnnxTensor> {
  shape: number[];
  data: number[];
  raw?: Uint8Array;
}

function tensorField(tag: number, tensor: TensorFields, pbf: PbfReader): void {
  if (tag === 1) tensor.shape.push(...varints(pbf));
  else if (tag === 2) tensor.dtype = dataTypes[pbf.readVarint()] ?? "undefined";
  else if (tag === 4) tensor.data.push(...pbf.readPackedFloat([]));
  else if (tag === 5 || tag === 7 || tag === 11) tensor.data.push(...varints(pbf));
  else if (tag === 8) tensor.name = pbf.readString();
  else if (tag === 9) tensor.raw = pbf.readBytes();
  else if (tag === 10) tensor.data.push(...pbf.readPackedDouble([]));
}

const emptyTensor = (): TensorFields => ({ name: "", shape: [], dtype: "undefined", data: [] });

function tensorOf({ raw, ...tensor }: TensorFields): OnnxTensor {
  return raw ? { ...tensor, data: rawNumbers(raw, tensor.dtype) } : tensor;
}

export const readTensor = (bytes: Uint8Array): OnnxTensor =>
  tensorOf(new PbfReader(bytes).readFields(tensorField, emptyTensor()));

interface AttributeFields {
  name: string;
  value: Attribute;
}

function attributeField(tag: number, attribute: AttributeFields, pbf: PbfReader): void {
  const list = (Array.isArray(attribute.value) ? attribute.value : []) as readonly number[];
  const text = (): string => new TextDecoder().decode(pbf.readBytes());
  if (tag === 1) attribute.name = pbf.readString();
  else if (tag === 2) attribute.value = pbf.readFloat();
  else if (tag === 3) attribute.value = pbf.readVarint(true);
  else if (tag === 4) attribute.value = text();
  else if (tag === 5) attribute.value = tensorOf(pbf.readMessage(tensorField, emptyTensor()));
  else if (tag === 7) attribute.value = [...list, ...pbf.readPackedFloat([])];
  else if (tag === 8) attribute.value = [...list, ...varints(pbf)];
  else if (tag === 9) attribute.value = [...(list as readonly unknown[] as readonly string[]), text()];
}

interface NodeFields extends Mutable<OnnxNode> {
  inputs: string[];
  outputs: string[];
  attributes: Record<string, Attribute>;
}

function nodeField(tag: number, node: NodeFields, pbf: PbfReader): void {
  if (tag === 1) node.inputs.push(pbf.readString());
  else if (tag === 2) node.outputs.push(pbf.readString());
  else if (tag === 4) node.type = pbf.readString();
  else if (tag === 7) node.domain = pbf.readString();
  else if (tag === 5) {
    const attribute = pbf.readMessage<AttributeFields>(attributeField, { name: "", value: undefined });
    node.attributes[attribute.name] = attribute.value;
  }
}

/** ValueInfoProto: its name, and which field of TypeProto is set. */
function portField(tag: number, port: Mutable<OnnxPort>, pbf: PbfReader): void {
  if (tag === 1) port.name = pbf.readString();
  else if (tag === 2) {
    pbf.readMessage<Mutable<OnnxPort>>((kind, found) => {
      found.kind = kind === 1 ? "tensor" : kind === 4 ? "sequence" : kind === 9 ? "optional" : "other";
    }, port);
  }
}

interface ModelFields {
  opset: number;
  nodes: OnnxNode[];
  initializers: OnnxTensor[];
  inputs: OnnxPort[];
  outputs: OnnxPort[];
}

function graphField(tag: number, graph: ModelFields, pbf: PbfReader): void {
  if (tag === 1) {
    const empty = { type: "", domain: "", inputs: [], outputs: [], attributes: {} };
    graph.nodes.push(pbf.readMessage<NodeFields>(nodeField, empty));
  } else if (tag === 5) graph.initializers.push(tensorOf(pbf.readMessage(tensorField, emptyTensor())));
  else if (tag === 11 || tag === 12) {
    const port = pbf.readMessage<Mutable<OnnxPort>>(portField, { name: "", kind: "other" });
    (tag === 11 ? graph.inputs : graph.outputs).push(port);
  }
}

function opsetField(tag: number, opset: { domain: string; version: number }, pbf: PbfReader): void {
  if (tag === 1) opset.domain = pbf.readString();
  else if (tag === 2) opset.version = pbf.readVarint(true);
}

function modelField(tag: number, model: ModelFields, pbf: PbfReader): void {
  if (tag === 7) pbf.readMessage(graphField, model);
  else if (tag === 8) {
    const opset = pbf.readMessage(opsetField, { domain: "", version: 0 });
    if (opset.domain === "") model.opset = opset.version;
  }
}

export const readModel = (bytes: Uint8Array): OnnxModel =>
  new PbfReader(bytes).readFields<ModelFields>(modelField, {
    opset: 0,
    nodes: [],
    initializers: [],
    inputs: [],
    outputs: [],
  });
