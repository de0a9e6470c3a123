import { at, percentOf } from "../../base/index.ts";
import { type HeatMap, gradCam, lastConvolution, overlay } from "../../explain/index.ts";
import type { ReportImage, RunReport } from "../../report/index.ts";
import type { Weights } from "../../train/index.ts";
import type { Services } from "../context.ts";
import { runFiles } from "../files/runFolder.ts";
import { dataUrl, smallImage } from "./thumbnail.ts";
import { type FileTree, rangeOf, stagesOf } from "../../data/index.ts";
import type { TrainSettings } from "../train/settings.ts";
import type { Training } from "../train/types.ts";

// As many as a person looks at, and few enough for the page to stay light.
const maxErrors = 25;
const minErrors = 10;
/** An error of so much confidence is one that the model was sure of; a judgement, not a measurement. */
const highConfidence = 0.8;
const maxUncertain = 10;

/** As the printed percentages have it. */
const isHigh = (confidence: number): boolean =>
  Number(percentOf(confidence, 0)) >= Number(percentOf(highConfidence, 0));

/** The predictions for some images. */
export interface ShownPredictions {
  /** Of the network that made them; absent where several did. */
  readonly weights?: Weights;
  /** The images, as indices of the prepared ones. */
  readonly indices: Int32Array;
  /** [images, classes] */
  readonly probabilities: Float32Array;
}

/** What the images come from, and the network that predicted them. */
export interface ImageContext extends Pick<Training, "transforms" | "backend"> {
  readonly task: {
    readonly settings: Pick<TrainSettings, "classNames" | "model">;
    readonly tree: FileTree;
  };
  readonly dataset: Pick<Training["dataset"], "prepared">;
}

interface Candidate {
  readonly image: ReportImage;
  /** Among the prepared images. */
  readonly index: number;
  /** Class index. */
  readonly predicted: number;
  readonly correct: boolean;
  /** Between the most and the second most probable class. */
  readonly margin: number;
}

/**
 * The errors by falling confidence and the images with the smallest margin between the first and the second class, with their Grad-CAM.
 * Of errors below the threshold only as many are shown as are worth a look where none is above it.
 */
export async function reportImages(
  predictions: ShownPredictions,
  training: ImageContext,
  services: Services,
): Promise<Pick<RunReport, "errors" | "uncertain">> {
  const all = Array.from(predictions.indices, (index, row) =>
    candidateOf(training, predictions, { index, row }),
  );
  const errors = all
    .filter(({ correct }) => !correct)
    .sort((a, b) => b.image.probability - a.image.probability);
  const confident = errors.filter(({ image }) => isHigh(image.probability)).length;
  const mistakes = errors.slice(0, Math.min(Math.max(confident, minErrors), maxErrors));
  // An image is worth looking at once.
  const uncertain = all
    .filter((one) => !mistakes.includes(one))
    .sort((a, b) => a.margin - b.margin)
    .slice(0, maxUncertain);
  const shown = [...mistakes, ...uncertain];
  const heat = await heatOf(shown, predictions, training);
  const images = await Promise.all(
    shown.map(async ({ image }, i) => ({
      ...image,
      ...(await drawn(image.path, heat?.[i], { training, services })),
    })),
  );
  const shownErrors = images.slice(0, mistakes.length);
  return {
    errors: {
      count: errors.length,
      threshold: highConfidence,
      confident,
      images: shownErrors,
      file: runFiles.predictions,
    },
    uncertain: images.slice(mistakes.length),
  };
}

function candidateOf(
  { task: { settings }, dataset: { prepared } }: ImageContext,
  { probabilities }: ShownPredictions,
  { index, row }: { readonly index: number; readonly row: number },
): Candidate {
  const { classNames } = settings;
  const own = probabilities.subarray(row * classNames.length, (row + 1) * classNames.length);
  const [first = 0, second = 0] = Array.from(own.keys()).sort((a, b) => at(own, b) - at(own, a) || a - b);
  const truth = at(prepared.labels, index);
  const label = at(classNames, truth);
  const probability = at(own, first);
  return {
    image: { path: at(prepared.paths, index), label, predicted: at(classNames, first), probability },
    index,
    predicted: first,
    correct: first === truth,
    margin: probability - at(own, second),
  };
}

/** The Grad-CAM of each for its predicted class; nothing where the network has no convolution with maps. */
async function heatOf(
  shown: readonly Candidate[],
  { weights }: ShownPredictions,
  { task: { settings }, dataset: { prepared }, transforms, backend }: ImageContext,
): Promise<readonly HeatMap[] | undefined> {
  if (!weights || shown.length === 0) return undefined;
  const layer = lastConvolution(settings.model, prepared.shape);
  if (layer === undefined) return undefined;
  const [height, width, channels] = prepared.shape;
  const images = shown.map(() => new Uint8Array(height * width * channels));
  for (const [i, { index }] of shown.entries()) await prepared.copyInto(index, at(images, i), 0);
  const subject = { model: settings.model, weights, inputShape: prepared.shape, transforms };
  const { heat } = await gradCam(
    subject,
    { images, classes: shown.map(({ predicted }) => predicted) },
    { backend, layer },
  );
  return heat;
}

/** The image made small, and the same under its heat. */
async function drawn(
  path: string,
  heat: HeatMap | undefined,
  { training, services }: { readonly training: ImageContext; readonly services: Services },
): Promise<Pick<ReportImage, "thumbnail" | "gradCam">> {
  const small = await smallImage(path, training.task.tree, {
    codec: services.codec,
    range: rangeOf(stagesOf(training.transforms).prepare),
  });
  if (!small) return {};
  const thumbnail = await dataUrl(small, services);
  return heat ? { thumbnail, gradCam: await dataUrl(overlay(small, heat), services) } : { thumbnail };
}
