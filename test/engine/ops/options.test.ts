import { expect, test } from "vitest";
import {
  type Value,
  affine,
  averagePool2d,
  batchNorm,
  clip,
  conv2d,
  conv2dTranspose,
  createGraph,
  dropout,
  elu,
  hardSigmoid,
  input,
  leakyRelu,
  matmul,
  maxPool2d,
  normalize,
  oneHot,
  pad,
  reduceMax,
  reduceMean,
  reduceSum,
  reduceSumSquare,
  softmaxCrossEntropy,
  wasmBackend,
} from "../../../src/engine.ts";

// What plain JavaScript may hand over: TypeScript refuses it before.

const graph = createGraph();
const images = input(graph, "images", [2, 6, 6, 3]);
const filters = input(graph, "filters", [3, 3, 3, 4]);
const upwards = input(graph, "upwards", [3, 3, 4, 3]);
const rows = input(graph, "rows", [2, 3]);
const channel = input(graph, "channel", [3]);
const number = input(graph, "number", []);
const batch = { gamma: channel, beta: channel };
const moments = { ...batch, mean: channel, variance: channel };

/** An operation that is given some options beside those that it needs. */
type Given = (more: object) => unknown;

test.each<[string, Given, string, string]>([
  ["conv2d", (more) => conv2d(images, filters, more), "stride", "strides"],
  ["conv2d", (more) => conv2d(images, filters, more), "dilations", "dilation"],
  ["conv2dTranspose", (more) => conv2dTranspose(images, upwards, more), "output_padding", "outputPadding"],
  ["matmul", (more) => matmul(rows, rows, { transposeB: true, ...more }), "transpose_a", "transposeA"],
  ["maxPool2d", (more) => maxPool2d(images, more), "pool_size", "poolSize"],
  ["averagePool2d", (more) => averagePool2d(images, more), "count_padding", "countPadding"],
  ["averagePool2d", (more) => averagePool2d(images, more), "kernelSize", "poolSize"],
  ["batchNorm", (more) => batchNorm(images, { ...batch, ...more }), "epsilom", "epsilon"],
  ["normalize", (more) => normalize(images, { ...moments, ...more }), "variances", "variance"],
  ["dropout", (more) => dropout(rows, number, { rate: 0.5, ...more }), "salts", "salt"],
  ["reduceSum", (more) => reduceSum(rows, more), "axis", "axes"],
  ["reduceMax", (more) => reduceMax(rows, more), "keepdims", "keepDims"],
  ["reduceMean", (more) => reduceMean(rows, more), "keep_dims", "keepDims"],
  ["reduceSumSquare", (more) => reduceSumSquare(rows, more), "axs", "axes"],
  [
    "softmaxCrossEntropy",
    (more) => softmaxCrossEntropy(rows, rows, more),
    "label_smoothing",
    "labelSmoothing",
  ],
])("%s: an unknown option is named, and the nearest known one (%#)", (op, given, unknown, nearest) => {
  expect(() => given({ [unknown]: 1 })).toThrow(
    new RegExp(`^${op}: ${unknown}: expected one of .*${nearest}.*, received "${unknown}"; use ${nearest}$`),
  );
  expect(() => given({})).not.toThrow();
});

test.each<[string, (wrong: never) => Value]>([
  ["affine: scale", (wrong) => affine(rows, wrong)],
  ["affine: offset", (wrong) => affine(rows, 1, wrong)],
  ["clip: min", (wrong) => clip(rows, wrong, 1)],
  ["clip: max", (wrong) => clip(rows, 0, wrong)],
  ["elu: alpha", (wrong) => elu(rows, wrong)],
  ["leakyRelu: alpha", (wrong) => leakyRelu(rows, wrong)],
  ["hardSigmoid: alpha", (wrong) => hardSigmoid(rows, wrong)],
  ["hardSigmoid: beta", (wrong) => hardSigmoid(rows, 0.2, wrong)],
  ["oneHot", (wrong) => oneHot(rows, wrong)],
  ["pad: value", (wrong) => pad(rows, [0, 0], [1, 1], wrong)],
  ["reduceSum", (wrong) => reduceSum(rows, wrong)],
  ["conv2d", (wrong) => conv2d(images, filters, wrong)],
])("%s given as another kind of value is refused", (who, given) => {
  expect(() => given("2" as never)).toThrow(new RegExp(`^${who}: expected `));
});

test("wasmBackend names an unknown option, and starts no thread", async () => {
  await expect(wasmBackend({ workers: 2 } as object)).rejects.toThrow(
    /^wasmBackend: workers: .*; use threads$/,
  );
});
