import type { OutFolder } from "./files/runFolder.ts";
import type { FileArchitecture } from "./files/architecture.ts";
import type { AugmentTransform, ClassFolders, DrawMethod, StoredRange } from "../data/index.ts";
import type { RateCurve, Recipe } from "../models/index.ts";
import type { BatchNormStatistics, LengthChange, MonitorName, Mixing, Sampling } from "../train/index.ts";
import type { ClassWeights } from "../evaluate/index.ts";
import type { Loss, Optimizer } from "../nn/index.ts";

/** How the classes of the data are told. */
export interface ClassOptions {
  /** Which folders are the classes, where outer ones all hold the same inner ones. @default an error where that cannot be told */
  readonly classFolders?: ClassFolders;
  /** Make one class of those whose names are hard to tell apart, such as Cat and cat. @default false */
  readonly mergeClasses?: boolean;
}

export const classFolderNames: readonly ClassFolders[] = ["outer", "inner"];

/** What may be asked of a training; everything left out takes the model's own recipe. */
export interface TrainRequest extends ClassOptions, Mixing {
  /** A folder or archive of labelled images. */
  readonly data: string;
  /** Folder of the run, new or empty; with `resume` the folder of the run to continue. */
  readonly out: OutFolder;
  readonly resume?: boolean;
  /** Folder for TensorBoard's event files; a folder of the run's name is made in it. @default none are written */
  readonly tensorboard?: string;
  /**
   * Name of an architecture, or path of a file with one: a JSON file that describes it, a run folder or its config.json, or a model
   * file; or one that was read already. The weights are new in any case. @default plain4, or plain3 for images below 64 pixels
   */
  readonly model?: string | FileArchitecture;
  /** Height and width in pixels that every image is brought to. */
  readonly size?: number;
  /** Stored values that become black and white, each at most 65,535. @default those of 8 bits; of 16 bits the upper 8 count */
  readonly range?: StoredRange;
  readonly epochs?: number;
  /** Minutes for all of it, in place of epochs: as many as fit, by the speed of this machine. With folds, for all of them together. */
  readonly minutes?: number;
  /** Changes of the epochs on the way, as a run that was given minutes wrote them. @default none */
  readonly lengths?: readonly LengthChange[];
  readonly batch?: number;
  /** By name with the model's settings, or the optimiser's own where the model has another; or with all of its settings. */
  readonly optimizer?: Optimizer["type"] | Optimizer;
  readonly learningRate?: number;
  /** By name with defaults that follow from the epochs, or with all of its settings. */
  readonly schedule?: RateCurve["type"] | RateCurve;
  /** Epochs of a linear warm-up, 0 or more; parts of an epoch too. */
  readonly warmupEpochs?: number;
  /** Decoupled weight decay of all kernels, 0 or more; biases and norms do not decay. */
  readonly weightDecay?: number;
  /** Most that the norm of all gradients together may be, above 0; false: not limited. @default the optimiser's */
  readonly clipNorm?: number | false;
  /** Batches whose gradients make up one step. @default 1 */
  readonly accumulate?: number;
  /** Keep a moving average of the weights; a number says how much of it is kept at each step, in [0, 1). @default false */
  readonly ema?: boolean | number;
  /** Keep slow weights (Lookahead). @default false */
  readonly lookahead?: boolean;
  /**
   * What the loss of an image of each class counts in training: balanced, or weights by class name, above 0; 1 for classes that are
   * not named. @default 1 each
   */
  readonly classWeights?: ClassWeights;
  /** Which images an epoch takes: each once, or as many draws with each class as often as any other. @default "shuffled" */
  readonly sampling?: Sampling;
  /** What training minimises: a loss of one class for each image, by name or with its options. @default "sparseCategoricalCrossentropy" */
  readonly loss?: Loss;
  /** Part of each image's class that is spread evenly over all classes, in [0, 1). @default the model's own, mostly 0 */
  readonly labelSmoothing?: number;
  /** How levels become the network's input. @default the model's own */
  readonly normalise?: Recipe["normalise"];
  /** @default 0 */
  readonly seed?: number;
  /**
   * auto, grouped, random, folders or pooled (see `DrawMethod` of the data), or the path of a run's split.csv to divide the images
   * as it says. Only `pooled` and a split.csv bring images of the data's own test part into training. @default "auto"
   */
  readonly split?: string;
  /** A regular expression on the path: what its first parentheses catch, else the whole match, names an image's group. */
  readonly groupPattern?: string;
  /** Compare the images to find copies of one photograph, where neither a column nor a pattern names groups. @default true */
  readonly detect?: boolean;
  /** Where validation and the saved model have batch norm's mean and variance from. @default "precise" */
  readonly batchNormStatistics?: BatchNormStatistics;
  /** Fraction of images for the validation set. @default 0.2 */
  readonly validation?: number;
  /** Figure of the validation set by which the best epoch is kept. @default "accuracy", of equal ones the lower loss */
  readonly monitor?: MonitorName;
  /** Stop after so many epochs without a better one, from 1. @default never */
  readonly patience?: number;
  /** A figure is better if it differs by more than this, from 0. @default 0 */
  readonly minDelta?: number;
  /** Epochs at the beginning that are not compared, fewer than all. @default 0 */
  readonly startFromEpoch?: number;
  /** Folds of a cross-validation, in place of one validation set. @default none */
  readonly folds?: number;
  /** Keep the folds' nets in one model file, which averages them, in place of one trained on all images. @default false */
  readonly ensemble?: boolean;
  /**
   * Name of a set, auto, path of a JSON file with a list of steps, or the steps.
   * @default the model's own; most have auto: turns, mirror or none, as the training images show
   */
  readonly augment?: string | readonly AugmentTransform[];
  /** Round every product and sum by itself, so that processors without a fused multiply-add give the same bits. @default false */
  readonly exact?: boolean;
  /** @default all that the machine has */
  readonly threads?: number;
}

/** What chooses the best epoch by a validation set, and ends a training. */
export type StoppingRequest = Pick<TrainRequest, "monitor" | "patience" | "minDelta" | "startFromEpoch">;

/** What may be asked of a review of the labels; everything left out takes the model's own recipe. */
export interface LabelsRequest extends Omit<
  TrainRequest,
  "resume" | "minutes" | "lengths" | "ensemble" | "validation" | "tensorboard" | keyof StoppingRequest
> {
  /** Folds of the cross-validation. @default 5 */
  readonly folds?: number;
}

/** How the images are divided once that is decided: drawn, by the data's own parts, or as a file says. */
export type SplitMethod = Exclude<DrawMethod, "auto"> | "file";

export const splitNames: readonly DrawMethod[] = ["auto", "grouped", "random", "folders", "pooled"];

export interface AugmentRequest extends Pick<ClassOptions, "classFolders"> {
  /** A folder or archive of labelled images. */
  readonly data: string;
  /** Path of the PNG file to write; it must not be there. */
  readonly preview: string;
  /** Name of a set, or path of a JSON file with a list of steps. @default "light" */
  readonly augment?: string;
  /** Height and width in pixels that every image is brought to. @default as train */
  readonly size?: number;
  /** Images to show. @default 8 */
  readonly images?: number;
  /** @default 0 */
  readonly seed?: number;
  /** Stored values that become black and white, each at most 65,535. @default those of 8 bits; of 16 bits the upper 8 count */
  readonly range?: StoredRange;
}

/** What may be asked of a range test of the learning rate; the rest decides the model, the data and the batches as in `train`. */
export interface FindLearningRateRequest extends Omit<
  TrainRequest,
  | "resume"
  | "folds"
  | "ensemble"
  | "epochs"
  | "minutes"
  | "lengths"
  | "learningRate"
  | "schedule"
  | "warmupEpochs"
  | "accumulate"
  | "ema"
  | "lookahead"
  | "batchNormStatistics"
  | "tensorboard"
  | keyof StoppingRequest
> {
  /** @default 3 */
  readonly runs?: number;
  /** Of a run, from 10. @default 100 */
  readonly steps?: number;
  /** @default 1e-6 */
  readonly minLearningRate?: number;
  /** @default 10 */
  readonly maxLearningRate?: number;
}

export interface EvaluateRequest extends ClassOptions {
  /** Path of a model file, or of a run folder. */
  readonly model: string;
  readonly data: string;
  /** Folder for the report, the metrics, the predictions and the curves, new or empty. @default nothing is written */
  readonly out?: string;
  readonly batch?: number;
  /** A regular expression on the path that names an image's group. */
  readonly groupPattern?: string;
  /** Compare the images to find copies of one photograph, where neither a column nor a pattern names groups. @default true */
  readonly detect?: boolean;
  readonly threads?: number;
}

export interface AuditRequest extends ClassOptions {
  /** A folder or archive of labelled images. */
  readonly data: string;
  /** Folder of the results, new or empty. */
  readonly out: OutFolder;
  /** Regular expression whose first parentheses, else whole match, name an image's group in its path. */
  readonly groupPattern?: string;
  /** Stored values that become black and white. @default those of 8 bits; of 16 bits the upper 8 count */
  readonly range?: StoredRange;
}

export interface PredictRequest {
  /** Path of a model file, or of a run folder. */
  readonly model: string;
  /** Files, or folders with images in them or in their own folders. */
  readonly images: readonly string[];
  /** Classes to list for each image. @default 3 */
  readonly top?: number;
  readonly threads?: number;
}

export const explainMethods = ["gradcam", "filters", "activations", "occlusion", "all"] as const;
export type ExplainMethod = (typeof explainMethods)[number];

export interface ExplainRequest {
  /** Path of a model file, or of a run folder. */
  readonly model: string;
  /** Files, or folders of images; none are needed for `filters`. */
  readonly images: readonly string[];
  /** Folder for the explanations, new or empty. */
  readonly out: OutFolder;
  /** @default "gradcam" */
  readonly method?: ExplainMethod;
  /** Name of the class to explain. @default the predicted one */
  readonly class?: string;
  /** Layer to look at, for all methods but `occlusion`. @default what suits the method */
  readonly layer?: string;
  /** Side of the occlusion's patch, pixels of the prepared image. @default a sixth of its side */
  readonly patch?: number;
  /** Step of the occlusion's patch. @default half of the patch */
  readonly stride?: number;
  readonly threads?: number;
}

export interface BenchRequest {
  /** Name of an architecture, or path of a JSON file that describes one. @default "tutorial" */
  readonly model?: string;
  /** Height and width of the images, pixels. @default the model's own */
  readonly size?: number;
  /** Images at a time. @default the model's own */
  readonly batch?: number;
  /** @default all that the machine has */
  readonly threads?: number;
  /** Round every product and sum by itself. @default false */
  readonly exact?: boolean;
  /** How long to time each thing. @default 3; when tuning 0.4 for each work */
  readonly seconds?: number;
  /** Images of the epoch whose length is told. @default 1000 */
  readonly images?: number;
}

export interface SummaryRequest {
  /** Name of an architecture, or path of a file with one, as for a training. */
  readonly model: string;
  /** Height and width of the images, pixels. @default the model's own */
  readonly size?: number;
  /** That it predicts. @default those of the file; 4 for an architecture by name */
  readonly classes?: number;
  /** Images of a training step. @default the model's own */
  readonly batch?: number;
}

export interface ModelsRequest {
  /** Plan each model for the memory of a training step. @default false */
  readonly memory?: boolean;
  /** Time each model on this machine as well. @default false */
  readonly measure?: boolean;
}

export interface DemoRequest {
  /** Folder of the run; the images are drawn into `images` below it. */
  readonly out: OutFolder;
  /** @default 0 */
  readonly seed?: number;
  readonly threads?: number;
}

export interface CompareRequest {
  /** Folders of two finished runs, or of evaluations. */
  readonly runs: readonly [string, string];
}
