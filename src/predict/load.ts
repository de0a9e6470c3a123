import { readBundle } from "../bundle/index.ts";
import type { Codec } from "../data/index.ts";
import type { Backend } from "../engine/index.ts";
import {
  type ImageBytes,
  type ImageFailure,
  type ImagePrediction,
  type PredictOptions,
  openModel,
} from "./model.ts";

/** Options of `loadModel`. */
export interface LoadModelOptions {
  /** Threads that do arithmetic, 1-64; the results do not depend on it. @default one a core */
  readonly threads?: number;
  /** Images that the network takes at a time. @default 16 */
  readonly batchSize?: number;
}

/** What classifying images needs from the place it runs in. */
export interface PredictPlatform {
  /** Starts an engine. @default threads one a core */
  backend(options: Pick<LoadModelOptions, "threads">): Promise<Backend>;
  /** Decodes image files. */
  readonly codec: Codec;
  /** Bytes of a file. @throws FoveaError naming a path that cannot be read */
  readFile(path: string): Promise<Uint8Array>;
}

/** A model of a file, with the threads that it runs on. Calls may overlap. */
export interface LoadedModel {
  /** Position = class index. */
  readonly classNames: readonly string[];
  /**
   * Classifies image files, given by path or as bytes: one answer for each, in order.
   * An image that cannot be read has an `error` in its answer and does not stop the others.
   */
  predict(
    images: readonly (string | ImageBytes)[],
    options?: PredictOptions,
  ): Promise<readonly (ImagePrediction | ImageFailure)[]>;
  /** Ends its threads. */
  close(): Promise<void>;
}

/**
 * Reads a model file, given by path or as bytes, and checks it by its proof images.
 * @throws FoveaError naming the file when it is none of ours, damaged, or of a model that was not trained on images
 */
export async function loadModel(
  source: string | Uint8Array,
  { threads, batchSize }: LoadModelOptions,
  platform: PredictPlatform,
): Promise<LoadedModel> {
  const who = typeof source === "string" ? source : "model";
  const bundle = readBundle(typeof source === "string" ? await platform.readFile(source) : source, who);
  const backend = await platform.backend(threads === undefined ? {} : { threads });
  try {
    const size = batchSize === undefined ? {} : { batchSize };
    const model = await openModel(bundle, { backend, codec: platform.codec, who, ...size });
    return {
      classNames: model.classNames,
      predict: (images, options) =>
        model.predict(
          images.map((image) =>
            typeof image === "string" ? { path: image, bytes: () => platform.readFile(image) } : image,
          ),
          options,
        ),
      close: async () => {
        model.close();
        await backend.close();
      },
    };
  } catch (error) {
    await backend.close();
    throw error;
  }
}
