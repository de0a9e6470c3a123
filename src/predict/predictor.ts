import { fault, reasonOf } from "../base/index.ts";
import type { Bundle } from "../bundle/index.ts";
import { type Codec, type PrepareTransform, prepare, stagesOf } from "../data/index.ts";
import { type Classifier, type ClassifierOptions, openClassifier } from "./classifier.ts";

/** The bytes of an image file and a name for it. */
interface Image {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** One class and how probable it is, in [0, 1]. */
export interface ClassProbability {
  readonly label: string;
  readonly probability: number;
}

/** What an image shows, the most probable class first in `top`. */
export interface ImagePrediction extends ClassProbability {
  readonly path: string;
  readonly top: readonly ClassProbability[];
}

/** An image that could not be read, and why. */
export interface ImageFailure {
  readonly path: string;
  readonly error: string;
}

export interface PredictorOptions extends ClassifierOptions {
  readonly codec: Codec;
}

interface PredictOptions {
  /** Classes to name, at most all. @default 3 */
  readonly top?: number;
}

/** A model file at work. */
export interface Predictor {
  readonly classNames: readonly string[];
  /** One answer for each image, in order; one that cannot be read does not stop the others. */
  predict(
    images: readonly Image[],
    options?: PredictOptions,
  ): Promise<readonly (ImagePrediction | ImageFailure)[]>;
  close(): void;
}

/** Images decoded at a time. */
const group = 32;

/** How the model file wants its images. @throws when it was trained on arrays and not on images. */
export function prepareSteps({ transforms }: Bundle, who: string): readonly PrepareTransform[] {
  const { prepare: steps } = stagesOf(transforms);
  if (steps.length > 0) return steps;
  throw fault(who, {
    expected: "a model trained on images, which says how to resize them",
    received: "one without transforms",
  });
}

/**
 * Makes a model file ready to name what images show, with the preprocessing that stands in the file.
 * @throws when its proof images do not come out as stored, or it was trained on arrays and not on images.
 */
export async function createPredictor(bundle: Bundle, options: PredictorOptions): Promise<Predictor> {
  const { codec, who = "model" } = options;
  const steps = prepareSteps(bundle, who);
  const classifier = await openClassifier(bundle, options);
  const context = { classifier, codec, steps, classNames: bundle.classNames };
  return {
    classNames: bundle.classNames,
    predict: async (images, { top = 3 } = {}) => {
      const answers: (ImagePrediction | ImageFailure)[] = [];
      for (let from = 0; from < images.length; from += group)
        answers.push(...(await predictGroup(images.slice(from, from + group), context, top)));
      return answers;
    },
    close: () => classifier.close(),
  };
}

interface Context {
  readonly classifier: Classifier;
  readonly codec: Codec;
  readonly steps: readonly PrepareTransform[];
  readonly classNames: readonly string[];
}

async function predictGroup(
  images: readonly Image[],
  { classifier, codec, steps, classNames }: Context,
  top: number,
): Promise<readonly (ImagePrediction | ImageFailure)[]> {
  const read = await Promise.all(images.map((image) => decode(image, codec, steps)));
  const readable = read.flatMap((one) => (one instanceof Uint8Array ? [one] : []));
  const rows = await classifier.classify(readable);
  let place = 0;
  return images.map(({ path }, i) => {
    const one = read[i];
    if (!(one instanceof Uint8Array)) return { path, error: one ?? "" };
    const row = rows.subarray(place * classNames.length, (place + 1) * classNames.length);
    place++;
    return { path, ...rank(row, classNames, top) };
  });
}

/** Prepared bytes, or why there are none. */
async function decode(
  { path, bytes }: Image,
  codec: Codec,
  steps: readonly PrepareTransform[],
): Promise<Uint8Array | string> {
  try {
    return prepare(await codec.decode(bytes, path), steps).data;
  } catch (error) {
    return reasonOf(error, path);
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
