import type { ExplainStatement } from "../../../src/messages/index.ts";
import type { Sentences } from "./types.ts";

export const ofExplain: Sentences<ExplainStatement> = {
  "no-convolution": [
    [{}, "This model has no convolution, so there is nothing to show but the occlusion map."],
  ],
  "no-gradcam": [[{}, "Grad-CAM was left out: every map of this model's convolutions is a single number."]],
  "explain-legend": [
    [
      { method: "gradcam" },
      "Grad-CAM: left the image, right where the model looked. Bright places speak for the class; each map is scaled to its own brightest place.",
    ],
    [
      { method: "occlusion" },
      "Occlusion: bright is where the class loses most when a patch covers it; dark all over: no single place decides.",
    ],
    [
      { method: "activations" },
      "Activations: what each layer makes of the image, a tile a channel, bright where the channel answers.",
    ],
    [
      { method: "filters" },
      "Filters: the weights that the layer slides over what it sees; grey is 0. Small ones hardly look like anything.",
    ],
  ],
  "gradcam-empty": [[{ layer: "conv2", class: "cat" }, "nothing in conv2 speaks for cat"]],
  "occlusion-drop": [[{ class: "cat", covered: 0.125 }, "covered: cat down to 12.5%"]],
  "occlusion-nowhere": [[{}, "no place matters"]],
  "gradcam-faint": [[{ class: "cat" }, "far more speaks against cat than for it"]],
};
