import { type Bundle } from "../../bundle/index.ts";
import type { Raster } from "../../data/index.ts";
import type { Backend } from "../../engine/index.ts";
import {
  type Activations,
  type GradCam,
  type HeatMap,
  sideBySide,
  brightest,
  occlusion,
  openActivations,
  openGradCam,
  overlay,
  peakOf,
  imagesSource,
} from "../../explain/index.ts";
import { withText } from "../../messages/index.ts";
import { type Network, openNetwork } from "../../predict/index.ts";
import type { ExplainPlan } from "./plan.ts";
import type { ExplainRequest } from "../requests.ts";
import type { Explanation } from "./types.ts";

/** An image read and named, and the class to explain. */
export interface ExplainedImage {
  readonly path: string;
  /** To be looked at. */
  readonly shown: Raster;
  /** Bytes as the network takes them. */
  readonly prepared: Uint8Array;
  readonly label: string;
  readonly probability: number;
  readonly classIndex: number;
  readonly class: string;
  readonly classProbability: number;
}

type Of<Method> = Extract<Explanation, { readonly method: Method }>;

/** An image to be written, and its row of the result but for the file. */
export interface Drawn {
  readonly raster: Raster;
  /** The map without the image beside it; absent where `raster` is just that. */
  readonly map?: Raster;
  /** Behind the image's own name. */
  readonly name: readonly string[];
  readonly facts:
    | Omit<Of<"gradcam">, "file">
    | Omit<Of<"occlusion">, "file">
    | Omit<Of<"activations">, "file">;
}

/** The model made ready for the methods of a plan. */
export interface Tools {
  readonly network: Network;
  /** What the methods make of some images: one list each. */
  explain(images: readonly ExplainedImage[], signal: AbortSignal): Promise<readonly (readonly Drawn[])[]>;
  close(): void;
}

/** Images worked on at a time; an occlusion map fills batches from one image alone. */
export const atATime = 16;
const occludedAtATime = 32;

/** A drop of the probability below this is no more than noise: a map without a larger one stays dark. */
const tellingDrop = 0.05;

/** Opens what the plan's methods need. @throws naming a layer that there is not */
export async function openTools(
  bundle: Bundle,
  { methods }: ExplainPlan,
  { backend, request, count }: { backend: Backend; request: ExplainRequest; count: number },
): Promise<Tools> {
  const { layer } = request;
  const opened: { close(): void }[] = [];
  const open = async <T extends { close(): void }>(opening: Promise<T>): Promise<T> => {
    const tool = await opening;
    opened.push(tool);
    return tool;
  };
  const close = (): void => {
    for (const tool of opened) tool.close();
  };
  try {
    const batchSize = Math.min(atATime, count);
    const layerOption = layer === undefined ? {} : { layer };
    const gradCam = methods.has("gradcam")
      ? await open(openGradCam(bundle, { backend, batchSize, ...layerOption }))
      : undefined;
    const activations = methods.has("activations")
      ? await open(openActivations(bundle, { backend, ...layerOption }))
      : undefined;
    const network = await open(
      openNetwork(bundle, {
        backend,
        batchSize: methods.has("occlusion") ? occludedAtATime : batchSize,
        who: request.model,
      }),
    );
    const occlude = methods.has("occlusion");
    return {
      network,
      close,
      explain: async (images, signal) => {
        const cams = gradCam ? await heatOf(gradCam, images, bundle) : [];
        const drawn: Drawn[][] = [];
        for (const [i, image] of images.entries()) {
          signal.throwIfAborted();
          const heat = cams[i];
          drawn.push([
            ...(gradCam && heat ? [drawGradCam(image, heat, gradCam)] : []),
            ...(activations ? await drawActivations(image, activations) : []),
            ...(occlude ? [await drawOcclusion(image, { bundle, network, request, signal })] : []),
          ]);
        }
        return drawn;
      },
    };
  } catch (error) {
    close();
    throw error;
  }
}

const heatOf = (
  gradCam: GradCam,
  images: readonly ExplainedImage[],
  bundle: Bundle,
): Promise<readonly HeatMap[]> =>
  gradCam.explain(
    imagesSource(bundle, {
      images: images.map(({ prepared }) => prepared),
      classes: images.map(({ classIndex }) => classIndex),
    }),
  );

const ofImage = ({
  path,
  label,
  probability,
}: ExplainedImage): Pick<ExplainedImage, "path" | "label" | "probability"> => ({
  path,
  label,
  probability,
});

const ofClass = (image: ExplainedImage): Omit<ExplainedImage, "shown" | "prepared" | "classIndex"> => ({
  ...ofImage(image),
  class: image.class,
  classProbability: image.classProbability,
});

function drawGradCam(
  image: ExplainedImage,
  heat: HeatMap,
  { layer, channels }: Pick<GradCam, "layer" | "channels">,
): Drawn {
  const map = overlay(image.shown, heat);
  const [peak, mapSize] = [peakOf(heat), heat.shape];
  const faint = peak < brightest(heat);
  const data = { layer, class: image.class };
  return {
    raster: sideBySide(image.shown, map),
    map,
    name: ["gradcam", image.class],
    facts: {
      method: "gradcam",
      ...ofClass(image),
      layer,
      mapSize,
      channels,
      peak,
      faint,
      caption: withText({ code: "gradcam-of", data: { layer, channels, mapSize } }),
      ...(peak === 0 && { remark: withText({ code: "gradcam-empty", data }) }),
      ...(peak > 0 && faint && { remark: withText({ code: "gradcam-faint", data: { class: image.class } }) }),
    },
  };
}

async function drawActivations(image: ExplainedImage, activations: Activations): Promise<Drawn[]> {
  const found = await activations.explain(image.prepared);
  const digits = `${found.length}`.length;
  return found.map(({ layer, shape, raster, shown }, i) => ({
    raster,
    // Numbered, so that a folder lists them in the order in which they run.
    name: ["activations", `${i + 1}`.padStart(digits, "0"), layer, shape.join("x")],
    facts: {
      method: "activations",
      ...ofImage(image),
      layer,
      shape,
      shownChannels: shown,
      caption: withText({ code: "activations-of", data: { layer, shape, shownChannels: shown } }),
    },
  }));
}

interface Occluding {
  readonly bundle: Bundle;
  readonly network: Network;
  readonly request: ExplainRequest;
  readonly signal: AbortSignal;
}

async function drawOcclusion(
  image: ExplainedImage,
  { bundle, network, request: { patch: side, stride }, signal }: Occluding,
): Promise<Drawn> {
  const { drops, patch } = await occlusion(image.prepared, {
    inputShape: bundle.inputShape,
    classify: (images) => network.probabilities(images),
    classIndex: image.classIndex,
    batchSize: occludedAtATime,
    signal,
    ...(side !== undefined && { patch: side }),
    ...(stride !== undefined && { stride }),
  });
  const greatestDrop = drops.data.reduce((most, drop) => Math.max(most, drop), -1);
  const map = overlay(image.shown, drops, { peak: Math.max(greatestDrop, tellingDrop) });
  const mapSize = drops.shape;
  const inputSize = bundle.inputShape.slice(0, 2);
  const covered = image.classProbability - greatestDrop;
  return {
    raster: sideBySide(image.shown, map),
    map,
    name: ["occlusion", image.class],
    facts: {
      method: "occlusion",
      ...ofClass(image),
      patch,
      mapSize,
      greatestDrop,
      caption: withText({ code: "occlusion-of", data: { patch, mapSize, inputSize } }),
      remark:
        greatestDrop > 0
          ? withText({ code: "occlusion-drop", data: { class: image.class, covered } })
          : withText({ code: "occlusion-nowhere", data: {} }),
    },
  };
}
