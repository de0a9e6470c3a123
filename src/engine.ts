/**
 * The compiler below the networks, for programs of your own.
 *
 * In the examples `graph` is an empty graph, `x` an input [2, 3] of it, and `images` an input [1, 8, 8, 3].
 * @module fovea/engine
 * @example
 * const net = createGraph();
 * const x = input(net, "x", [4, 3]);
 * const w = parameter(net, "w", [3, 2]);
 * const y = relu(matmul(x, w)); // [4, 2]
 * const [gradient] = differentiate(reduceSum(y), [w]);
 * const backend = await wasmBackend({ threads: 1 });
 * const session = await backend.open({ step: { graph: net, outputs: { y, ...(gradient && { gradient }) } } });
 * await session.write("w", [1, 0, 0, 1, 1, 1]);
 * const { y: numbers } = await session.run("step", { x: new Float32Array(12).fill(1) });
 * await backend.close();
 * numbers; // → [2, 2, 2, 2, 2, 2, 2, 2]
 */

// Graphs: arrays with a shape and, but for constants, no numbers, and what is computed of them.
export {
  type DType,
  type Graph,
  type Node,
  type Role,
  type Value,
  type ArrayType,
  createGraph,
  differentiate,
  input,
  parameter,
  update,
} from "./engine/index.ts";

// Backends run them. Where there is no Node, give wasmBackendOn workers that call serveWorker.
export {
  type Arithmetic,
  type Backend,
  type MemoryUse,
  type Port,
  type Program,
  type ServeOptions,
  type Session,
  type WasmOptions,
  type WorkerHandle,
  referenceBackend,
  serveWorker,
  wasmBackendOn,
} from "./engine/index.ts";
export { type NodeBackendOptions, wasmBackend } from "./platform/node/index.ts";

// Ops, element by element.
export {
  absoluteValue,
  add,
  affine,
  clip,
  divide,
  elu,
  equal,
  exp,
  gelu,
  geluTanh,
  hardShrink,
  hardSigmoid,
  hardSwish,
  leakyRelu,
  log,
  maximum,
  minimum,
  mish,
  multiply,
  negate,
  relu,
  relu6,
  selu,
  sigmoid,
  silu,
  softShrink,
  softplus,
  softsign,
  sqrt,
  squareplus,
  subtract,
  tanh,
  tanhShrink,
  threshold,
} from "./engine/index.ts";

// Ops that fill, reshape or reduce.
export {
  type DropoutOptions,
  type GaussianOptions,
  type ReduceOptions,
  argmax,
  broadcastTo,
  concat,
  constant,
  dropout,
  flatten,
  gaussian,
  oneHot,
  ones,
  pad,
  reduceMax,
  reduceMean,
  reduceSum,
  reduceSumSquare,
  reshape,
  slice,
  transpose,
  upsampleBilinear2d,
} from "./engine/index.ts";

// Ops of layers and losses.
export {
  type BatchNormOptions,
  type Conv2dOptions,
  type Conv2dTransposeOptions,
  type GroupNormOptions,
  type LayerNormOptions,
  type MatmulAttributes,
  type NormalizeOptions,
  type Padding,
  type PoolOptions,
  type SoftmaxCrossEntropyOptions,
  averagePool2d,
  batchNorm,
  binaryCrossEntropy,
  conv2d,
  conv2dTranspose,
  groupNorm,
  layerNorm,
  logSoftmax,
  matmul,
  maxPool2d,
  meanSquaredError,
  normalize,
  softmax,
  softmaxCrossEntropy,
} from "./engine/index.ts";

export { FoveaError, type Shape } from "./base/index.ts";
