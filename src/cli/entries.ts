import type { Command } from "commander";
import type { ExitCode } from "./errors.ts";

/** Adds to a command its options and what it does; `finish` takes the exit code. */
export type Complete = (command: Command, finish: (code: ExitCode) => void) => Command;

export interface UsageExample {
  readonly line: string;
  readonly does: string;
}

export interface Entry {
  readonly name: string;
  readonly about: string;
  /** What each argument is. */
  readonly takes: Readonly<Record<string, string>>;
  /** Commands as they are typed, at most 58 characters, and what each does. */
  readonly examples: readonly UsageExample[];
  /** What an exit code means here beyond its usual meaning. */
  readonly exits?: Readonly<Partial<Record<ExitCode, string>>>;
  readonly load: () => Promise<Complete>;
}

const trainingExits = {
  1: "training diverged; the run is kept",
  130: "interrupted after an epoch; the best model so far is kept",
} as const;
/** Of commands that take --config too. */
const configurableData = "labelled images, in any layout that train takes; needed unless --config names them";
const imageExits = { 1: "an image could not be read; the others are done" } as const;

/** The overview line of each command. The rest is loaded only for the command that runs: loading all takes longer than answering. */
export const entries: readonly Entry[] = [
  {
    name: "demo",
    about: "train on synthetic images, offline, in under a minute",
    takes: {},
    examples: [
      {
        line: "fovea demo --out demo",
        does: "draws images into demo/images, trains on them and writes the run to demo",
      },
    ],
    exits: trainingExits,
    load: async () => (await import("./commands/demo.ts")).demoCommand,
  },
  {
    name: "audit",
    about: "check a dataset for duplicates, leakage and other problems",
    takes: { "<data>": "labelled images, in any layout that train takes" },
    examples: [
      { line: "fovea audit cells", does: "checks the folder and writes runs/audit-cells-1/report.html" },
      { line: "fovea audit cells.zip --json", does: "prints the findings for a program" },
    ],
    load: async () => (await import("./commands/audit.ts")).auditCommand,
  },
  {
    name: "train",
    about: "train a classifier on labelled images",
    takes: {
      "[data]":
        "one folder of images per class; train/val/test folders of those; a CSV or TSV file; or an archive of any of these; needed unless --config names it",
    },
    examples: [
      { line: "fovea train cells", does: "trains with all defaults; the run goes to runs/cells-1" },
      {
        line: "fovea train cells --model resnet9 --epochs 20 --seed 4",
        does: "another architecture, longer, another seed",
      },
      {
        line: "fovea train --config runs/cells-1/config.json --lr 0.01",
        does: "trains as a run did, with another learning rate",
      },
      { line: "fovea train --resume --out runs/cells-1 cells", does: "resumes a run that was interrupted" },
    ],
    exits: trainingExits,
    load: async () => (await import("./commands/train.ts")).trainCommand,
  },
  {
    name: "augment",
    about: "show what data augmentation does to your images",
    takes: { "<data>": "labelled images, in any layout that train takes" },
    examples: [
      {
        line: "fovea augment cells --preview sheet.png",
        does: "draws 8 images beside 7 versions of each into sheet.png",
      },
      {
        line: "fovea augment cells --augment heavy --preview heavy.png",
        does: "shows the set heavy of train --augment",
      },
      {
        line: "fovea augment cells --augment my.json --preview my.png",
        does: "shows your own list of steps",
      },
    ],
    load: async () => (await import("./commands/augment.ts")).augmentCommand,
  },
  {
    name: "evaluate",
    about: "compute a model's metrics on labelled images",
    takes: {
      "<model>": "a run folder, or its model.safetensors",
      "<data>": "labelled images, in any layout that train takes",
    },
    examples: [
      {
        line: "fovea evaluate runs/cells-1 other-cells",
        does: "measures the model on images that are new to it",
      },
      {
        line: "fovea evaluate runs/cells-1 other-cells --out check",
        does: "writes the report and the tables as well",
      },
    ],
    load: async () => (await import("./commands/evaluate.ts")).evaluateCommand,
  },
  {
    name: "predict",
    about: "classify images with a trained model",
    takes: {
      "<model>": "a run folder, or its model.safetensors",
      "<images...>": "image files, or folders, archives or data sets of them",
    },
    examples: [
      { line: "fovea predict runs/cells-1 new.jpg", does: "prints the three most probable classes" },
      { line: "fovea predict runs/cells-1 inbox --csv > out.csv", does: "classifies a folder into a table" },
    ],
    exits: imageExits,
    load: async () => (await import("./commands/predict.ts")).predictCommand,
  },
  {
    name: "explain",
    about: "visualise predictions (Grad-CAM, occlusion, activations, filters)",
    takes: {
      "<model>": "a run folder, or its model.safetensors",
      "[images...]":
        "image files, or folders, archives or data sets of them; not needed for --method filters",
    },
    examples: [
      { line: "fovea explain runs/cells-1 new.jpg", does: "writes a Grad-CAM overlay to runs/explain-1" },
      {
        line: "fovea explain runs/cells-1 --method filters",
        does: "shows the filters of the first convolution",
      },
    ],
    exits: imageExits,
    load: async () => (await import("./commands/explain.ts")).explainCommand,
  },
  {
    name: "labels",
    about: "find images that may be mislabelled",
    takes: { "[data]": configurableData },
    examples: [
      {
        line: "fovea labels cells",
        does: "writes the doubtful labels to runs/labels-cells-1/labels-to-review.csv",
      },
      {
        line: "fovea labels --config runs/cells-1/config.json",
        does: "trains as a run did, on its images",
      },
    ],
    load: async () => (await import("./commands/labels.ts")).labelsCommand,
  },
  {
    name: "find-lr",
    about: "suggest a learning rate by a range test",
    takes: { "[data]": configurableData },
    examples: [
      {
        line: "fovea find-lr cells",
        does: "trains a few hundred steps and writes the chart to runs/find-lr-cells-1/report.html",
      },
      { line: "fovea find-lr cells --model resnet9", does: "for another architecture and its optimiser" },
      {
        line: "fovea find-lr --config runs/cells-1/config.json",
        does: "for the model, the optimiser and the images of a run",
      },
    ],
    load: async () => (await import("./commands/findLr.ts")).findLrCommand,
  },
  {
    name: "search",
    about: "search for better settings, in the time you give",
    takes: { "[data]": `${configurableData}, or --resume a search` },
    examples: [
      {
        line: "fovea search cells --minutes 30",
        does: "searches model, size, rate, decay and augmentation; writes runs/search-cells-1/report.html",
      },
      {
        line: "fovea search cells --minutes 30 --model plain4",
        does: "keeps the model, and searches the rest",
      },
      {
        line: "fovea search --resume runs/search-cells-1",
        does: "resumes a search that was interrupted or killed",
      },
    ],
    exits: { 130: "interrupted by Ctrl-C; finished trials are kept, and the search can be resumed" },
    load: async () => (await import("./commands/search.ts")).searchCommand,
  },
  {
    name: "compare",
    about: "test whether two runs differ significantly",
    takes: {
      "<runA>": "folder that train or evaluate --out wrote",
      "<runB>": "another such folder, of the same images: runs best with the same --split",
    },
    examples: [
      { line: "fovea compare runs/cells-1 runs/cells-2", does: "tests whether the second run is better" },
    ],
    load: async () => (await import("./commands/compare.ts")).compareCommand,
  },
  {
    name: "datasets",
    about: "list data sets that can be downloaded, or download one",
    takes: {
      "[action]": "get, to download one; without it they are listed",
      "[name]": "which one",
    },
    examples: [
      { line: "fovea datasets", does: "lists names, licences and what is in them" },
      {
        line: "fovea datasets get cifar-10",
        does: "downloads it to datasets/cifar-10, or goes on where that broke off",
      },
    ],
    exits: { 130: "interrupted by Ctrl-C; what has come is kept" },
    load: async () => (await import("./commands/storage/datasets.ts")).datasetsCommand,
  },
  {
    name: "models",
    about: "list built-in architectures, or describe one",
    takes: { "[name]": "one of them, to describe as summary does" },
    examples: [
      { line: "fovea models", does: "lists names, parameters, input sizes and work" },
      { line: "fovea models --measure", does: "lists memory and speed on this machine too" },
      { line: "fovea models plain4 --classes 10", does: "describes plain4 for 10 classes" },
    ],
    load: async () => (await import("./commands/models.ts")).modelsCommand,
  },
  {
    name: "summary",
    about: "describe a network: layers, shapes, parameters, memory, work",
    takes: {
      "<model>":
        "a name of `fovea models`, a network's JSON file, a run folder or its config.json, or a model.safetensors",
    },
    examples: [
      { line: "fovea summary plain4 --size 64 --classes 10", does: "describes plain4 for such images" },
      { line: "fovea summary runs/cells-1", does: "describes the network of a run" },
      { line: "fovea summary net.json --json", does: "prints it for a program" },
    ],
    load: async () => (await import("./commands/summary.ts")).summaryCommand,
  },
  {
    name: "bench",
    about: "measure training and inference speed on this machine",
    takes: {},
    examples: [
      { line: "fovea bench --model plain4 --size 64", does: "times training and inference of a model" },
      { line: "fovea bench --plan plain4", does: "prints how it is compiled" },
    ],
    load: async () => (await import("./commands/bench.ts")).benchCommand,
  },
  {
    name: "cache",
    about: "list or clear what is kept of images for the next run",
    takes: { "<action>": "ls: list what is kept, by kind; clear: remove all of it" },
    examples: [
      { line: "fovea cache ls", does: "prints the folder, and the size and last use of each kind" },
      { line: "fovea cache clear", does: "gives the disk space back; the next run reads all images anew" },
    ],
    load: async () => (await import("./commands/storage/cache.ts")).cacheCommand,
  },
];
