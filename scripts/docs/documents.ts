// The JSON documents that schemas/ describes: each type that is exported here becomes a file there.
import type {
  AuditResult,
  AugmentResult,
  CacheClearing,
  CacheListing,
  CompareResult,
  DatasetResult,
  DatasetsResult,
  EvaluationResult,
  FindLearningRateResult,
  ExplainResult,
  LabelsResult,
  ModelListing,
  ModelPlans,
  PredictResult,
  SearchResult,
  SearchSpace as SearchedSpace,
  SummaryResult,
  TrainResult,
} from "../../src/app/index.ts";
import type { BenchResult, TuneResult } from "../../src/app/bench/types.ts";
import type { TrainingConfig as PlannedConfig } from "../../src/app/train/config/planned.ts";
import type { WrittenSettings } from "../../src/app/train/resume.ts";
import type {
  RandAugment,
  RandomAutoContrast,
  RandomBrightness,
  RandomContrast,
  RandomCrop,
  RandomEqualization,
  RandomErasing,
  RandomFlip,
  RandomGaussianBlur,
  RandomGaussianNoise,
  RandomGrayscale,
  RandomHue,
  RandomJpeg,
  RandomPerspective,
  RandomPosterization,
  RandomQuarterTurn,
  RandomResizedCrop,
  RandomRotation,
  RandomSaturation,
  RandomSharpness,
  RandomShear,
  RandomShift,
  RandomSolarization,
  RandomStainJitter,
  RandomTranslation,
  RandomZoom,
  TrivialAugmentWide,
} from "../../src/data/index.ts";
import type { Bundle } from "../../src/bundle/index.ts";
import type {
  Adadelta,
  Adagrad,
  Adam,
  Adamax,
  Adamw,
  Lamb,
  Lion,
  Muon,
  Nadam,
  Optimizer,
  Rmsprop,
  Sgd,
  ActivationLayer,
  BatchNormalizationLayerOptions,
  Conv2dLayerOptions,
  Conv2dTransposeLayerOptions,
  Cropping2dLayerOptions,
  DenseLayerOptions,
  DepthwiseConv2dLayerOptions,
  DropoutLayerOptions,
  EluLayerOptions,
  GaussianDropoutLayerOptions,
  GaussianNoiseLayerOptions,
  GlobalPooling2dLayerOptions,
  GroupNormalizationLayerOptions,
  InputLayer,
  LayerNormalizationLayerOptions,
  LayerScaleLayerOptions,
  LeakyReluLayerOptions,
  ModelSpec,
  Named,
  PermuteLayerOptions,
  Pooling2dLayerOptions,
  PreluLayerOptions,
  ReluLayerOptions,
  RescalingLayerOptions,
  ReshapeLayerOptions,
  SeparableConv2dLayerOptions,
  SliceChannelsLayerOptions,
  SpatialDropout2dLayerOptions,
  StochasticDepthLayerOptions,
  TestTimeAugmentation,
  UpSampling2dLayerOptions,
  ZeroPadding2dLayerOptions,
} from "../../src/nn/index.ts";

/** Printed by `train` and `demo`, and written as metrics.json. */
export interface Train extends TrainResult {}

/** Printed by `evaluate`, and written as metrics.json by `evaluate --out`. */
export interface Evaluate extends EvaluationResult {}

/** Printed by `audit`, and written as audit.json. */
export interface Audit extends AuditResult {}

/** Printed by `augment`. */
export interface Augment extends AugmentResult {}

/** Fields that have defaults may be left out. */
type Step<T extends { readonly type: string }> = Pick<T, "type"> & Partial<Omit<T, "type">>;

/** A random change of training images. */
export type AugmentationStep =
  | Step<RandAugment>
  | Step<RandomAutoContrast>
  | Step<RandomBrightness>
  | Step<RandomContrast>
  | Step<RandomCrop>
  | Step<RandomEqualization>
  | Step<RandomErasing>
  | Step<RandomFlip>
  | Step<RandomGaussianBlur>
  | Step<RandomGaussianNoise>
  | Step<RandomGrayscale>
  | Step<RandomHue>
  | Step<RandomJpeg>
  | Step<RandomPerspective>
  | Step<RandomPosterization>
  | Step<RandomQuarterTurn>
  | Step<RandomResizedCrop>
  | Step<RandomRotation>
  | Step<RandomSaturation>
  | Step<RandomSharpness>
  | Step<RandomShear>
  | Step<RandomShift>
  | Step<RandomSolarization>
  | Step<RandomStainJitter>
  | Step<RandomTranslation>
  | Step<RandomZoom>
  | Step<TrivialAugmentWide>;

/** A list of augmentation steps that `--augment` reads, and that config.json holds; they run in their order. */
export type Augmentation = readonly AugmentationStep[];

/** Printed by `labels`. */
export interface Labels extends LabelsResult {}

/** Written by `labels` as metrics.json: what it prints without the list, which stands in labels-to-review.csv. */
export interface LabelsMetrics extends Omit<LabelsResult, "labels"> {}

/** Printed by `find-lr`, and written as metrics.json. */
export interface FindLr extends FindLearningRateResult {}

/** Printed by `search`, and written as search.json. */
export interface Search extends SearchResult {}

/** What `search --space` reads; each field may be left out. */
export interface SearchSpace extends Partial<SearchedSpace> {
  /** Address of this schema, by which editors complete the file. */
  readonly $schema?: string;
}

/** Printed by `predict`. */
export interface Predict extends PredictResult {}

/** Printed by `explain`. */
export interface Explain extends ExplainResult {}

/** Printed by `compare`. */
export interface Compare extends CompareResult {}

/** Printed by `datasets`. */
export interface Datasets extends DatasetsResult {}

/** Printed by `datasets get`. */
export interface DatasetsGet extends DatasetResult {}

/** Printed by `models`. */
export interface Models {
  /** The architectures that `--model` knows by name. */
  readonly models: readonly ModelListing[];
}

/** Printed by `summary`, and by `models` with a name. */
export interface Summary extends SummaryResult {}

/** Printed by `bench`. */
export interface Bench extends BenchResult {}

/** Printed by `bench --tune`. */
export interface BenchTune extends TuneResult {}

/** Printed by `bench --plan`. */
export type BenchPlan = ModelPlans["document"];

/** Printed by `cache ls`. */
export interface CacheLs extends CacheListing {}

/** Printed by `cache clear`. */
export interface CacheClear extends CacheClearing {}

/** config.json of a run: the settings it was trained with, and what they ran on. */
export interface Config extends WrittenSettings {
  /** Marks the folder as a run. */
  readonly format: "fovea-run";
}

/** Settings that `train --config` reads, from JSON or YAML, each of which may be left out; `train --print-config` prints them. */
export interface TrainConfig extends Omit<PlannedConfig, "model" | "augment" | "optimizer"> {
  /** Address of this schema, by which editors complete the file. */
  readonly $schema?: string;
  /** Version of the documents: it grows when a field changes its name or meaning. */
  readonly schema?: 1;
  /** Name of an architecture, path of a file with one, or the network. */
  readonly model?: string | Network;
  /** Name of a set, auto, path of a file with a list of steps, or the steps. */
  readonly augment?: string | Augmentation;
  /** By name with the model's settings, or the optimiser's own where the model has another; or with settings. */
  readonly optimizer?:
    | Optimizer["type"]
    | Step<Adadelta>
    | Step<Adagrad>
    | Step<Adam>
    | Step<Adamax>
    | Step<Adamw>
    | Step<Lamb>
    | Step<Lion>
    | Step<Muon>
    | Step<Nadam>
    | Step<Rmsprop>
    | Step<Sgd>;
}

/** What a model file says of itself: `__metadata__` of its header, each value but format and version parsed as JSON. */
export type ModelMetadata = NetMetadata | EnsembleMetadata;

/** Of a file of one net. */
interface NetMetadata extends Omit<Bundle, "weights" | "proof" | "model"> {
  readonly format: "fovea";
  /** Of the model file. */
  readonly version: "1";
  /** The network, every option given. */
  readonly model: ModelSpec;
}

/** Of a file of several nets, whose probabilities are averaged. */
interface EnsembleMetadata extends Pick<Bundle, "inputShape" | "classNames"> {
  readonly format: "fovea";
  /** Of the model file. */
  readonly version: "2";
  /** The network, every option given; all nets have it. */
  readonly model: ModelSpec;
  /** What each net has of its own, in the order of the tensors net/1/…, net/2/… */
  readonly nets: readonly Pick<Bundle, "transforms" | "temperature" | "training">[];
}

type Layer<T extends string, Options = Named> = Options & { readonly type: T };
/** Of branches, or of the two or more layers that its `inputs` name. */
type Joined = {
  /** At least two; all get the same input. An empty list passes it on as it is. */
  readonly branches?: readonly (readonly NetworkLayer[])[];
};

/** One step of the network; what is left out takes its default. */
export type NetworkLayer =
  | Layer<"conv2d", Conv2dLayerOptions>
  | Layer<"depthwiseConv2d", DepthwiseConv2dLayerOptions>
  | Layer<"dense", DenseLayerOptions>
  | Layer<"maxPooling2d" | "averagePooling2d", Pooling2dLayerOptions>
  | Layer<"globalAveragePooling2d" | "globalMaxPooling2d", GlobalPooling2dLayerOptions>
  | Layer<"flatten">
  | Layer<"dropout", DropoutLayerOptions>
  | ActivationLayer
  | Layer<"relu", ReluLayerOptions>
  | Layer<"leakyRelu", LeakyReluLayerOptions>
  | Layer<"elu", EluLayerOptions>
  | Layer<"prelu", PreluLayerOptions>
  | Layer<"batchNormalization", BatchNormalizationLayerOptions>
  | Layer<"rescaling", RescalingLayerOptions>
  | Layer<"reshape", ReshapeLayerOptions>
  | Layer<"permute", PermuteLayerOptions>
  | Layer<"zeroPadding2d", ZeroPadding2dLayerOptions>
  | Layer<"cropping2d", Cropping2dLayerOptions>
  | Layer<"upSampling2d", UpSampling2dLayerOptions>
  | Layer<"layerNormalization", LayerNormalizationLayerOptions>
  | Layer<"groupNormalization", GroupNormalizationLayerOptions>
  | Layer<"spatialDropout2d", SpatialDropout2dLayerOptions>
  | Layer<"gaussianNoise", GaussianNoiseLayerOptions>
  | Layer<"gaussianDropout", GaussianDropoutLayerOptions>
  | Layer<"stochasticDepth", StochasticDepthLayerOptions>
  | Layer<"sliceChannels", SliceChannelsLayerOptions>
  | Layer<"layerScale", LayerScaleLayerOptions>
  | Layer<"separableConv2d", SeparableConv2dLayerOptions>
  | Layer<"conv2dTranspose", Conv2dTransposeLayerOptions>
  | Layer<"add" | "multiply" | "concatenate", Named & Joined>;

/** A network that `--model` reads. */
export interface Network {
  /** Address of this schema, by which editors complete the file. */
  readonly $schema?: string;
  /** For tables and errors. */
  readonly name?: string;
  /** Of one image, [H, W, 3]; without it, that of the training. */
  readonly inputShape?: readonly number[];
  /** First to last. */
  readonly layers: readonly (InputLayer | NetworkLayer)[];
  /** What the model looks at in use beside the image itself. Default: the image alone. */
  readonly testTimeAugmentation?: TestTimeAugmentation;
}
