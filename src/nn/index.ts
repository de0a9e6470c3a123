// Layers, named as in Keras.
export type { Activation } from "./activations.ts";
export {
  type Elu,
  type EluLayerOptions,
  type LeakyRelu,
  type LeakyReluLayerOptions,
  type Prelu,
  type PreluLayerOptions,
  type Relu,
  type ReluLayerOptions,
  elu,
  leakyRelu,
  prelu,
  relu,
} from "./layers/activationLayers.ts";
export {
  type BatchNormalization,
  type BatchNormalizationLayerOptions,
  batchNormalization,
} from "./layers/batchNormalization.ts";
export { type Conv2d, type Conv2dLayerOptions, conv2d } from "./layers/convolution/conv2d.ts";
export { type Dense, type DenseLayerOptions, dense } from "./layers/dense.ts";
export {
  type DepthwiseConv2d,
  type DepthwiseConv2dLayerOptions,
  depthwiseConv2d,
} from "./layers/convolution/depthwiseConv2d.ts";
export { add, concatenate, multiply } from "./layers/merge.ts";
export {
  type AveragePooling2d,
  type GlobalAveragePooling2d,
  type GlobalMaxPooling2d,
  type GlobalPooling2dLayerOptions,
  type MaxPooling2d,
  type Pooling2dLayerOptions,
  averagePooling2d,
  globalAveragePooling2d,
  globalMaxPooling2d,
  maxPooling2d,
} from "./layers/pooling.ts";
export {
  type Cropping2d,
  type Cropping2dLayerOptions,
  type Edges,
  type EdgesOption,
  type ZeroPadding2d,
  type ZeroPadding2dLayerOptions,
  cropping2d,
  zeroPadding2d,
} from "./layers/edges.ts";
export {
  type Permute,
  type PermuteLayerOptions,
  type Reshape,
  type ReshapeLayerOptions,
  permute,
  reshape,
} from "./layers/reshaping.ts";
export {
  type GroupNormalization,
  type GroupNormalizationLayerOptions,
  type LayerNormalization,
  type LayerNormalizationLayerOptions,
  groupNormalization,
  layerNormalization,
} from "./layers/normalization.ts";
export {
  type GaussianDropout,
  type GaussianDropoutLayerOptions,
  type GaussianNoise,
  type GaussianNoiseLayerOptions,
  type SpatialDropout2d,
  type SpatialDropout2dLayerOptions,
  type StochasticDepth,
  type StochasticDepthLayerOptions,
  gaussianDropout,
  gaussianNoise,
  spatialDropout2d,
  stochasticDepth,
} from "./layers/noise.ts";
export {
  type LayerScale,
  type LayerScaleLayerOptions,
  type SliceChannels,
  type SliceChannelsLayerOptions,
  layerScale,
  sliceChannels,
} from "./layers/channels.ts";
export {
  type SeparableConv2d,
  type SeparableConv2dLayerOptions,
  separableConv2d,
} from "./layers/convolution/separableConv2d.ts";
export {
  type Conv2dTranspose,
  type Conv2dTransposeLayerOptions,
  conv2dTranspose,
} from "./layers/convolution/conv2dTranspose.ts";
export { type UpSampling2d, type UpSampling2dLayerOptions, upSampling2d } from "./layers/upSampling2d.ts";
export type { Named, ParameterSpec } from "./layers/rule.ts";
export {
  type ActivationLayer,
  type Dropout,
  type DropoutLayerOptions,
  type Flatten,
  type Rescaling,
  type RescalingLayerOptions,
  activation,
  dropout,
  flatten,
  rescaling,
} from "./layers/stateless.ts";
export { type Regularizer, l1, l1L2, l2 } from "./regularizers.ts";
export { type SqueezeExciteOptions, squeezeExcite } from "./blocks.ts";
export {
  type Initializer,
  type Whitening,
  constant,
  identity,
  isWhitening,
  randomNormal,
  randomUniform,
  truncatedNormal,
  varianceScaling,
  whitening,
} from "./model/initializers.ts";
export { drawInitial } from "./model/drawInitial.ts";
export type { TestTimeAugmentation } from "./model/testTime.ts";
export { viewCount, withoutViews } from "./views.ts";
export { freezingEpochs, frozenAfter } from "./model/frozen.ts";

// Models.
export type { CallableLayer, SymbolicTensor } from "./layers/callable.ts";
export { input } from "./functional/input.ts";
export { type FunctionalOptions, functionalModel } from "./functional/model.ts";
export {
  type InputLayer,
  type ModelSpec,
  type SequentialOptions,
  inputShapeOf,
  parseShape,
  sequential,
} from "./model/model.ts";
export { type ModelLayer, type ModelParameter, layersOf } from "./model/layerList.ts";
export { parseModel } from "./model/parse.ts";
export { initialize, parametersOf } from "./model/parameters.ts";
export {
  type Summary,
  type SummaryRow,
  denseParameterCount,
  inferShapes,
  outputShapeOf,
  renderSummary,
  summarize,
  trainingFlops,
} from "./model/summary.ts";
export { type LayerSize, type ModelSize, modelSize } from "./model/modelSize.ts";

// Training and use.
export { type InferenceOptions, inferenceProgram } from "./inference.ts";
export { type NormStatistics, statisticsProgram } from "./training/statistics.ts";
export { type EvaluationOptions, type EvaluationProgram, evaluationProgram } from "./training/evaluation.ts";
export {
  type AnyLoss,
  type CustomLoss,
  type LossFunction,
  type LossInputs,
  isPlainLoss,
  parseAnyLoss,
} from "./training/losses/custom.ts";
export {
  type BinaryCrossentropy,
  type BinaryFocalCrossentropy,
  type CategoricalCrossentropy,
  type CategoricalFocalCrossentropy,
  type CategoricalHinge,
  type Huber,
  type Loss,
  type LossName,
  type LossSpec,
  type MeanAbsoluteError,
  type MeanSquaredError,
  type SparseCategoricalCrossentropy,
  binaryCrossentropy,
  binaryFocalCrossentropy,
  categoricalCrossentropy,
  categoricalFocalCrossentropy,
  huber,
  lossSpec,
  parseLoss,
  sparseCategoricalCrossentropy,
} from "./training/losses/loss.ts";
export { lossName, takesTargets, targetShapes, wholeBatchBesideWeights } from "./training/losses/rule.ts";
export {
  type Adadelta,
  type Adagrad,
  type Adam,
  type Adamax,
  type Adamw,
  type Lamb,
  type Lion,
  type Lookahead,
  type Muon,
  type Nadam,
  type Optimizer,
  type OptimizerOptions,
  type Rmsprop,
  type Sgd,
  adadelta,
  adagrad,
  adam,
  adamax,
  adamw,
  lamb,
  lion,
  muon,
  nadam,
  optimizerNames,
  parseOptimizer,
  rmsprop,
  sgd,
} from "./training/optimizers/index.ts";
export {
  type ConstantRate,
  type Cosine,
  type CosineRestarts,
  type ExponentialDecay,
  type LearningRateSchedule,
  type MomentumRange,
  type MonitoredEpoch,
  type MultiStepDecay,
  type OneCycle,
  type Plateau,
  type PolynomialDecay,
  type StepDecay,
  constantRate,
  cosine,
  cosineRestarts,
  exponentialDecay,
  learningRateAt,
  momentumAt,
  multiStepDecay,
  oneCycle,
  parseMilestones,
  parseSchedule,
  plateau,
  polynomialDecay,
  readPlateau,
  stepDecay,
} from "./training/schedules/index.ts";
export { type ScoreOptions, type ScoreProgram, scoreProgram } from "./scores.ts";
export {
  type TrainingOptions,
  type TrainingProgram,
  lossProgram,
  trainingProgram,
} from "./training/training.ts";
export { accumulates, scalarsAt, withMomentum } from "./training/updates.ts";
export { type Fields, readFields } from "./model/fields.ts";
export {
  ABOVE_ZERO,
  type Parse,
  parseFlag,
  parseIf,
  parseOneOf,
  parseWhole,
  parseWithin,
} from "./model/values.ts";
export { atTemperature, logProbability, meanProbabilities } from "./temperature.ts";
export type { Add, Branch, Concatenate, Layer, Multiply } from "./layers/layer.ts";
