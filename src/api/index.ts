export { type Api, type PredictImagesOptions, createApi } from "./api.ts";
export type { TrainingHistory } from "./history.ts";
export type { ImageFolder, ImageFolderOptions } from "./images.ts";
export type { Platform } from "./platform.ts";
export type {
  CompileOptions,
  Examples,
  GradCamOptions,
  Model,
  ModelFitOptions,
  RunOptions,
  SaveOptions,
} from "./types.ts";
