import { checkOptions } from "../base/index.ts";
import { readBundle } from "../bundle/index.ts";
import {
  type FunctionalOptions,
  type InputLayer,
  type Layer,
  type SequentialOptions,
  functionalModel,
  sequential as describeModel,
} from "../nn/index.ts";
import type { DecodeOptions, Raster } from "../data/index.ts";
import {
  type BackendOptions,
  type ImageFailure,
  type ImagePrediction,
  type Predictor,
  type PredictorOptions,
  decodeImage,
  openNetwork,
  openPredictor,
} from "../predict/index.ts";
import { keptModels } from "./kept.ts";
import { modelOf } from "./model.ts";
import { type ImageFolder, type ImageFolderOptions, readImageFolder } from "./images.ts";
import { checkBackendOptions, checkFolderOptions } from "./options.ts";
import { type Platform, withBackend } from "./platform.ts";
import { stateOf, stateOfBundle } from "./state.ts";
import type { Model } from "./types.ts";

/**
 * Options of `predictImages`.
 * @example
 * const options: PredictImagesOptions = { top: 1, threads: 2 };
 */
export interface PredictImagesOptions extends BackendOptions {
  /** Most probable classes to give for each image. @default 3 */
  readonly top?: number;
}

/**
 * The library, bound to a platform.
 * @example
 * const classNames = async ({ loadModel }: Api, path: string): Promise<readonly string[]> =>
 *   (await loadModel(path)).classNames ?? [];
 */
export interface Api {
  /** Reads a folder of labelled images, or an archive of one, into arrays. */
  readonly imageFolder: (path: string, options: ImageFolderOptions) => Promise<ImageFolder>;
  /** A model of layers one after the other. @default name "sequential" */
  readonly sequential: (layers: readonly (Layer | InputLayer)[], options?: SequentialOptions) => Model;
  /** A model of the layers between two tensors, in Keras's functional style (Keras: Model). @default name "functional" */
  readonly model: (options: FunctionalOptions) => Model;
  /** Reads a model file and checks its proof images. @throws naming the file when it is none, or damaged */
  readonly loadModel: (path: string, options?: BackendOptions) => Promise<Model>;
  /** Reads a model file that was trained on images and keeps it open, for many calls of `predict`. */
  readonly openPredictor: (source: string | Uint8Array, options?: PredictorOptions) => Promise<Predictor>;
  /** Decodes an image file as `imageFolder` does. */
  readonly decodeImage: (
    image: string | Uint8Array | ArrayBuffer,
    options?: DecodeOptions,
  ) => Promise<Raster>;
  /** Classifies image files with a model file once: `openPredictor`, `predict` and `close` in one. */
  readonly predictImages: (
    model: string,
    images: readonly string[],
    options?: PredictImagesOptions,
  ) => Promise<readonly (ImagePrediction | ImageFailure)[]>;
}

/**
 * Binds the library to a platform: backend, codec, files and clock.
 * @example
 * const onMyPlatform = (platform: Platform): Api => createApi(platform);
 */
export function createApi(platform: Platform): Api {
  const kept = keptModels(platform);
  return {
    imageFolder: async (path, options) => {
      checkFolderOptions(options);
      return readImageFolder(path, options, platform);
    },
    sequential: (layers, options) => modelOf(stateOf(describeModel(layers, options)), platform, kept),
    model: (options) => modelOf(stateOf(functionalModel(options)), platform, kept),
    loadModel: async (path, options = {}) => {
      checkBackendOptions("loadModel", options);
      const bundle = readBundle(await platform.readFile(path), path);
      if (bundle.proof) {
        await withBackend(platform, options, async (backend) =>
          (await openNetwork(bundle, { backend, who: path, batchSize: 4 })).close(),
        );
      }
      return modelOf(stateOfBundle(bundle, path), platform, kept);
    },
    openPredictor: (source, options = {}) => openPredictor(source, options, platform),
    decodeImage: (image, options = {}) => decodeImage(image, options, platform),
    predictImages: async (path, images, given = {}) => {
      checkOptions("predictImages", given, { top: true, threads: true, exact: true });
      const { top, ...options } = given;
      const batchSize = Math.min(Math.max(images.length, 1), 16);
      const predictor = await openPredictor(path, { ...options, batchSize }, platform);
      try {
        return await predictor.predict(images, top === undefined ? {} : { top });
      } finally {
        await predictor.close();
      }
    },
  };
}
