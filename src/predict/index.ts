export { type BackendOptions, backendOptions } from "./backend.ts";
export {
  type ImageInput,
  type PredictPlatform,
  type Predictor,
  type PredictorOptions,
  decodeImage,
  openPredictor,
} from "./predictor.ts";
export {
  type ClassProbability,
  type ImageBytes,
  type ImageFailure,
  type ImagePrediction,
  type PredictOptions,
  openModel,
  prepareSteps,
} from "./model.ts";
export { type Network, openNetwork } from "./network.ts";
export { type RowModel, type Rows, openRows } from "./rows.ts";
