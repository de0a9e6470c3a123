import type { ArrayInput, NdArray, Shape } from "../base/index.ts";
import type { AugmentName, AugmentTransform, Transform } from "../data/index.ts";
import type { ClassWeights } from "../evaluate/index.ts";
import type { AnyLoss, ModelLayer, ModelSpec, Optimizer, LearningRateSchedule } from "../nn/index.ts";
import type {
  BatchNormStatistics,
  CustomMetric,
  FitEvent,
  LearningRateSuggestion,
  RangeTestRun,
  Mixing,
  Sampling,
  StoppingOptions,
  Weights,
} from "../train/index.ts";
import type { FitCallback } from "./callbacks.ts";
import type { Examples, LabelledArrays } from "./examples/types.ts";
import type { ExampleStream } from "./examples/stream.ts";
import type { TrainingHistory } from "./history.ts";
import type { BackendOptions } from "../predict/index.ts";

/**
 * Options of `model.compile` (Keras: Model.compile).
 * @example
 * const options: CompileOptions = { optimizer: adam({ learningRate: 0.01 }), loss: "sparseCategoricalCrossentropy" };
 * model.compile(options);
 */
export interface CompileOptions {
  /** By name with its defaults, or made by adam({ … }) and the like. @default "adam" */
  readonly optimizer?: Optimizer["type"] | Optimizer;
  /**
   * What training minimises: a name, a loss with options such as { type: "huber", delta: 0.5 }, or a function of one's own from the ops
   * of `fovea/engine`. It has to fit the last activation. @default "sparseCategoricalCrossentropy"
   */
  readonly loss?: AnyLoss;
  /** Accuracy is always measured; figures of one's own stand in the history beside it. @default ["accuracy"] */
  readonly metrics?: readonly ("accuracy" | CustomMetric)[];
  /**
   * "accuracy": measured once more with each example counting by its weight, as `weightedAccuracy` among the figures of one's own; these
   * are given the weights anyway. @default none
   */
  readonly weightedMetrics?: readonly "accuracy"[];
}

/**
 * What `model.evaluate` measured.
 * @example
 * const errorRate = ({ accuracy }: EvaluationFigures): number => 1 - accuracy;
 */
export interface EvaluationFigures {
  /** Mean over the examples, in the units of the loss. */
  readonly loss: number;
  /** Fraction that is correct, in [0, 1]. */
  readonly accuracy: number;
  /** One's own figures, by name; absent without any. */
  readonly metrics?: Readonly<Record<string, number>>;
}

/**
 * Options of `model.fit` (Keras: Model.fit).
 * @example
 * const options: ModelFitOptions = {
 *   epochs: 20,
 *   batchSize: 16,
 *   validationData: [x, y],
 *   monitor: "loss",
 *   patience: 3,
 *   restoreBestWeights: true,
 *   onEvent: (event) => event.type === "epoch" && console.log(event.epoch, event.loss),
 * };
 */
export interface ModelFitOptions extends BackendOptions, StoppingOptions, Mixing {
  /** Examples of a training step, a whole number from 1. @default 32 */
  readonly batchSize?: number;
  /** Passes over x, a whole number from 1. @default 1 */
  readonly epochs?: number;
  /** Steps of an epoch, a whole number from 1; for streams, which must give it, and for them alone. */
  readonly stepsPerEpoch?: number;
  /**
   * Factor of each training example's loss, [n], each 0 or more; a stream gives [x, y, weights] instead. The loss of a batch is
   * Σ weight·loss / examples, as in Keras; accuracy counts every example once. @default 1 each, or those of the folder
   */
  readonly sampleWeight?: ArrayInput;
  /**
   * Factor of each class in the training loss, by class name or index, above 0 (1 for classes that are not named), times the example's
   * own; "balanced": n / (classes · examples of the class), as scikit-learn has it. Validation is not weighted by it.
   */
  readonly classWeight?: ClassWeights;
  /**
   * Which rows an epoch takes: each once, or ("balanced") as many draws with each class as often as any other; rows of a rare class
   * repeat, each time augmented anew. Not for streams. @default "shuffled"
   */
  readonly sampling?: Sampling;
  /** Examples that are not trained on, as [x, y], [x, y, weights] or a folder's; they are measured after each epoch. */
  readonly validationData?: Examples | LabelledArrays;
  /**
   * Random changes of the training images, drawn anew in each epoch: a list of steps, or the name of a set. x is to be bytes,
   * [n, H, W, 3] or [n, H, W, 1], as `imageFolder` reads them; validationData is never augmented.
   * @default "none"
   */
  readonly augment?: AugmentName | readonly AugmentTransform[];
  /** Seed of the initial weights, the order of the examples, augmentation and dropout. @default 0 */
  readonly seed?: number;
  /** Learning rate over the steps. @default the optimiser's learning rate, constant */
  readonly schedule?: LearningRateSchedule;
  /**
   * Where validation and the model's weights have mean and variance of batch norm from: "precise": estimated after each epoch for its
   * weights, from training examples; "moving": moving averages over the steps, as in Keras, which trail the weights. Of streams always
   * "moving". @default "precise"
   */
  readonly batchNormStatistics?: BatchNormStatistics;
  /** Keep the weights of the best epoch, by `monitor`, instead of the last. @default false, as Keras */
  readonly restoreBestWeights?: boolean;
  /** Position = class index; names classes in advice and in the saved file. */
  readonly classNames?: readonly string[];
  /** Called in their order while the model trains; each is waited for. */
  readonly callbacks?: readonly FitCallback[];
  /** Called with every event: start, batch, epoch, advice, end …; narrow it by `type`. */
  readonly onEvent?: (event: FitEvent) => void;
  /** Stops training after the current step; the weights are kept. */
  readonly signal?: AbortSignal;
  /** One line an epoch to the platform's log. @default true */
  readonly verbose?: boolean;
}

/**
 * Options of `model.predict`; `evaluate` and `gradCam` take them too.
 * @example
 * const options: RunOptions = { batchSize: 64, threads: 2 };
 */
export interface RunOptions extends BackendOptions {
  /** Examples computed at a time, from 1; the results do not depend on it. @default 32; predict: 1 of few rows, else up to 16 */
  readonly batchSize?: number;
}

/**
 * Options of `model.evaluate`.
 * @example
 * const options: ModelEvaluateOptions = { sampleWeight: [1, 1, 1, 1, 1, 0.5], batchSize: 64 };
 */
export interface ModelEvaluateOptions extends RunOptions {
  /**
   * Factor of each example's loss, [n], each 0 or more. The loss is Σ weight·loss / examples, as in Keras; accuracy counts every
   * example once, `weightedMetrics` of `compile` by its weight. @default 1 each
   */
  readonly sampleWeight?: ArrayInput;
}

/**
 * Options of `model.findLearningRate`; what `fit` has too means the same.
 * @example
 * const options: FindLearningRateOptions = { batchSize: 16, runs: 5, maxLearningRate: 1 };
 */
export interface FindLearningRateOptions
  extends
    BackendOptions,
    Mixing,
    Pick<ModelFitOptions, "sampleWeight" | "classWeight" | "classNames" | "sampling" | "augment"> {
  /** Examples of a step, a whole number from 1. @default 32 */
  readonly batchSize?: number;
  /** Runs, each from other initial weights, a whole number from 1. @default 3 */
  readonly runs?: number;
  /** Steps of a run that does not diverge, a whole number from 10. @default 100 */
  readonly steps?: number;
  /** First learning rate, above 0. @default 1e-6 */
  readonly minLearningRate?: number;
  /** Last learning rate, above the first. @default 10 */
  readonly maxLearningRate?: number;
  /** Seed of the first run; each next one has the number after it. Augmentation draws by the first. @default 0 */
  readonly seed?: number;
  /** Ends the test: it then throws the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * What range tests of the learning rate show.
 * @example
 * const rateOf = ({ suggestion }: LearningRateTest): number => suggestion?.learningRate ?? 0.001;
 */
export interface LearningRateTest {
  /** Learning rate, loss and smoothed loss of every step, run by run. */
  readonly runs: readonly RangeTestRun[];
  /** A tenth of the rate at which the smoothed loss is lowest, with its range over the runs; absent where no run's loss fell by 5%. */
  readonly suggestion?: LearningRateSuggestion;
}

/**
 * Options of `model.gradCam`.
 * @example
 * const options: GradCamOptions = { classes: [0, 1], layer: "conv2d_1" };
 */
export interface GradCamOptions extends RunOptions {
  /** Class index to explain for each row of x. @default the most probable ones */
  readonly classes?: ArrayLike<number>;
  /** Name of the layer to look at. @default the last convolution, with the batch norm and activation behind it */
  readonly layer?: string;
}

/**
 * Options of `model.save`.
 * @example
 * const options: SaveOptions = {
 *   classNames: ["cat", "dog"],
 *   transforms: [resize({ height: 96, width: 96 }), rescale({ scale: 1 / 255 })],
 * };
 */
export interface SaveOptions {
  /** Position = class index; two for one sigmoid unit, of the labels 0 and 1. @default "0", "1", … */
  readonly classNames?: readonly string[];
  /** How an image becomes a row of x, so that the file can be used on images. @default none */
  readonly transforms?: readonly Transform[];
}

/**
 * A model with its weights; names and order of arguments as in Keras.
 * @example
 * const net: Model = sequential([input({ shape: [8, 8, 3] }), flatten(), dense({ units: 2, activation: "softmax" })]);
 * net.compile({ optimizer: "adam", loss: "sparseCategoricalCrossentropy" });
 * const history = await net.fit(x, y, { epochs: 5, batchSize: 2, verbose: false });
 * const { accuracy } = await net.evaluate(x, y);
 * await net.save("model.safetensors", { classNames: ["cat", "dog"] });
 */
export interface Model {
  /** The layers, as plain data that survives JSON. */
  readonly spec: ModelSpec;
  /** Position = class index; known after a load, or once given. */
  readonly classNames: readonly string[] | undefined;
  /** Parameters by name; undefined before the first fit or load. */
  readonly weights: Weights | undefined;
  /** Layers, shapes and parameter counts as a table. @default inputShape the model's own, or that of the last fit */
  summary(inputShape?: Shape): string;
  /** The layers in the order in which they run, those of a merge before it (Keras: Model.layers). */
  readonly layers: readonly ModelLayer[];
  /** Copies of the parameters, by name. @throws before the first fit or load */
  getWeights(): Readonly<Record<string, NdArray<Float32Array>>>;
  /**
   * Takes these numbers for parameters, by name; those that are not named stay. Before the first fit or load, all have to be named.
   * @throws naming a parameter that there is not, or whose shape differs
   */
  setWeights(weights: Readonly<Record<string, ArrayInput>>): void;
  /** Sets optimiser, loss and figures. @throws naming an unknown option */
  compile(options?: CompileOptions): void;
  /** Trains; a second call continues from the weights of the first with a fresh optimiser. */
  fit(x: ArrayInput, y: ArrayInput, options?: ModelFitOptions): Promise<TrainingHistory>;
  /** Trains on a folder's images, whose class names it takes, or on a stream of examples. */
  fit(data: LabelledArrays | ExampleStream, options?: ModelFitOptions): Promise<TrainingHistory>;
  /**
   * Suggests a learning rate for the compiled optimiser by range tests (Smith 2017): a few short trainings whose rate grows until the
   * loss diverges. The model stays as it is.
   */
  findLearningRate(
    x: ArrayInput,
    y: ArrayInput,
    options?: FindLearningRateOptions,
  ): Promise<LearningRateTest>;
  /** The same on a folder's images, with its weights. */
  findLearningRate(data: LabelledArrays, options?: FindLearningRateOptions): Promise<LearningRateTest>;
  /** Loss, accuracy and figures of one's own on examples it was not trained on. */
  evaluate(x: ArrayInput, y: ArrayInput, options?: ModelEvaluateOptions): Promise<EvaluationFigures>;
  /**
   * Outputs of the last layer, [n, classes] for x [n, …], [classes] for a single x of the input shape; calibrated by the temperature
   * of a loaded file. Its threads stay ready for the next call (of the four models used last, or until `close`), and do not keep the
   * process alive.
   */
  predict(x: ArrayInput, options?: RunOptions): Promise<NdArray<Float32Array>>;
  /** Grad-CAM (Selvaraju et al. 2017): heat maps [n, h, w] of the layer's size, 0 or more; `overlay` draws one over its image. */
  gradCam(x: ArrayInput, options?: GradCamOptions): Promise<NdArray<Float32Array>>;
  /** Writes a model file with weights, class names and transforms. */
  save(path: string, options?: SaveOptions): Promise<void>;
  /** Ends the threads that `predict` keeps between calls; a later `predict` starts them anew. */
  close(): Promise<void>;
  /** As `close`: for `await using model = …`. */
  [Symbol.asyncDispose](): Promise<void>;
  /** The table of `summary`, or the name where the input shape is not known yet. */
  toString(): string;
}
