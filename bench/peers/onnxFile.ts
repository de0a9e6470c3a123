import { PbfWriter } from "pbf";
import { seeded } from "../../src/base/index.ts";

// The tutorial's net as an ONNX file, images [N, 3, H, W]. Field numbers are those of onnx.proto3; only what this net needs.

const FLOAT = 1;
const INTS = 7;

interface Tensor {
  readonly name: string;
  readonly shape: readonly number[];
}

interface Node {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly ints?: Readonly<Record<string, readonly number[]>>;
}

function writeAttribute([name, ints]: readonly [string, readonly number[]], pbf: PbfWriter): void {
  pbf.writeStringField(1, name);
  for (const value of ints) pbf.writeVarintField(8, value);
  pbf.writeVarintField(20, INTS);
}

function writeNode({ op, inputs, output, ints = {} }: Node, pbf: PbfWriter): void {
  for (const input of inputs) pbf.writeStringField(1, input);
  pbf.writeStringField(2, output);
  pbf.writeStringField(4, op);
  for (const attribute of Object.entries(ints)) pbf.writeMessage(5, writeAttribute, attribute);
}

/** Random weights, of about the size that training starts from. */
function writeWeights({ name, shape }: Tensor, pbf: PbfWriter): void {
  const count = shape.reduce((product, extent) => product * extent, 1);
  const random = seeded(1).fork(name);
  const numbers = Float32Array.from({ length: count }, () => 0.02 * (random.next() - 0.5));
  for (const extent of shape) pbf.writeVarintField(1, extent);
  pbf.writeVarintField(2, FLOAT);
  pbf.writeStringField(8, name);
  pbf.writeBytesField(9, new Uint8Array(numbers.buffer));
}

function writeValueInfo({ name, shape }: Tensor, pbf: PbfWriter): void {
  const writeDimension = (extent: number, p: PbfWriter): void => p.writeVarintField(1, extent);
  const writeShape = (_: unknown, p: PbfWriter): void => {
    for (const extent of shape) p.writeMessage(1, writeDimension, extent);
  };
  const writeTensorType = (_: unknown, p: PbfWriter): void => {
    p.writeVarintField(1, FLOAT);
    p.writeMessage(2, writeShape, undefined);
  };
  const writeType = (_: unknown, p: PbfWriter): void => p.writeMessage(1, writeTensorType, undefined);
  pbf.writeStringField(1, name);
  pbf.writeMessage(2, writeType, undefined);
}

const same = { kernel_shape: [3, 3], pads: [1, 1, 1, 1] };
const halve = { kernel_shape: [2, 2], strides: [2, 2] };

/** Convolution, relu, 2x2 maximum. */
const block = (input: string, number: number): readonly Node[] => [
  { op: "Conv", inputs: [input, `w${number}`, `b${number}`], output: `conv${number}`, ints: same },
  { op: "Relu", inputs: [`conv${number}`], output: `relu${number}` },
  { op: "MaxPool", inputs: [`relu${number}`], output: `pool${number}`, ints: halve },
];

const nodes: readonly Node[] = [
  ...block("x", 1),
  ...block("pool1", 2),
  { op: "Flatten", inputs: ["pool2"], output: "flat" },
  { op: "Gemm", inputs: ["flat", "w3", "b3"], output: "hidden" },
  { op: "Relu", inputs: ["hidden"], output: "relu3" },
  { op: "Gemm", inputs: ["relu3", "w4", "b4"], output: "logits" },
  { op: "Softmax", inputs: ["logits"], output: "predictions" },
];

/** Bytes of the model file. */
export function tutorialOnnx({
  size,
  batch,
  classes,
}: {
  readonly size: number;
  readonly batch: number;
  readonly classes: number;
}): Uint8Array {
  const weights: readonly Tensor[] = [
    { name: "w1", shape: [32, 3, 3, 3] },
    { name: "b1", shape: [32] },
    { name: "w2", shape: [32, 32, 3, 3] },
    { name: "b2", shape: [32] },
    { name: "w3", shape: [32 * Math.floor(size / 4) ** 2, 128] },
    { name: "b3", shape: [128] },
    { name: "w4", shape: [128, classes] },
    { name: "b4", shape: [classes] },
  ];
  const writeGraph = (_: unknown, pbf: PbfWriter): void => {
    for (const node of nodes) pbf.writeMessage(1, writeNode, node);
    pbf.writeStringField(2, "tutorial");
    for (const tensor of weights) pbf.writeMessage(5, writeWeights, tensor);
    pbf.writeMessage(11, writeValueInfo, { name: "x", shape: [batch, 3, size, size] });
    pbf.writeMessage(12, writeValueInfo, { name: "predictions", shape: [batch, classes] });
  };
  const pbf = new PbfWriter();
  pbf.writeVarintField(1, 8);
  pbf.writeMessage(7, writeGraph, undefined);
  const writeOpset = (version: number, p: PbfWriter): void => p.writeVarintField(2, version);
  pbf.writeMessage(8, writeOpset, 13);
  return pbf.finish();
}
