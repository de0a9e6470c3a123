import type { LearningRateStatement } from "../../../src/messages/index.ts";
import type { Sentences } from "./types.ts";

const suggested = { learningRate: 0.0039, low: 0.0017, high: 0.0046, runs: 3, tested: 3, isEdge: false };

export const ofLearningRate: Sentences<LearningRateStatement> = {
  "learning-rate-suggested": [
    [
      suggested,
      "Suggested learning rate: 0.0039, a tenth of the rate at which the smoothed loss is lowest (3 runs: 0.0017 to 0.0046).",
      "Train with --lr 0.0039; this is a rule of thumb, so compare it with a third and three times of it on the validation set.",
    ],
    [
      { ...suggested, high: 0.0076, tested: 5 },
      "Suggested learning rate: 0.0039, a tenth of the rate at which the smoothed loss is lowest (3 of 5 runs: 0.0017 to 0.0076). The runs differ widely: only its order of magnitude is known.",
      "Train with --lr 0.0039; this is a rule of thumb, so compare it with a third and three times of it on the validation set.",
    ],
    [
      { learningRate: 1e-6, low: 1e-6, high: 1e-6, runs: 1, tested: 1, isEdge: true },
      "Suggested learning rate: 1e-6, a tenth of the rate at which the smoothed loss is lowest (one run: how far it is off cannot be told). The loss was still falling at the highest rate tested.",
      "Repeat the test with a higher --max-lr.",
    ],
  ],
  "learning-rate-not-found": [
    [
      { tested: 3, minLearningRate: 1e-6, maxLearningRate: 10 },
      "No learning rate can be suggested: between 1e-6 and 10 the smoothed loss of all 3 runs fell by less than 5%.",
      "Repeat the test with more --steps or a larger --batch, or check the data with fovea audit.",
    ],
  ],
  "range-test": [
    [
      {
        model: "plain4",
        optimizer: "adam",
        batchSize: 32,
        images: 768,
        runs: 3,
        steps: 100,
        minLearningRate: 1e-6,
        maxLearningRate: 10,
      },
      "Range test of plain4 with adam, batch size 32, on 768 training images: 3 runs of up to 100 steps, from 1e-6 to 10. The trained weights are discarded.",
    ],
  ],
  "range-test-chart": [
    [
      {},
      "Each line is a run from other initial weights; the loss is a mean over 9 neighbouring steps. A good rate is well left of the lowest point, where the loss still falls steeply. A run stops when its loss diverges.",
    ],
  ],
};
