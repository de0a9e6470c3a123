/**
 * Trains and uses image classifiers. Names and arguments are those of Keras and scikit-learn.
 *
 * In the examples `x` is 6 images, float32 [6, 8, 8, 3], `y` their classes, int32 [6], and `model` a small network for them.
 * @module fovea
 */

import { type Api, createApi } from "./api/index.ts";
import { openTree, readFile, sharpCodec, wasmBackend, writeAtomic } from "./platform/node/index.ts";

// Bound to this machine: its files, its processor, its clock, its standard output.
const api: Api = createApi({
  backend: wasmBackend,
  codec: sharpCodec(),
  openTree,
  readFile,
  writeAtomic,
  clock: () => performance.now(),
  log: (line) => void process.stdout.write(`${line}\n`),
});

/**
 * Reads a folder of labelled images (one folder a class, or a table), or a zip or tar of one, into arrays.
 * Files that are no images are listed in `skipped`. @throws FoveaError naming the path when it holds no labelled images
 * @example
 * const { x, y, classNames } = await imageFolder("pets", { size: 96 }); // x [n, 96, 96, 3] of bytes, y [n]
 */
export const imageFolder: Api["imageFolder"] = api.imageFolder;
/**
 * A model of layers one after the other (Keras: Sequential), ready for compile and fit.
 * @default name "sequential". @throws FoveaError when the list is empty or an input is not its first entry
 * @example
 * const net = sequential([
 *   input({ shape: [96, 96, 3] }),
 *   flatten(),
 *   dense({ units: 2, activation: "softmax" }),
 * ]);
 * net.compile({ optimizer: "adam" });
 */
export const sequential: Api["sequential"] = api.sequential;
/**
 * A model of the layers between two tensors, in functional style (Keras: Model): any graph without circles, of one input and one
 * output. Each layer is called once. @default name "functional". @throws FoveaError naming the layer whose input does not fit
 * @example
 * const inputs = input({ shape: [32, 32, 3] });
 * const skip = conv2d({ filters: 16, kernelSize: 3, padding: "same", activation: "relu" })(inputs);
 * const deeper = conv2d({ filters: 16, kernelSize: 3, padding: "same" })(skip);
 * const maps = activation("relu")(add([skip, deeper]));
 * const outputs = dense({ units: 2, activation: "softmax" })(globalAveragePooling2d()(maps));
 * const net = model({ inputs, outputs });
 */
export const model: Api["model"] = api.model;
/**
 * Reads a model file that `model.save` or `fovea train` wrote, and checks it by its proof images (Keras: load_model).
 * @throws FoveaError naming the file when it is none of ours, or damaged
 * @example
 * const loaded = await loadModel("runs/pets-1/model.safetensors");
 * const probabilities = await loaded.predict(x); // [n, classes]
 */
export const loadModel: Api["loadModel"] = api.loadModel;
/**
 * Reads a model file that was trained on images, given by path (of the file, or of its run folder) or as bytes, and keeps it ready.
 * `fovea/predict` exports the same, and loads nothing of training. @throws FoveaError naming the model file when it is none of
 * ours, damaged, or was not trained on images
 * @example
 * const predictor = await openPredictor("runs/pets-1");
 * const { label, probability } = await predictor.predict("new.jpg"); // one image: path, bytes or decoded
 * const answers = await predictor.predict(["a.jpg", "b.jpg"]); // each { label, … } or { path, error }
 * await predictor.close();
 */
export const openPredictor: Api["openPredictor"] = api.openPredictor;
/**
 * Decodes an image file, given by path or as bytes, exactly as training does: RGB bytes, turned upright, alpha laid on white.
 * @throws FoveaError naming the file when it is no whole image
 * @example
 * const { data } = resize(await decodeImage("new.jpg"), { height: 96, width: 96 });
 * const probabilities = await model.predict(ndarray(data, [1, 96, 96, 3]));
 */
export const decodeImage: Api["decodeImage"] = api.decodeImage;
/**
 * Classifies image files once, with a model file that was trained on images: one answer for each, in order. An image that cannot
 * be read has an `error` in its answer and does not stop the others. `openPredictor` keeps the model open for many calls.
 * @throws FoveaError naming the model file when it is none of ours, damaged, or was not trained on images
 * @example
 * const [first] = await predictImages("runs/pets-1", ["new.jpg"], { top: 1 });
 * if (first && "label" in first) console.log(first.label, first.probability);
 */
export const predictImages: Api["predictImages"] = api.predictImages;

// For other platforms: give createApi your own.
export { type Api, type PredictImagesOptions, createApi } from "./api/index.ts";
export type {
  ClassWeights,
  CompileOptions,
  EvaluationFigures,
  ExampleStream,
  Examples,
  FitCallback,
  FindLearningRateOptions,
  GradCamOptions,
  LearningRateTest,
  ImageFolder,
  ImageFolderOptions,
  LabelledArrays,
  Model,
  ModelEvaluateOptions,
  ModelFitOptions,
  Platform,
  RunOptions,
  Mixing,
  Sampling,
  SaveOptions,
  TrainingHistory,
} from "./api/index.ts";

// Arrays.
export {
  type ArrayInput,
  FoveaError,
  type NdArray,
  type NestedNumbers,
  type Numbers,
  type Shape,
  ndarray,
} from "./base/index.ts";
export {
  type GroupedRows,
  type TrainTestSplit,
  type TrainTestSplitOptions,
  toCategorical,
  trainTestSplit,
} from "./data/index.ts";

// Images to numbers.
export { centerCrop, rescale, resize, standardize } from "./data/index.ts";

// Augmentation.
export {
  randAugment,
  randomAutoContrast,
  randomBrightness,
  randomContrast,
  randomCrop,
  randomEqualization,
  randomErasing,
  randomFlip,
  randomGaussianBlur,
  randomGaussianNoise,
  randomGrayscale,
  randomHue,
  randomJpeg,
  randomPerspective,
  randomPosterization,
  randomQuarterTurn,
  randomResizedCrop,
  randomRotation,
  randomSaturation,
  randomSharpness,
  randomShear,
  randomShift,
  randomSolarization,
  randomStainJitter,
  randomTranslation,
  randomZoom,
  trivialAugmentWide,
} from "./data/index.ts";
export type { AugmentTransform } from "./data/index.ts";
export type {
  Codec,
  DecodeOptions,
  FileTree,
  GroupSource,
  SkippedFile,
  PrepareTransform,
  Raster,
  ResizeOptions,
  Transform,
  StoredRange,
} from "./data/index.ts";

// Layers.
export {
  activation,
  add,
  averagePooling2d,
  batchNormalization,
  concatenate,
  conv2d,
  conv2dTranspose,
  cropping2d,
  dense,
  depthwiseConv2d,
  dropout,
  elu,
  flatten,
  gaussianDropout,
  gaussianNoise,
  globalAveragePooling2d,
  globalMaxPooling2d,
  groupNormalization,
  input,
  layerNormalization,
  layerScale,
  leakyRelu,
  maxPooling2d,
  multiply,
  permute,
  prelu,
  relu,
  rescaling,
  reshape,
  separableConv2d,
  sliceChannels,
  spatialDropout2d,
  squeezeExcite,
  stochasticDepth,
  upSampling2d,
  zeroPadding2d,
} from "./nn/index.ts";
export {
  constant,
  identity,
  l1,
  l1L2,
  l2,
  randomNormal,
  randomUniform,
  truncatedNormal,
  varianceScaling,
  whitening,
} from "./nn/index.ts";
export type {
  Activation,
  Branch,
  CallableLayer,
  FunctionalOptions,
  Initializer,
  InputLayer,
  Layer,
  ModelLayer,
  ModelParameter,
  ModelSpec,
  Regularizer,
  SymbolicTensor,
} from "./nn/index.ts";
export { denseParameterCount } from "./nn/index.ts";

// Training.
export { adadelta, adagrad, adam, adamax, adamw, lamb, lion, muon, nadam, rmsprop, sgd } from "./nn/index.ts";
export {
  constantRate,
  cosine,
  cosineRestarts,
  exponentialDecay,
  multiStepDecay,
  oneCycle,
  plateau,
  polynomialDecay,
  stepDecay,
} from "./nn/index.ts";
export {
  binaryCrossentropy,
  binaryFocalCrossentropy,
  categoricalCrossentropy,
  categoricalFocalCrossentropy,
  huber,
  sparseCategoricalCrossentropy,
} from "./nn/index.ts";
export type { AnyLoss, CustomLoss, Loss, LossFunction, LossInputs } from "./nn/index.ts";
export type { Optimizer, LearningRateSchedule } from "./nn/index.ts";
export { type Message, type Written, withText, written } from "./messages/index.ts";
export type {
  AdviceCode,
  CustomMetric,
  FitAdviceEvent,
  FitAdviceWithdrawnEvent,
  FitBatchEvent,
  CheckpointEvent,
  EndEvent,
  EndReason,
  FitEpochEvent,
  EpochRecord,
  FitEvent,
  StartEvent,
  TrainingAdvice,
  TrainingControl,
  Weights,
} from "./train/index.ts";

// Figures.
export {
  type ClassMetrics,
  type Metrics,
  type MetricsOptions,
  classificationMetrics,
} from "./evaluate/index.ts";
export type {
  BackendOptions,
  ClassProbability,
  ImageBytes,
  ImageFailure,
  ImageInput,
  ImagePrediction,
  PredictOptions,
  Predictor,
  PredictorOptions,
} from "./predict/index.ts";

// Explanations.
export { type HeatMap, type OverlayOptions, overlay } from "./explain/index.ts";

// Named architectures.
export { type ModelOptions, buildModel, modelNames } from "./models/index.ts";
