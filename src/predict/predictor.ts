import { FoveaError, checkOptions, fault, isObject, showValue } from "../base/index.ts";
import { readNets } from "../bundle/index.ts";
import { type Codec, type DecodeOptions, type Raster, checkRange, checkRaster } from "../data/index.ts";
import type { Backend } from "../engine/index.ts";
import { type BackendOptions, backendOptions } from "./backend.ts";
import {
  type ImageBytes,
  type ImageFailure,
  type ImageModel,
  type ImagePrediction,
  type NamedRaster,
  type PredictOptions,
  openModel,
} from "./model.ts";

/**
 * Options of `openPredictor`.
 * @example
 * const options: PredictorOptions = { threads: 1 };
 */
export interface PredictorOptions extends BackendOptions {
  /** Images that the network takes at a time, from 1. @default 1 where few wait, else up to 16 */
  readonly batchSize?: number;
}

/** What classifying images needs from the place it runs in. */
export interface PredictPlatform {
  /** Starts an engine. @default threads one for each processor that the process may use, 64 at most */
  backend(options: BackendOptions): Promise<Backend>;
  /** Decodes image files. */
  readonly codec: Codec;
  /** Bytes of a file. @throws FoveaError naming a path that cannot be read */
  readFile(path: string): Promise<Uint8Array>;
}

/**
 * An image to classify: the path of a file, its bytes, bytes with a name, or a decoded image.
 * @example
 * const images: readonly ImageInput[] = ["a.jpg", new Uint8Array(0), { path: "b", bytes: new Uint8Array(0) }];
 */
export type ImageInput = string | Uint8Array | ArrayBuffer | ImageBytes | Raster;

/**
 * A model of a file, with the threads that it runs on: open once, for many calls. Calls may overlap; their images share runs.
 * @example
 * const classify = async (predictor: Predictor, path: string): Promise<string> =>
 *   (await predictor.predict(path)).label;
 */
export interface Predictor {
  /** Position = class index. */
  readonly classNames: readonly string[];
  /** Classifies one image. @throws FoveaError naming it when it cannot be read */
  predict(image: ImageInput, options?: PredictOptions): Promise<ImagePrediction>;
  /** Classifies many: one answer for each, in order. One that cannot be read has an `error` and does not stop the others. */
  predict(
    images: readonly ImageInput[],
    options?: PredictOptions,
  ): Promise<readonly (ImagePrediction | ImageFailure)[]>;
  /** Ends its threads once the calls under way are answered; later calls are refused. */
  close(): Promise<void>;
  /** As `close`: for `await using predictor = …`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** Decodes an image file, given by path or as bytes, as training does: [height, width, 3] of RGB. @throws FoveaError when it cannot be read */
export async function decodeImage(
  image: string | Uint8Array | ArrayBuffer,
  options: DecodeOptions,
  platform: Pick<PredictPlatform, "codec" | "readFile">,
): Promise<Raster> {
  checkOptions("decodeImage", options, { range: true });
  const { range } = options;
  const how = { range: range && checkRange("decodeImage: range", range) };
  if (typeof image === "string") return platform.codec.decode(await platform.readFile(image), image, how);
  const bytes = image instanceof ArrayBuffer ? new Uint8Array(image) : image;
  if (bytes instanceof Uint8Array) return platform.codec.decode(bytes, "image", how);
  throw fault("decodeImage", {
    expected: "the path of an image file, or its bytes",
    received: showValue(bytes),
    exitCode: 2,
  });
}

/**
 * Reads a model file, given by path (of the file, or of its run folder) or as bytes, checks it by its proof images and starts its threads.
 * @throws FoveaError naming the file when it is none of ours, damaged, or of a model that was not trained on images
 */
export async function openPredictor(
  source: string | Uint8Array,
  options: PredictorOptions,
  platform: PredictPlatform,
): Promise<Predictor> {
  checkOptions("openPredictor", options, { threads: true, exact: true, batchSize: true });
  const { batchSize } = options;
  const { bytes, who } = await modelBytes(source, (path) => platform.readFile(path));
  const nets = readNets(bytes, who);
  const backend = await platform.backend(backendOptions(options));
  try {
    const size =
      batchSize === undefined ? {} : { batchSize: wholeFrom1("openPredictor: batchSize", batchSize) };
    const model = await openModel(nets, { backend, codec: platform.codec, who, ...size });
    return predictorOf(model, { backend, readFile: (path) => platform.readFile(path) });
  } catch (error) {
    await backend.close();
    throw error;
  }
}

async function modelBytes(source: unknown, readFile: ReadFile): Promise<{ bytes: Uint8Array; who: string }> {
  if (source instanceof Uint8Array) return { bytes: source, who: "model" };
  if (typeof source !== "string") {
    throw fault("openPredictor", {
      expected: "the path of a model file, or its bytes",
      received: showValue(source),
      exitCode: 2,
    });
  }
  try {
    return { bytes: await readFile(source), who: source };
  } catch (error) {
    const inside = `${source}/model.safetensors`;
    const bytes = await readFile(inside).catch(() => undefined);
    if (!bytes) throw error;
    return { bytes, who: inside };
  }
}

function wholeFrom1(who: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw fault(who, { expected: "a whole number from 1", received: showValue(value), exitCode: 2 });
}

type Answers = readonly (ImagePrediction | ImageFailure)[];
type ReadFile = PredictPlatform["readFile"];

function predictorOf(
  model: ImageModel,
  { backend, readFile }: { readonly backend: Backend; readonly readFile: ReadFile },
): Predictor {
  const underWay = new Set<Promise<unknown>>();
  let ending: Promise<void> | undefined;
  const answersFor: ImageModel["predict"] = async (images, options = {}) => {
    if (ending) throw fault("predict", { expected: "an open predictor", received: "a closed one" });
    const work = model.predict(images, options);
    underWay.add(work);
    return work.finally(() => underWay.delete(work));
  };
  function predict(image: ImageInput, options?: PredictOptions): Promise<ImagePrediction>;
  function predict(images: readonly ImageInput[], options?: PredictOptions): Promise<Answers>;
  async function predict(
    given: ImageInput | readonly ImageInput[],
    options: PredictOptions = {},
  ): Promise<ImagePrediction | Answers> {
    checkOptions("predict", options, { top: true, signal: true });
    if (options.top !== undefined) wholeFrom1("predict: top", options.top);
    if (isList(given))
      return answersFor(
        given.map((image, i) => namedOf(image, `images[${i}]`, readFile)),
        options,
      );
    const [answer] = await answersFor([namedOf(given, "image", readFile)], options);
    if (!answer || "error" in answer) throw new FoveaError(`${answer?.path}: ${answer?.error}`);
    return answer;
  }
  const close = (): Promise<void> => {
    ending ??= (async () => {
      await Promise.allSettled(underWay);
      model.close();
      await backend.close();
    })();
    return ending;
  };
  return {
    classNames: model.classNames,
    predict,
    close,
    [Symbol.asyncDispose]: close,
  };
}

const isList = (given: ImageInput | readonly ImageInput[]): given is readonly ImageInput[] =>
  Array.isArray(given);

/** The image with a name for its answer, which is `name` where it brings none. @throws when it is none of what can be classified */
function namedOf(image: ImageInput, name: string, readFile: ReadFile): ImageBytes | NamedRaster {
  if (typeof image === "string") return { path: image, bytes: () => readFile(image) };
  if (image instanceof Uint8Array) return { path: name, bytes: image };
  if (image instanceof ArrayBuffer) return { path: name, bytes: new Uint8Array(image) };
  const given: unknown = image;
  if (isObject(given)) {
    if ("bytes" in image && typeof image.path === "string") return image;
    if ("width" in image) return { path: name, raster: checkRaster(`predict: ${name}`, image) };
  }
  throw fault(`predict: ${name}`, {
    expected:
      "a path, the bytes of an image file, { path, bytes } or a decoded image { width, height, data }",
    received: showValue(given),
    exitCode: 2,
  });
}
