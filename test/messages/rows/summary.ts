import type { SummaryStatement } from "../../../src/messages/index.ts";
import type { Sentences } from "./types.ts";

const plain = { name: "plain4", about: "four blocks", size: 96, classes: 4 };

export const ofSummary: Sentences<SummaryStatement> = {
  "summary-of-architecture": [
    [
      { ...plain, assumed: { size: true, classes: true } },
      "plain4: four blocks. 96 × 96 × 3 input, 4 classes.",
      "Both are assumed; --size and --classes change them.",
    ],
    [
      { ...plain, assumed: { size: false, classes: true } },
      "plain4: four blocks. 96 × 96 × 3 input, 4 classes.",
      "The number of classes is assumed; --classes changes it.",
    ],
    [
      { ...plain, assumed: { size: true, classes: false } },
      "plain4: four blocks. 96 × 96 × 3 input, 4 classes.",
      "The size is assumed; --size changes it.",
    ],
    [
      { ...plain, assumed: { size: false, classes: false } },
      "plain4: four blocks. 96 × 96 × 3 input, 4 classes.",
    ],
  ],
  "summary-of-file": [
    [
      { origin: "network", path: "net.json", size: 8, classes: 1 },
      "Network net.json: 8 × 8 × 3 input, 1 class.",
    ],
    [
      { origin: "run", path: "runs/a/config.json", size: 64, classes: 10 },
      "Architecture of the run runs/a/config.json: 64 × 64 × 3 input, 10 classes.",
    ],
    [
      { origin: "model", path: "m.safetensors", size: 64, classes: 10 },
      "Architecture of the model file m.safetensors: 64 × 64 × 3 input, 10 classes.",
    ],
    [
      { origin: "model", path: "m.safetensors", size: 64, classes: 10, nets: 5 },
      "Architecture of the model file m.safetensors: 64 × 64 × 3 input, 10 classes. It is an ensemble of 5 nets; parameters, work and memory are those of one.",
    ],
  ],
  "summary-work": [
    [
      { prediction: 1_234_567, training: 98_765_432 },
      "Work for one image: 1.23 MFLOP for prediction, 99 MFLOP for training (floating-point operations in convolutions and dense layers, in millions).",
    ],
  ],
  "summary-memory": [
    [
      {
        parameters: 15_000_000,
        training: { images: 32, bytes: 74_000_000 },
        prediction: { images: 1, bytes: 32_000_000 },
      },
      "Memory: 15 MB of parameters; with activations and code, about 74 MB for training (batch size 32) and about 32 MB for prediction (batch size 1).",
    ],
  ],
};
