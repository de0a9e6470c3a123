import type { Fact } from "../../src/messages/index.ts";

type Named = { readonly [One in Fact as One["code"]]: readonly [One["data"], string, string][] };

/** Every fact of a page with its name and value; a fact without a row does not compile. */
const named: Named = {
  architecture: [[{ name: "plain4" }, "Architecture", "plain4"]],
  parameters: [
    [
      { total: 390_884, trainable: 389_924, bytes: 1_563_536 },
      "Parameters",
      "390,884 parameters (389,924 trainable), 2 MB",
    ],
  ],
  activations: [[{ bytes: 900_000 }, "One image", "900 kB of activations"]],
  "fully-connected": [
    [
      { hidden: 100, parameters: 12_000_504, bytes: 48_002_016 },
      "For comparison",
      "a fully connected net with 100 hidden units on the same images would need 12,000,504 parameters, 48 MB",
    ],
  ],
  "training-memory": [
    [{ total: 2.5e9, parameters: 4.2e6 }, "Training memory", "2.5 GB, of which 4 MB for parameters"],
  ],
  "image-size": [[{ size: 64 }, "Image size", "64 × 64 pixels"]],
  training: [
    [{ epochs: 5, planned: 5, end: "done", batchSize: 8 }, "Training", "5 epochs of 5, batch size 8"],
    [
      { epochs: 1, planned: 30, end: "stopped early", batchSize: 64 },
      "Training",
      "1 epoch of 30, stopped early, batch size 64",
    ],
  ],
  "saved-epoch": [
    [{ epoch: 4, monitor: "accuracy" }, "Saved epoch", "4, best validation accuracy"],
    [{ epoch: 1200, monitor: "macroF1" }, "Saved epoch", "1,200, best validation macro F1"],
  ],
  optimizer: [[{ name: "adam", learningRate: 0.001 }, "Optimizer", "adam, learning rate 0.001"]],
  augmentation: [
    [{ name: "none", steps: [] }, "Augmentation", "none"],
    [
      { name: "turns", steps: ["randomFlip", "randomQuarterTurn"] },
      "Augmentation",
      "turns (randomFlip, randomQuarterTurn)",
    ],
    [{ steps: ["randomHue"] }, "Augmentation", "own list (randomHue)"],
  ],
  split: [
    // A whole percentage would say 13%.
    [{ split: "grouped", into: { validation: 0.125 } }, "Split", "grouped, 12.5% validation"],
    [{ split: "random", into: { folds: 5 } }, "Split", "random, in 5 folds"],
  ],
  seed: [[{ seed: 7 }, "Seed", "7"]],
  images: [
    [{ images: 1300, unreadable: 0 }, "Images", "1,300, all readable"],
    [{ images: 1300, unreadable: 2 }, "Images", "1,300, of which 2 cannot be read"],
  ],
  groups: [
    [
      { groups: 400, largest: 24, grouped: 1200 },
      "Groups",
      "400; the largest has 24 images; 1,200 images in groups of two or more",
    ],
    [
      { groups: 9, largest: 1, grouped: 0 },
      "Groups",
      "9; the largest has 1 image; 0 images in groups of two or more",
    ],
  ],
  "predefined-split": [
    [
      {
        parts: [
          { part: "train", images: 1000 },
          { part: "test", images: 300 },
        ],
      },
      "Predefined split",
      "train 1,000, test 300",
    ],
  ],
  formats: [
    [
      {
        shares: [
          { name: "jpeg", images: 39 },
          { name: "png", images: 41 },
        ],
        readable: 80,
      },
      "Formats",
      "jpeg 48.8%, png 51.3%",
    ],
    [{ shares: [], readable: 0 }, "Formats", ""],
  ],
  colours: [[{ shares: [{ name: "grey", images: 1 }], readable: 3 }, "Colours", "grey 33.3%"]],
  time: [[{ seconds: 75 }, "Time", "1 min 15 s"]],
  version: [[{ fovea: "0.1.0" }, "Fovea", "0.1.0"]],
  "runs-on": [[{ runtime: "Node 20.19", system: "linux x64" }, "Runs on", "Node 20.19, linux x64"]],
  arithmetic: [[{ arithmetic: "fused" }, "Arithmetic", "fused"]],
  digest: [
    [{ of: "split", sha256: "ab" }, "split.csv, sha256", "ab"],
    [{ of: "images", sha256: "cd" }, "All images, sha256", "cd"],
  ],
};

export const facts: readonly (readonly [fact: Fact, name: string, value: string])[] = Object.entries(
  named,
).flatMap(([code, all]) => all.map(([data, name, value]) => [{ code, data } as Fact, name, value] as const));
