import { readBundle } from "../bundle/index.ts";
import { type InputLayer, type Layer, sequential as describeModel } from "../nn/index.ts";
import {
  type ImageFailure,
  type ImagePrediction,
  createPredictor,
  openClassifier,
} from "../predict/index.ts";
import { modelOf } from "./model.ts";
import { type ImageFolder, type ImageFolderOptions, readImageFolder } from "./images.ts";
import { type BackendOptions, type Platform, withBackend } from "./platform.ts";
import { stateOf, stateOfBundle } from "./state.ts";
import type { Model } from "./types.ts";

export interface PredictImagesOptions extends BackendOptions {
  /** Classes to name for each image. @default 3 */
  readonly top?: number;
}

/** The library, bound to a platform. */
export interface Api {
  /** Reads a folder of labelled images, or an archive of one, into arrays. */
  readonly imageFolder: (path: string, options: ImageFolderOptions) => Promise<ImageFolder>;
  /** A model of layers one after the other. @default name "sequential" */
  readonly sequential: (
    layers: readonly (Layer | InputLayer)[],
    options?: { readonly name?: string },
  ) => Model;
  /** Reads a model file and checks its proof images. @throws naming the file when it is none, or damaged */
  readonly load: (path: string, options?: BackendOptions) => Promise<Model>;
  /** Names what image files show, with a model file that was trained on images. */
  readonly predictImages: (
    model: string,
    images: readonly string[],
    options?: PredictImagesOptions,
  ) => Promise<readonly (ImagePrediction | ImageFailure)[]>;
}

export const createApi = (platform: Platform): Api => ({
  imageFolder: (path, options) => readImageFolder(path, options, platform),
  sequential: (layers, options) => modelOf(stateOf(describeModel(layers, options)), platform),
  load: async (path, options = {}) => {
    const bundle = readBundle(await platform.readFile(path), path);
    if (bundle.proof) {
      await withBackend(platform, options, async (backend) =>
        (await openClassifier(bundle, { backend, who: path, batchSize: 4 })).close(),
      );
    }
    return modelOf(stateOfBundle(bundle), platform);
  },
  predictImages: async (model, paths, options = {}) => {
    const bundle = readBundle(await platform.readFile(model), model);
    const images = await Promise.all(
      paths.map(async (path) => ({ path, bytes: await platform.readFile(path) })),
    );
    return withBackend(platform, options, async (backend) => {
      const predictor = await createPredictor(bundle, { backend, codec: platform.codec, who: model });
      try {
        return await predictor.predict(images, options.top === undefined ? {} : { top: options.top });
      } finally {
        predictor.close();
      }
    });
  },
});
