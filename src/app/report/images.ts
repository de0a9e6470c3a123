import { type HeatMap, gradCam, lastConvolution, overlay } from "../../explain/index.ts";
import type { ReportImage, RunReport } from "../../report/index.ts";
import type { Weights } from "../../train/index.ts";
import type { Services } from "../context.ts";
import { dataUrl, smallImage } from "./thumbnail.ts";
import type { Training } from "../train/types.ts";

// As many as a person looks at, and few enough for the page to stay light.
const mostMistakes = 24;
const mostUncertain = 12;

/** What the network said of some images. */
export interface Said {
  /** Of the network that said it; absent where several did. */
  readonly weights?: Weights;
  /** The images, as indices of the prepared ones. */
  readonly indices: Int32Array;
  /** [images, classes] */
  readonly probabilities: Float32Array;
}

interface Judged {
  readonly image: ReportImage;
  /** Among the prepared images. */
  readonly index: number;
  /** Class index of what was said. */
  readonly said: number;
  readonly right: boolean;
  /** Between the most and the second most probable class. */
  readonly margin: number;
}

/** The surest mistakes and the images with the least between the first and the second class, with what the network looked at. */
export async function reportImages(
  said: Said,
  training: Training,
  services: Services,
): Promise<Pick<RunReport, "mistakes" | "uncertain">> {
  const all = Array.from(said.indices, (index, row) => judge(training, said, { index, row }));
  const mistakes = all
    .filter(({ right }) => !right)
    .sort((a, b) => b.image.probability - a.image.probability)
    .slice(0, mostMistakes);
  // An image is worth looking at once.
  const uncertain = all
    .filter((one) => !mistakes.includes(one))
    .sort((a, b) => a.margin - b.margin)
    .slice(0, mostUncertain);
  const shown = [...mistakes, ...uncertain];
  const heat = await heatOf(shown, said, training);
  const images = await Promise.all(
    shown.map(async ({ image }, i) => ({
      ...image,
      ...(await drawn(image.path, heat?.[i], { training, services })),
    })),
  );
  return { mistakes: images.slice(0, mistakes.length), uncertain: images.slice(mistakes.length) };
}

function judge(
  { prepared, settings }: Training,
  { probabilities }: Said,
  { index, row }: { readonly index: number; readonly row: number },
): Judged {
  const { classNames } = settings;
  const own = probabilities.subarray(row * classNames.length, (row + 1) * classNames.length);
  const [first = 0, second = 0] = Array.from(own.keys()).sort((a, b) => own[b]! - own[a]! || a - b);
  const truth = prepared.labels[index]!;
  const [label, said] = [classNames[truth]!, classNames[first]!];
  return {
    image: { path: prepared.paths[index]!, label, said, probability: own[first]! },
    index,
    said: first,
    right: first === truth,
    margin: own[first]! - own[second]!,
  };
}

/** Where the network looked for what it said of each; nothing where it has no layer that knows places. */
async function heatOf(
  shown: readonly Judged[],
  { weights }: Said,
  { settings, prepared, transforms, backend }: Training,
): Promise<readonly HeatMap[] | undefined> {
  const layer = lastConvolution(settings.model, prepared.shape);
  if (!weights || layer === undefined || shown.length === 0) return undefined;
  const [height, width, channels] = prepared.shape;
  const images = shown.map(() => new Uint8Array(height * width * channels));
  for (const [i, { index }] of shown.entries()) await prepared.copyInto(index, images[i]!, 0);
  const subject = { model: settings.model, weights, inputShape: prepared.shape, transforms };
  const { heat } = await gradCam(
    subject,
    { images, classes: shown.map(({ said }) => said) },
    { backend, layer },
  );
  return heat;
}

/** The image made small, and the same under its heat. */
async function drawn(
  path: string,
  heat: HeatMap | undefined,
  { training, services }: { readonly training: Training; readonly services: Services },
): Promise<Pick<ReportImage, "thumbnail" | "gradCam">> {
  const small = await smallImage(path, training.tree, services);
  if (!small) return {};
  const thumbnail = await dataUrl(small, services);
  return heat ? { thumbnail, gradCam: await dataUrl(overlay(small, heat), services) } : { thumbnail };
}
