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
      "Grad-CAM: bright regions raised the score of the class in the layer that is named. Each map is scaled to its own maximum, so brightness cannot be compared between images.",
    ],
    [
      { method: "occlusion" },
      "Occlusion: bright where the class probability falls most when a patch covers the place; dark all over: no single place decides.",
    ],
    [
      { method: "activations" },
      "Activations: the output of each layer, one tile per channel, bright where the channel is most active; one scale for all tiles of a layer.",
    ],
    [
      { method: "filters" },
      "Filters: the weights of the layer; mid-grey is 0, each filter scaled to its own largest weight; those over the image itself are in its colours.",
    ],
  ],
  "explain-limits": [
    [
      { method: "gradcam" },
      "It shows where the evidence lies, not what it is: shape, colour and texture of a region look alike here. The map is as coarse as the layer and drawn smoothly, so its edges are not outlines. It explains what the model computed, whether the prediction is correct or not.",
    ],
    [
      { method: "occlusion" },
      "It needs no access to the layers: it asks the model again with a part covered by the mean colour of the image. Evidence that stands in two places can stay dark, since either is enough, and a covered image is one that the model was never trained on.",
    ],
    [
      { method: "activations" },
      "They show what a layer computes, not what the prediction rests on: a bright channel may count for nothing, or against the class.",
    ],
    [
      { method: "filters" },
      "They belong to the model, not to an image. In a first layer they may show edges and colours; small filters, and those of deeper layers, can hardly be read by eye.",
    ],
  ],
  "gradcam-of": [
    [
      { layer: "conv2d_3", channels: 128, mapSize: [12, 9] },
      "Grad-CAM of conv2d_3: all 128 channels, 12 × 9 positions.",
    ],
    [{ layer: "one", channels: 1, mapSize: [2, 2] }, "Grad-CAM of one: its 1 channel, 2 × 2 positions."],
  ],
  "occlusion-of": [
    [
      { patch: 16, mapSize: [12, 12], inputSize: [96, 96] },
      "Occlusion by a patch of 16 × 16 pixels at 12 × 12 positions of the 96 × 96 input.",
    ],
  ],
  "activations-of": [
    [
      { layer: "conv2d", shape: [24, 24, 128], shownChannels: 64 },
      "Activations of conv2d: the first 64 of 128 channels, 24 × 24 positions.",
    ],
    [
      { layer: "conv2d", shape: [24, 20, 64], shownChannels: 64 },
      "Activations of conv2d: all 64 channels, 24 × 20 positions.",
    ],
  ],
  "filters-of": [
    [
      { layer: "conv2d", filters: 64, shownFilters: 16, channels: 32, shownChannels: 16 },
      "Filters of conv2d: the first 16 of 64 filters, over the first 16 of 32 input channels.",
    ],
    [
      { layer: "conv2d", filters: 32, shownFilters: 32, channels: 1, shownChannels: 1 },
      "Filters of conv2d: all 32 filters, over its 1 input channel.",
    ],
  ],
  "explain-summary": [
    [{ model: "m.safetensors", images: 3 }, "The model m.safetensors on 3 images."],
    [{ model: "m.safetensors", images: 0 }, "The model m.safetensors."],
  ],
  "explained-class": [
    [{ predicted: "cat", probability: 0.917 }, "Predicted class: cat, 91.7% confidence."],
    [
      { predicted: "cat", probability: 0.917, explained: { class: "dog", probability: 0.0305 } },
      "Predicted class: cat, 91.7% confidence. Explained class: dog, 3.1%.",
    ],
  ],
  "explain-more": [
    [{ images: 1 }, "1 more image has its PNG files in this folder only."],
    [{ images: 1200 }, "1,200 more images have their PNG files in this folder only."],
  ],
  "gradcam-empty": [[{ layer: "conv2", class: "cat" }, "nothing in conv2 speaks for cat"]],
  "occlusion-drop": [[{ class: "cat", covered: 0.125 }, "covered: cat down to 12.5%"]],
  "occlusion-nowhere": [[{}, "no place matters"]],
  "gradcam-faint": [[{ class: "cat" }, "far more speaks against cat than for it"]],
};
