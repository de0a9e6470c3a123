export { type Api, type PredictImagesOptions, createApi } from "./api.ts";
export type { FitCallback } from "./callbacks.ts";
export type { ClassWeights } from "../evaluate/index.ts";
export type { Mixing, Sampling } from "../train/index.ts";
export type { Examples, LabelledArrays } from "./examples/types.ts";
export type { TrainingHistory } from "./history.ts";
export type { ImageFolder, ImageFolderOptions } from "./images.ts";
export type { Platform } from "./platform.ts";
export type { ExampleStream } from "./examples/stream.ts";
export type {
  CompileOptions,
  EvaluationFigures,
  FindLearningRateOptions,
  GradCamOptions,
  LearningRateTest,
  Model,
  ModelEvaluateOptions,
  ModelFitOptions,
  RunOptions,
  SaveOptions,
} from "./types.ts";
