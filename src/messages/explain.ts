import { percentText } from "../base/index.ts";
import type { Catalogue } from "./types.ts";

/** A way to explain a prediction that was left out though it was asked for. */
export type ExplainNote =
  | { readonly code: "no-convolution"; readonly data: object }
  | { readonly code: "no-gradcam"; readonly data: object };

/** How to read what was made. */
export type ExplainStatement =
  | ExplainNote
  | {
      readonly code: "explain-legend";
      readonly data: { readonly method: "gradcam" | "occlusion" | "activations" | "filters" };
    }
  | {
      /** A map without a place that speaks for the class. */
      readonly code: "gradcam-empty";
      readonly data: { readonly layer: string; readonly class: string };
    }
  | { readonly code: "gradcam-faint"; readonly data: { readonly class: string } }
  | {
      /** The probability of a class where the patch hurts it most. */
      readonly code: "occlusion-drop";
      readonly data: { readonly class: string; readonly covered: number };
    }
  | { readonly code: "occlusion-nowhere"; readonly data: object };

const legends = {
  gradcam:
    "Grad-CAM: left the image, right where the model looked. Bright places speak for the class; each map is scaled to its own brightest place.",
  occlusion:
    "Occlusion: bright is where the class loses most when a patch covers it; dark all over: no single place decides.",
  activations:
    "Activations: what each layer makes of the image, a tile a channel, bright where the channel answers.",
  filters:
    "Filters: the weights that the layer slides over what it sees; grey is 0. Small ones hardly look like anything.",
} as const;

export const explainMessages: Catalogue<ExplainStatement> = {
  "no-convolution": () => ({
    text: "This model has no convolution, so there is nothing to show but the occlusion map.",
  }),
  "no-gradcam": () => ({
    text: "Grad-CAM was left out: every map of this model's convolutions is a single number.",
  }),
  "explain-legend": ({ method }) => ({ text: legends[method] }),
  "gradcam-empty": ({ layer, class: name }) => ({ text: `nothing in ${layer} speaks for ${name}` }),
  "occlusion-drop": ({ class: name, covered }) => ({
    text: `covered: ${name} down to ${percentText(covered)}`,
  }),
  "occlusion-nowhere": () => ({ text: "no place matters" }),
  "gradcam-faint": ({ class: name }) => ({ text: `far more speaks against ${name} than for it` }),
};
