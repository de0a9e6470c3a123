/**
 * A trained model at work, without what training and reports need.
 * @module fovea/predict
 */

import type { DecodeOptions, Raster } from "./data/index.ts";
import { readFile, sharpCodec, wasmBackend } from "./platform/node/index.ts";
import {
  type Predictor,
  type PredictorOptions,
  decodeImage as decodeImageOn,
  openPredictor as openPredictorOn,
} from "./predict/index.ts";

const platform = { backend: wasmBackend, codec: sharpCodec(), readFile };

/**
 * Reads a model file, given by path (of the file, or of its run folder) or as bytes, and starts the threads that it runs on.
 * @throws FoveaError naming the file when it is none of ours, damaged, or of a model that was not trained on images
 * @example
 * const predictor = await openPredictor("runs/pets-1");
 * const { label, probability } = await predictor.predict("new.jpg"); // one image: path, bytes or decoded
 * const answers = await predictor.predict(["a.jpg", "b.jpg"]); // each { label, … } or { path, error }
 * await predictor.close();
 */
export const openPredictor = (
  source: string | Uint8Array,
  options: PredictorOptions = {},
): Promise<Predictor> => openPredictorOn(source, options, platform);

/**
 * Decodes an image file, given by path or as bytes, exactly as training does: RGB bytes, turned upright, alpha laid on white.
 * @throws FoveaError naming the file when it is no whole image
 * @example
 * const { data } = resize(await decodeImage("new.jpg"), { height: 96, width: 96 }); // 96 · 96 · 3 bytes
 */
export const decodeImage = (
  image: string | Uint8Array | ArrayBuffer,
  options: DecodeOptions = {},
): Promise<Raster> => decodeImageOn(image, options, platform);

export { FoveaError } from "./base/index.ts";
export {
  type DecodeOptions,
  type Fit,
  type Raster,
  type Resize,
  type ResizeOptions,
  type Size,
  type StoredRange,
  centerCrop,
  resize,
} from "./data/index.ts";
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
