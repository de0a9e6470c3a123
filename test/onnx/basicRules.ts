import {
  type ReduceOptions,
  type Value,
  add,
  affine,
  argmax,
  broadcastTo,
  clip,
  concat,
  divide,
  elu,
  exp,
  gelu,
  geluTanh,
  hardSigmoid,
  hardSwish,
  leakyRelu,
  log,
  logSoftmax,
  matmul,
  mish,
  multiply,
  negate,
  ones,
  pad,
  reduceMax,
  reduceMean,
  reduceSum,
  reduceSumSquare,
  relu,
  reshape,
  selu,
  sigmoid,
  silu,
  slice,
  softmax,
  softplus,
  sqrt,
  subtract,
  tanh,
  transpose,
} from "../../src/engine/index.ts";
import { type Call, type Rule, axisFrom, one } from "./call.ts";

const unary = (make: (x: Value) => Value): Rule => one((call) => make(call.value(0)));
const binary = (make: (a: Value, b: Value) => Value): Rule =>
  one((call) => make(call.value(0), call.value(1)));
const size = (shape: readonly number[]): number => shape.reduce((product, extent) => product * extent, 1);

const reduction = (make: (x: Value, options: ReduceOptions) => Value): Rule =>
  one((call) => {
    const x = call.value(0);
    const axes = call.constant(1) ?? [];
    if (axes.length === 0 && call.number("noop_with_empty_axes", 0) === 1) return x;
    return make(x, { ...(axes.length > 0 && { axes }), keepDims: call.number("keepdims", 1) === 1 });
  });

function argMaxOf(call: Call): Value {
  const x = call.value(0);
  const axis = axisFrom(call.number("axis", 0), x.shape.length);
  const last = call.number("select_last_index", 0) === 1;
  const extent = x.shape[axis]!;
  const backwards = x.shape.map((_, i) => (i === axis ? -1 : 1));
  const starts = x.shape.map((_, i) => (i === axis ? extent - 1 : 0));
  const ends = x.shape.map((n, i) => (i === axis ? -extent - 1 : n));
  const found = last
    ? affine(argmax(slice(x, starts, ends, backwards), axis), -1, extent - 1)
    : argmax(x, axis);
  return call.number("keepdims", 1) === 1 ? reshape(found, x.shape.with(axis, 1)) : found;
}

function flattened(call: Call): Value {
  const x = call.value(0);
  const axis = axisFrom(call.number("axis", 1), x.shape.length);
  return reshape(x, [size(x.shape.slice(0, axis)), size(x.shape.slice(axis))]);
}

function reshaped(call: Call): Value {
  const x = call.value(0);
  const asked = call.constant(1)!.map((extent, i) => (extent === 0 ? x.shape[i]! : extent));
  const rest = size(x.shape) / size(asked.filter((extent) => extent !== -1));
  return reshape(
    x,
    asked.map((extent) => (extent === -1 ? rest : extent)),
  );
}

function expanded(call: Call): Value {
  const x = call.value(0);
  const asked = call.constant(1)!;
  // ONNX lets the input's own extents win over 1s in the asked shape.
  const lead = Math.max(0, x.shape.length - asked.length);
  const shape = [...x.shape.slice(0, lead), ...asked].map((extent, i, all) =>
    Math.max(extent, x.shape[i - all.length + x.shape.length] ?? 1),
  );
  return broadcastTo(x, shape);
}

function padded(call: Call): Value {
  const x = call.value(0);
  const rank = x.shape.length;
  const axes = (call.constant(3) ?? x.shape.map((_, i) => i)).map((axis) => axisFrom(axis, rank));
  const pads = call.constant(1)!;
  const side = (from: number): number[] =>
    x.shape.map((_, i) => (axes.includes(i) ? pads[from + axes.indexOf(i)]! : 0));
  return pad(x, side(0), side(axes.length), call.constant(2)?.[0] ?? 0);
}

function sliced(call: Call): Value {
  const x = call.value(0);
  const [starts, ends] = [call.constant(1)!, call.constant(2)!];
  const axes = (call.constant(3) ?? starts.map((_, i) => i)).map((axis) => axisFrom(axis, x.shape.length));
  const steps = call.constant(4) ?? starts.map(() => 1);
  const full = (given: readonly number[], rest: (i: number) => number): number[] =>
    x.shape.map((_, i) => (axes.includes(i) ? given[axes.indexOf(i)]! : rest(i)));
  return slice(
    x,
    full(starts, () => 0),
    full(ends, (i) => x.shape[i]!),
    full(steps, () => 1),
  );
}

/** Matrix i of a stack [n, rows, columns]. */
const matrix = (stack: Value, i: number): Value =>
  reshape(slice(stack, [i, 0, 0], [i + 1, stack.shape[1]!, stack.shape[2]!]), stack.shape.slice(1));

/** Products of the matrices in the last two axes, one pair at a time. */
function batchedMatmul(call: Call): Value {
  const [a, b] = [call.value(0), call.value(1)];
  if (a.shape.length === 2) return matmul(a, b);
  const lead = size(a.shape.slice(0, -2));
  const stack = (x: Value): Value => reshape(x, [lead, ...x.shape.slice(-2)]);
  const [stackA, stackB] = [stack(a), stack(b)];
  const products = Array.from({ length: lead }, (_, i) => matmul(matrix(stackA, i), matrix(stackB, i)));
  return reshape(concat(products, 0), [...a.shape.slice(0, -1), b.shape.at(-1)!]);
}

function gemm(call: Call): Value {
  const options = { transposeA: call.number("transA", 0) === 1, transposeB: call.number("transB", 0) === 1 };
  const product = affine(matmul(call.value(0), call.value(1), options), call.number("alpha", 1));
  const c = call.optional(2);
  return c ? add(product, affine(c, call.number("beta", 1))) : product;
}

function swish(call: Call): Value {
  const [x, alpha] = [call.value(0), call.number("alpha", 1)];
  return alpha === 1 ? silu(x) : multiply(x, sigmoid(affine(x, alpha)));
}

function prelu(call: Call): Value {
  const x = call.value(0);
  return subtract(relu(x), multiply(call.value(1), relu(negate(x))));
}

/** Rules for nodes that know nothing of images. */
export const basicRules: Readonly<Record<string, Rule>> = {
  Add: binary(add),
  Sub: binary(subtract),
  Mul: binary(multiply),
  Div: binary(divide),
  Neg: unary(negate),
  Exp: unary(exp),
  Log: unary(log),
  Sqrt: unary(sqrt),
  Relu: unary(relu),
  Sigmoid: unary(sigmoid),
  Tanh: unary(tanh),
  Softplus: unary(softplus),
  Mish: unary(mish),
  HardSwish: unary(hardSwish),
  Identity: unary((x) => x),
  Gelu: one((call) => (call.text("approximate", "none") === "tanh" ? geluTanh : gelu)(call.value(0))),
  LeakyRelu: one((call) => leakyRelu(call.value(0), call.number("alpha", 0.01))),
  Elu: one((call) => elu(call.value(0), call.number("alpha", 1))),
  Selu: one((call) =>
    selu(call.value(0), call.number("alpha", 1.6732632423543772), call.number("gamma", 1.0507009873554805)),
  ),
  HardSigmoid: one((call) => hardSigmoid(call.value(0), call.number("alpha", 0.2), call.number("beta", 0.5))),
  Swish: one(swish),
  PRelu: one(prelu),
  Clip: one((call) =>
    clip(call.value(0), call.constant(1)?.[0] ?? -Infinity, call.constant(2)?.[0] ?? Infinity),
  ),
  // At inference nothing is dropped, and the mask says so.
  Dropout: (call) => [call.value(0), ones(call.value(0))],
  Softmax: one((call) => softmax(call.value(0), call.number("axis", -1))),
  LogSoftmax: one((call) => logSoftmax(call.value(0), call.number("axis", -1))),
  ArgMax: one(argMaxOf),
  ReduceSum: reduction(reduceSum),
  ReduceMean: reduction(reduceMean),
  ReduceMax: reduction(reduceMax),
  ReduceSumSquare: reduction(reduceSumSquare),
  Flatten: one(flattened),
  Reshape: one(reshaped),
  Expand: one(expanded),
  Transpose: one((call) => transpose(call.value(0), call.numbers("perm"))),
  Concat: one((call) =>
    concat(
      Array.from({ length: call.count }, (_, i) => call.value(i)),
      call.number("axis", 0),
    ),
  ),
  Pad: one(padded),
  Slice: one(sliced),
  MatMul: one(batchedMatmul),
  Gemm: one(gemm),
};
