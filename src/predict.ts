import { type LoadModelOptions, type LoadedModel, loadModel as loadModelOn } from "./predict/index.ts";
import { readFile, sharpCodec, wasmBackend } from "./platform/node/index.ts";

// The package's entry `fovea/predict`: a trained model at work, without what training and reports need.

/**
 * Reads a model file, given by path or as bytes, and starts the threads that it runs on.
 *
 *     const model = await loadModel("model.safetensors");
 *     const [answer] = await model.predict(["new.jpg"]);   // { path, label, probability, top } or { path, error }
 *     await model.close();
 *
 * @throws FoveaError naming the file when it is none of ours, damaged, or of a model that was not trained on images
 */
export const loadModel = (
  source: string | Uint8Array,
  options: LoadModelOptions = {},
): Promise<LoadedModel> =>
  loadModelOn(source, options, { backend: wasmBackend, codec: sharpCodec(), readFile });

export { FoveaError } from "./base/index.ts";
export type {
  ClassProbability,
  ImageBytes,
  ImageFailure,
  ImagePrediction,
  LoadModelOptions,
  LoadedModel,
  PredictOptions,
} from "./predict/index.ts";
