// Element by element, two values.
export { add } from "./elementwise/add.ts";
export { divide } from "./elementwise/divide.ts";
export { equal } from "./elementwise/equal.ts";
export { maximum, minimum } from "./elementwise/maximum.ts";
export { multiply } from "./elementwise/multiply.ts";
export { subtract } from "./elementwise/subtract.ts";

// Element by element, one value.
export { absoluteValue } from "./elementwise/absoluteValue.ts";
export { affine, negate } from "./elementwise/affine.ts";
export { clip, relu6 } from "./activation/clip.ts";
export { elu } from "./activation/elu.ts";
export { exp } from "./elementwise/exp.ts";
export { gelu, geluTanh } from "./activation/gelu.ts";
export { hardSigmoid } from "./activation/hardSigmoid.ts";
export { hardSwish } from "./activation/hardSwish.ts";
export { leakyRelu } from "./activation/leakyRelu.ts";
export { log } from "./elementwise/log.ts";
export { mish } from "./activation/mish.ts";
export { relu } from "./activation/relu.ts";
export { selu } from "./activation/selu.ts";
export { sigmoid } from "./activation/sigmoid.ts";
export { silu } from "./activation/silu.ts";
export { hardShrink, softShrink, tanhShrink } from "./activation/shrink.ts";
export { softplus } from "./activation/softplus.ts";
export { softsign } from "./activation/softsign.ts";
export { squareplus } from "./activation/squareplus.ts";
export { threshold } from "./activation/threshold.ts";
export { flushSubnormals } from "./elementwise/flushSubnormals.ts";
export { sqrt } from "./elementwise/sqrt.ts";
export { tanh } from "./activation/tanh.ts";

// Given, filled like another value, or at random.
export { constant } from "./creation/constant.ts";
export { type DropoutOptions, dropout } from "./creation/dropout.ts";
export { type GaussianOptions, gaussian } from "./creation/gaussian.ts";
export { ones } from "./creation/fill.ts";
export { oneHot } from "./creation/oneHot.ts";

// Other shapes of the same numbers.
export { broadcastTo } from "./reduction/reduceSum.ts";
export { concat } from "./shape/concat.ts";
export { flatten, reshape } from "./shape/reshape.ts";
export { pad, slice } from "./shape/slice.ts";
export { transpose } from "./shape/transpose.ts";
export { upsampleBilinear2d } from "./shape/upsampleBilinear2d.ts";

// Fewer numbers.
export { argmax } from "./reduction/argmax.ts";
export { type ReduceOptions, reduceSum } from "./reduction/reduceSum.ts";
export { reduceMax, reduceMean, reduceSumSquare } from "./reduction/reduce.ts";

// Layers.
export { averagePool2d } from "./pooling/averagePool2d.ts";
export { type BatchNormOptions, batchNorm } from "./normalization/batchNorm.ts";
export { type Conv2dOptions, conv2d } from "./linear/conv2d.ts";
export { type Conv2dTransposeOptions, conv2dTranspose } from "./linear/conv2dTranspose.ts";
export { type MatmulAttributes, matmul } from "./linear/matmul.ts";
export { maxPool2d, maxPool2dWithPositions } from "./pooling/maxPool2d.ts";
export {
  type GroupNormOptions,
  type LayerNormOptions,
  groupNorm,
  layerNorm,
} from "./normalization/groupNorm.ts";
export { type NormalizeOptions, normalize } from "./normalization/normalize.ts";
export type { PoolOptions } from "./pooling/pool.ts";
export { logSoftmax, softmax } from "./normalization/softmax.ts";
export type { Padding } from "./window.ts";

// Losses.
export { binaryCrossEntropy, meanSquaredError } from "./loss/losses.ts";
export { type SoftmaxCrossEntropyOptions, softmaxCrossEntropy } from "./loss/softmaxCrossEntropy.ts";
