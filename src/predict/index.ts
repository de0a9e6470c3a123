export { type LoadModelOptions, type LoadedModel, type PredictPlatform, loadModel } from "./load.ts";
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
