import { FoveaError, at, fault, reasonOf, showValue } from "../base/index.ts";
import type { Bundle } from "../bundle/index.ts";
import { type Codec, type PrepareTransform, type Raster, prepare, rangeOf, stagesOf } from "../data/index.ts";
import { openNetworks } from "./ensemble.ts";
import type { Network, NetworkOptions } from "./network.ts";

/**
 * An image file: a name for it in the answers, and its bytes or how to read them.
 * @example
 * const upload: ImageBytes = { path: "upload-1", bytes: new Uint8Array(0) };
 */
export interface ImageBytes {
  /** Stands in the answer; any text. */
  readonly path: string;
  /** The file's bytes, or a function that reads them when their turn comes. */
  readonly bytes: Uint8Array | (() => Promise<Uint8Array>);
}

/** A decoded image and a name for it in the answers. */
export interface NamedRaster {
  /** Stands in the answer; any text. */
  readonly path: string;
  /** The pixels, of any size, turned upright. */
  readonly raster: Raster;
}

/**
 * One class and how probable it is, in [0, 1].
 * @example
 * const line = ({ label, probability }: ClassProbability): string => `${label}: ${probability.toFixed(2)}`;
 */
export interface ClassProbability {
  /** Class name. */
  readonly label: string;
  /** Calibrated where the file has a temperature, in [0, 1]. */
  readonly probability: number;
}

/**
 * Prediction for one image, the most probable class first in `top`.
 * @example
 * const second = ({ top }: ImagePrediction): string | undefined => top[1]?.label;
 */
export interface ImagePrediction extends ClassProbability {
  /** As it was given. */
  readonly path: string;
  /** The most probable classes, in falling order; as many as `top` asks for. */
  readonly top: readonly ClassProbability[];
}

/**
 * An image that could not be read, and why.
 * @example
 * const line = ({ path, error }: ImageFailure): string => `${path}: ${error}`;
 */
export interface ImageFailure {
  /** As it was given. */
  readonly path: string;
  /** One line for people, without the path. */
  readonly error: string;
}

/** A network's options, and what decodes the images. */
export interface ImageModelOptions extends NetworkOptions {
  readonly codec: Codec;
}

/**
 * Options of `predict` on image files.
 * @example
 * const options: PredictOptions = { top: 2 };
 */
export interface PredictOptions {
  /** Most probable classes to give for each image, at most all. @default 3 */
  readonly top?: number;
  /** Ends the work after the images that are under way, with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** A model that was trained on images, ready to classify image files. Calls may overlap. */
export interface ImageModel {
  readonly classNames: readonly string[];
  /** One answer for each image, in order; one that cannot be read does not stop the others. */
  predict(
    images: readonly (ImageBytes | NamedRaster)[],
    options?: PredictOptions,
  ): Promise<readonly (ImagePrediction | ImageFailure)[]>;
  close(): void;
}

/** Images read and decoded at a time. */
const group = 32;

/** Preprocessing steps of a model file. @throws when it was trained on arrays and not on images. */
export function prepareSteps({ transforms }: Bundle, who: string): readonly PrepareTransform[] {
  const { prepare: steps } = stagesOf(transforms);
  if (steps.length > 0) return steps;
  throw fault(who, {
    expected: "a model trained on images, which says how to resize them",
    received: "one without transforms",
  });
}

/**
 * Makes the nets of a model file ready to classify images, with the preprocessing that the file holds; several are averaged.
 * @throws when its proof images do not come out as stored, or it was trained on arrays and not on images.
 */
export async function openModel(nets: readonly Bundle[], options: ImageModelOptions): Promise<ImageModel> {
  const { codec, who = "model" } = options;
  const first = at(nets, 0);
  const steps = prepareSteps(first, who);
  const network = await openNetworks(nets, options);
  const context = { network, codec, steps, classNames: first.classNames };
  return {
    classNames: first.classNames,
    predict: async (images, { top = 3, signal } = {}) => {
      const answers: (ImagePrediction | ImageFailure)[] = [];
      for (let from = 0; from < images.length; from += group) {
        signal?.throwIfAborted();
        answers.push(...(await predictGroup(images.slice(from, from + group), context, top)));
      }
      return answers;
    },
    close: () => network.close(),
  };
}

interface Context {
  readonly network: Network;
  readonly codec: Codec;
  readonly steps: readonly PrepareTransform[];
  readonly classNames: readonly string[];
}

async function predictGroup(
  images: readonly (ImageBytes | NamedRaster)[],
  { network, codec, steps, classNames }: Context,
  top: number,
): Promise<readonly (ImagePrediction | ImageFailure)[]> {
  const read = await Promise.all(images.map((image) => decode(image, codec, steps)));
  const readable = read.flatMap((one) => (one instanceof Uint8Array ? [one] : []));
  const rows = await network.probabilities(readable);
  let slot = 0;
  return images.map(({ path }, i) => {
    const one = read[i];
    if (!(one instanceof Uint8Array)) return { path, error: one ?? "" };
    const row = rows.subarray(slot * classNames.length, (slot + 1) * classNames.length);
    slot++;
    return { path, ...rank(row, classNames, top) };
  });
}

/** Prepared bytes, or why there are none. */
async function decode(
  image: ImageBytes | NamedRaster,
  codec: Codec,
  steps: readonly PrepareTransform[],
): Promise<Uint8Array | string> {
  try {
    const raster = "raster" in image ? asDecoded(image, steps) : await decodeFile(image, codec, steps);
    return prepare(raster, steps).data;
  } catch (error) {
    return reasonOf(error, image.path);
  }
}

/** @throws where the model scales stored values, which a decoded image has no more */
function asDecoded({ path, raster }: NamedRaster, steps: readonly PrepareTransform[]): Raster {
  const range = rangeOf(steps);
  if (!range) return raster;
  throw fault(path, {
    expected: `an image file, whose values ${range.min}-${range.max} the model scales`,
    received: "a decoded image",
    fix: "give its path or its bytes",
  });
}

async function decodeFile(
  { path, bytes }: ImageBytes,
  codec: Codec,
  steps: readonly PrepareTransform[],
): Promise<Raster> {
  const file = bytes instanceof Uint8Array ? bytes : await readWith(bytes, path);
  if (file instanceof Uint8Array) return codec.decode(file, path, { range: rangeOf(steps) });
  throw fault(path, { expected: "bytes in a Uint8Array", received: showValue(file) });
}

/** What a caller's function reads; its failure concerns this image alone. */
async function readWith(read: () => Promise<Uint8Array>, path: string): Promise<Uint8Array> {
  try {
    return await read();
  } catch (cause) {
    if (cause instanceof FoveaError) throw cause;
    const received = cause instanceof Error ? cause.message : String(cause);
    throw fault(path, { expected: "the bytes of an image", received, cause });
  }
}

/** Classes by falling probability; equal ones in class order. */
function rank(row: Float32Array, classNames: readonly string[], top: number): Omit<ImagePrediction, "path"> {
  const choices = classNames
    .map((label, i): ClassProbability => ({ label, probability: row[i] ?? 0 }))
    .sort((a, b) => b.probability - a.probability);
  const [{ label, probability } = { label: "", probability: 0 }] = choices;
  return { label, probability, top: choices.slice(0, Math.max(top, 1)) };
}
