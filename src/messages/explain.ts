import { countText, percentText, plural } from "../base/index.ts";
import type { Catalogue } from "./types.ts";

/** A way to explain a prediction. */
export type ExplainedBy = "gradcam" | "occlusion" | "activations" | "filters";

/** A way to explain a prediction that was left out though it was asked for. */
export type ExplainNote =
  | { readonly code: "no-convolution"; readonly data: object }
  | { readonly code: "no-gradcam"; readonly data: object };

/** How to read the images of a method: what their colours are, and what they can and cannot say. */
export type MethodStatement =
  | { readonly code: "explain-legend"; readonly data: { readonly method: ExplainedBy } }
  | { readonly code: "explain-limits"; readonly data: { readonly method: ExplainedBy } };

/** What a map was made from: the layer, how many of how many channels, and how finely it is drawn. */
export type MapCaption =
  | {
      readonly code: "gradcam-of";
      readonly data: {
        readonly layer: string;
        /** Of the layer; all of them take part. */
        readonly channels: number;
        /** Positions of the map, [h, w]. */
        readonly mapSize: readonly number[];
      };
    }
  | {
      readonly code: "occlusion-of";
      readonly data: {
        /** Side of the patch, pixels of the network's input. */
        readonly patch: number;
        /** Positions of the patch, [h, w]. */
        readonly mapSize: readonly number[];
        /** Of the network's input, pixels [h, w]. */
        readonly inputSize: readonly number[];
      };
    }
  | {
      readonly code: "activations-of";
      readonly data: {
        readonly layer: string;
        /** Of the layer's output, [h, w, channels]. */
        readonly shape: readonly number[];
        readonly shownChannels: number;
      };
    }
  | {
      readonly code: "filters-of";
      readonly data: {
        readonly layer: string;
        readonly filters: number;
        readonly shownFilters: number;
        /** Input channels that each filter covers. */
        readonly channels: number;
        readonly shownChannels: number;
      };
    };

/** What a map shows, where that is worth a word. */
export type MapRemark =
  | {
      /** A map without a position that speaks for the class. */
      readonly code: "gradcam-empty";
      readonly data: { readonly layer: string; readonly class: string };
    }
  | { readonly code: "gradcam-faint"; readonly data: { readonly class: string } }
  | {
      /** The probability of a class where the patch lowers it most. */
      readonly code: "occlusion-drop";
      readonly data: { readonly class: string; readonly covered: number };
    }
  | { readonly code: "occlusion-nowhere"; readonly data: object };

/** What an explanation says. */
export type ExplainStatement =
  | ExplainNote
  | MethodStatement
  | MapCaption
  | MapRemark
  | {
      /** What the page is of. */
      readonly code: "explain-summary";
      readonly data: { readonly model: string; readonly images: number };
    }
  | {
      /** The prediction for an image, and the class that is explained where it is another one. */
      readonly code: "explained-class";
      readonly data: {
        readonly predicted: string;
        /** Confidence in the predicted class, in [0, 1]. */
        readonly probability: number;
        readonly explained?: { readonly class: string; readonly probability: number };
      };
    }
  | {
      /** Images whose files were written but that would make the page too heavy. */
      readonly code: "explain-more";
      readonly data: { readonly images: number };
    };

const legends: Readonly<Record<ExplainedBy, string>> = {
  gradcam:
    "Grad-CAM: bright regions raised the score of the class in the layer that is named. " +
    "Each map is scaled to its own maximum, so brightness cannot be compared between images.",
  occlusion:
    "Occlusion: bright where the class probability falls most when a patch covers the place; dark all over: no single place decides.",
  activations:
    "Activations: the output of each layer, one tile per channel, bright where the channel is most active; one scale for all tiles of a layer.",
  filters:
    "Filters: the weights of the layer; mid-grey is 0, each filter scaled to its own largest weight; " +
    "those over the image itself are in its colours.",
};

const limits: Readonly<Record<ExplainedBy, string>> = {
  gradcam:
    "It shows where the evidence lies, not what it is: shape, colour and texture of a region look alike here. " +
    "The map is as coarse as the layer and drawn smoothly, so its edges are not outlines. " +
    "It explains what the model computed, whether the prediction is correct or not.",
  occlusion:
    "It needs no access to the layers: it asks the model again with a part covered by the mean colour of the image. " +
    "Evidence that stands in two places can stay dark, since either is enough, " +
    "and a covered image is one that the model was never trained on.",
  activations:
    "They show what a layer computes, not what the prediction rests on: a bright channel may count for nothing, or against the class.",
  filters:
    "They belong to the model, not to an image. In a first layer they may show edges and colours; " +
    "small filters, and those of deeper layers, can hardly be read by eye.",
};

/** The colour scale of a method, from the least to the most. */
export interface ColourScale {
  readonly colours: "inferno" | "viridis" | "grey";
  readonly least: string;
  readonly most: string;
}

const scales: Readonly<Record<ExplainedBy, ColourScale>> = {
  gradcam: { colours: "inferno", least: "no evidence", most: "most evidence in the image" },
  occlusion: { colours: "inferno", least: "no drop", most: "largest drop, at least 5 points" },
  activations: { colours: "viridis", least: "least in the layer", most: "most in the layer" },
  filters: { colours: "grey", least: "most negative weight", most: "most positive weight" },
};

/** What the colours of a method's images stand for. */
export const colourScale = (method: ExplainedBy): ColourScale => scales[method];

const times = (shape: readonly number[]): string => shape.map(countText).join(" × ");

/** "all 64 channels", "the first 16 of 64 filters" */
const shownOf = (shown: number, total: number, one: string): string => {
  if (shown < total) return `the first ${countText(shown)} of ${plural(total, one)}`;
  return total === 1 ? `its 1 ${one}` : `all ${plural(total, one)}`;
};

const captions: Catalogue<MapCaption> = {
  "gradcam-of": ({ layer, channels, mapSize }) => ({
    text: `Grad-CAM of ${layer}: ${shownOf(channels, channels, "channel")}, ${times(mapSize)} positions.`,
  }),
  "occlusion-of": ({ patch, mapSize, inputSize }) => ({
    text: `Occlusion by a patch of ${times([patch, patch])} pixels at ${times(mapSize)} positions of the ${times(inputSize)} input.`,
  }),
  "activations-of": ({ layer, shape, shownChannels }) => ({
    text: `Activations of ${layer}: ${shownOf(shownChannels, shape.at(-1) ?? 0, "channel")}, ${times(shape.slice(0, 2))} positions.`,
  }),
  "filters-of": ({ layer, filters, shownFilters, channels, shownChannels }) => ({
    text: `Filters of ${layer}: ${shownOf(shownFilters, filters, "filter")}, over ${shownOf(shownChannels, channels, "input channel")}.`,
  }),
};

export const explainMessages: Catalogue<ExplainStatement> = {
  ...captions,
  "no-convolution": () => ({
    text: "This model has no convolution, so there is nothing to show but the occlusion map.",
  }),
  "no-gradcam": () => ({
    text: "Grad-CAM was left out: every map of this model's convolutions is a single number.",
  }),
  "explain-legend": ({ method }) => ({ text: legends[method] }),
  "explain-limits": ({ method }) => ({ text: limits[method] }),
  "gradcam-empty": ({ layer, class: name }) => ({ text: `nothing in ${layer} speaks for ${name}` }),
  "occlusion-drop": ({ class: name, covered }) => ({
    text: `covered: ${name} down to ${percentText(covered)}`,
  }),
  "occlusion-nowhere": () => ({ text: "no place matters" }),
  "gradcam-faint": ({ class: name }) => ({ text: `far more speaks against ${name} than for it` }),
  "explain-summary": ({ model, images }) => ({
    text: images === 0 ? `The model ${model}.` : `The model ${model} on ${plural(images, "image")}.`,
  }),
  "explained-class": ({ predicted, probability, explained }) => ({
    text:
      `Predicted class: ${predicted}, ${percentText(probability)} confidence.` +
      (explained ? ` Explained class: ${explained.class}, ${percentText(explained.probability)}.` : ""),
  }),
  "explain-more": ({ images }) => ({
    text:
      images === 1
        ? "1 more image has its PNG files in this folder only."
        : `${plural(images, "more image", "more images")} have their PNG files in this folder only.`,
  }),
};
