import type { BaselineComparison } from "../../../src/messages/index.ts";
import type { Sentences } from "./types.ts";

export const ofBaselines: Sentences<BaselineComparison> = {
  "better-than-baseline": [
    [
      {
        baseline: "colour",
        accuracy: 0.917,
        baselineAccuracy: 0.63,
        difference: 0.287,
        interval: [0.153, 0.421],
      },
      "The model is significantly better than the colour baseline (91.7% against 63.0%; difference 28.7 points, 95% CI 15.3 to 42.1).",
    ],
  ],
  "not-distinguishable-from-baseline": [
    [
      {
        baseline: "majority",
        accuracy: 0.7,
        baselineAccuracy: 0.68,
        difference: 0.02,
        interval: [-0.051, 0.09],
      },
      "The model cannot be distinguished from the majority class (70.0% against 68.0%; difference 2.0 points, 95% CI -5.1 to 9.0).",
      "Add images of each class, try another architecture (--model), and check the labels.",
    ],
    [
      {
        baseline: "colour",
        accuracy: 0.97,
        baselineAccuracy: 0.96,
        difference: 0.01,
        interval: [-0.02, 0.04],
      },
      "The model cannot be distinguished from the colour baseline (97.0% against 96.0%; difference 1.0 points, 95% CI -2.0 to 4.0).",
      "Check whether light or background give the classes away by accident: new images may not do so.",
    ],
  ],
  "worse-than-baseline": [
    [
      {
        baseline: "colour",
        accuracy: 0.325,
        baselineAccuracy: 0.619,
        difference: -0.294,
        interval: [-0.38, -0.201],
      },
      "The model is significantly worse than the colour baseline (32.5% against 61.9%; difference -29.4 points, 95% CI -38.0 to -20.1).",
      "Try another architecture (--model), and add images of each class; where there are few, a pretrained backbone is the usual remedy (Fovea has none).",
    ],
    // Colours nearly decide the class, and the network misses even that.
    [
      {
        baseline: "colour",
        accuracy: 0.8,
        baselineAccuracy: 0.95,
        difference: -0.15,
        interval: [-0.2, -0.1],
      },
      "The model is significantly worse than the colour baseline (80.0% against 95.0%; difference -15.0 points, 95% CI -20.0 to -10.0).",
      "Try another architecture (--model), and add images of each class; where there are few, a pretrained backbone is the usual remedy (Fovea has none). Check whether light or background give the classes away by accident: new images may not do so.",
    ],
    // One decimal would print one accuracy twice beside a difference.
    [
      {
        baseline: "majority",
        accuracy: 0.8996,
        baselineAccuracy: 0.9004,
        difference: -0.0008,
        interval: [-0.0011, -0.0005],
      },
      "The model is significantly worse than the majority class (89.96% against 90.04%; difference -0.08 points, 95% CI -0.11 to -0.05).",
      "Try another architecture (--model), and add images of each class; where there are few, a pretrained backbone is the usual remedy (Fovea has none).",
    ],
  ],
};
