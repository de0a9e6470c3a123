// Element by element, two values.
export { add } from "./add.ts";
export { divide } from "./divide.ts";
export { equal } from "./equal.ts";
export { maximum, minimum } from "./maximum.ts";
export { multiply } from "./multiply.ts";
export { subtract } from "./subtract.ts";

// Element by element, one value.
export { affine, negate } from "./affine.ts";
export { clip, relu6 } from "./clip.ts";
export { elu } from "./elu.ts";
export { exp } from "./exp.ts";
export { gelu, geluTanh } from "./gelu.ts";
export { hardSigmoid } from "./hardSigmoid.ts";
export { hardSwish } from "./hardSwish.ts";
export { leakyRelu } from "./leakyRelu.ts";
export { log } from "./log.ts";
export { mish } from "./mish.ts";
export { relu } from "./relu.ts";
export { selu } from "./selu.ts";
export { sigmoid } from "./sigmoid.ts";
export { silu } from "./silu.ts";
export { softplus } from "./softplus.ts";
export { sqrt } from "./sqrt.ts";
export { tanh } from "./tanh.ts";

// Filled like another value, or at random.
export { type DropoutOptions, dropout } from "./dropout.ts";
export { ones } from "./fill.ts";
export { oneHot } from "./oneHot.ts";

// Other shapes of the same numbers.
export { broadcastTo } from "./broadcast.ts";
export { concat } from "./concat.ts";
export { flatten, reshape } from "./reshape.ts";
export { pad, slice } from "./slice.ts";
export { transpose } from "./transpose.ts";

// Fewer numbers.
export { argmax } from "./argmax.ts";
export { type ReduceOptions, reduceSum } from "./broadcast.ts";
export { reduceMax, reduceMean, reduceSumSquare } from "./reduce.ts";

// Layers.
export { averagePool2d } from "./averagePool2d.ts";
export { type BatchNormOptions, batchNorm } from "./batchNorm.ts";
export { type Conv2dOptions, conv2d } from "./conv2d.ts";
export { type MatmulAttributes, matmul } from "./matmul.ts";
export { maxPool2d, maxPool2dWithPositions } from "./maxPool2d.ts";
export { type NormalizeOptions, normalize } from "./normalize.ts";
export type { PoolOptions } from "./pool.ts";
export { logSoftmax, softmax } from "./softmax.ts";
export type { Padding } from "./window.ts";

// Losses.
export { binaryCrossEntropy, meanSquaredError } from "./losses.ts";
export { type SoftmaxCrossEntropyOptions, softmaxCrossEntropy } from "./softmaxCrossEntropy.ts";
