import { type Command, Option, type OptionValues } from "commander";
import { kebabCase } from "../../base/index.ts";
import {
  type ConfiguredRequest,
  type OutFolder,
  type TrainRequest,
  batchNormStatisticsNames,
  lossNames,
  optimizerNames,
  parseClassWeights,
  parseLoss,
  parseOptimizer,
  parseRateCurve,
  rateCurveNames,
  samplingNames,
} from "../../app/index.ts";
import {
  classFoldersOption,
  configOption,
  groupPatternOption,
  jsonOption,
  mergeClassesOption,
  noCacheOption,
  noDetectOption,
  rangeOption,
  threadsOption,
} from "./options.ts";
import { namedOrJson, numberFromZero, oneOf, positiveNumber, wholeNumber } from "./parsers.ts";

const augmentHelp =
  "data augmentation: auto (turns, mirror or none, as the training images show), none, mirror (left-right), flips (left-right and upside " +
  "down), turns (mirror and 90° rotations), shifts (mirror and moved by up to 10%), alternating (mirror in every other epoch, moved by 2 pixels), light, microscope (any rotation, stains), photo " +
  "(crops and colours), heavy, or a JSON file with your own steps; `fovea augment` shows them (default: the model's)";

const splitHelp =
  "how to split: auto (your own train/val/test folders or CSV column, else grouped), grouped (whole groups), random (image by image), " +
  "folders (your own parts or an error), pooled (your own test part is drawn from as well), or a run's split.csv (default: auto)";

const sameNames = <T extends string>(names: readonly T[]): Readonly<Record<string, T>> =>
  Object.fromEntries(names.map((name) => [name, name]));

const scheduleNames: Readonly<Record<string, (typeof rateCurveNames)[number]>> = Object.fromEntries(
  rateCurveNames.map((name) => [kebabCase(name), name]),
);

/** The architecture and what it takes. */
const modelOptions = (command: Command): Command =>
  command
    .option(
      "--model <name|file>",
      "architecture: a name of `fovea models`, a network's JSON file, or the run folder, config.json or model file of a training, whose architecture is taken with new weights (default: plain4, or plain3 below 64 pixels)",
    )
    .option(
      "--size <pixels>",
      "input size in pixels; images are resized to it (default: the model's)",
      wholeNumber("--size", 8),
    )
    .option(...rangeOption);

/** How long and how fast it trains, and what of the weights is kept. */
const courseOptions = (command: Command): Command =>
  command
    .option(
      "--epochs <n>",
      "number of passes over the training set (default: the model's)",
      wholeNumber("--epochs", 1),
    )
    .option("--lr <x>", "learning rate (default: the model's)", positiveNumber("--lr"))
    .option(
      "--schedule <name|json>",
      `learning rate over the epochs: ${Object.keys(scheduleNames).join(", ")}, or its settings as JSON (default: the model's)`,
      namedOrJson("--schedule", {
        names: scheduleNames,
        parse: (value) => parseRateCurve("--schedule", value),
      }),
    )
    .option(
      "--warmup-epochs <x>",
      "epochs in which the learning rate rises to its full size; 0.5 is half an epoch (default: the model's)",
      numberFromZero("--warmup-epochs"),
    )
    .option(
      "--accumulate <n>",
      "batches whose gradients make up one step, for batches that memory does not hold at once (default: 1)",
      wholeNumber("--accumulate", 1),
    )
    .option(
      "--ema [momentum]",
      "validate and keep a moving average of the weights (EMA); momentum: part kept at each step, 0.99 where it is left out (default: no average)",
      numberFromZero("--ema", { below: 1, isOptional: true }),
    )
    .option(
      "--batch-norm-statistics <by>",
      "mean and variance of batch norm for validation and the saved model: precise (estimated from training images after each epoch) or moving (averages over the steps) (default: precise)",
      oneOf("--batch-norm-statistics", batchNormStatisticsNames),
    )
    .option("--lookahead", "average with slow weights every 6 steps (Lookahead)");

/** What one step of training is. */
const stepOptions = (command: Command): Command =>
  command
    .option(
      "--batch <n>",
      "batch size: images per training step (default: the model's)",
      wholeNumber("--batch", 1),
    )
    .option(
      "--optimizer <name|json>",
      `optimizer: ${optimizerNames.join(", ")}, or its settings as JSON (default: the model's)`,
      namedOrJson("--optimizer", {
        names: sameNames(optimizerNames),
        parse: (value) => parseOptimizer("--optimizer", value),
      }),
    )
    .option(
      "--weight-decay <x>",
      "decoupled weight decay of kernels, not of biases and norms (default: the model's)",
      numberFromZero("--weight-decay"),
    )
    .option(
      "--clip-norm <x>",
      "shrink gradients whose norm, all parameters together, is larger (default: the model's)",
      positiveNumber("--clip-norm"),
    );

/** Which images a step sees, how they are mixed, and what each counts. */
const exampleOptions = (command: Command): Command =>
  command
    .option(
      "--sampling <how>",
      "images of an epoch: shuffled (each once) or balanced (as many, each class as often as any other: images of rare classes repeat, those of large ones take turns over the epochs) (default: shuffled)",
      oneOf("--sampling", samplingNames),
    )
    .option(
      "--loss <name|json>",
      `what training minimises: ${Object.keys(lossNames).join(", ")} (focal: images that are predicted well count little), or its settings as JSON (default: crossentropy)`,
      namedOrJson("--loss", {
        names: lossNames,
        example: '{"type": "categoricalFocalCrossentropy", "gamma": 1}',
        parse: (value) => parseLoss("--loss", value),
      }),
    )
    .option(
      "--label-smoothing <x>",
      "part of each image's class that is spread evenly over all classes, below 1 (default: the model's)",
      numberFromZero("--label-smoothing", { below: 1 }),
    )
    .option(
      "--class-weights <how|json>",
      "what the loss of an image of each class counts: balanced (every class as much as any other, few images or many), or weights by class name as JSON (default: 1 each)",
      namedOrJson("--class-weights", {
        names: { balanced: "balanced" },
        example: '{"cat": 2}',
        parse: (value) => parseClassWeights("--class-weights", value),
      }),
    )
    .option(
      "--mixup [alpha]",
      "blend each training image with another of its batch, and their classes by the same shares, drawn from Beta(alpha, alpha), alpha 0.2 where it is left out; with --cutmix each for half of the batches (default: no mixup)",
      positiveNumber("--mixup", { isOptional: true }),
    )
    .option(
      "--cutmix [alpha]",
      "paste a box of another image of the batch into each training image, and mix their classes by area; alpha: as for --mixup, 1 where it is left out (default: no CutMix)",
      positiveNumber("--cutmix", { isOptional: true }),
    );

/** The images, their division, and how it is computed. */
const dataOptions = (command: Command): Command =>
  command
    .option("--seed <n>", "the same seed gives the same model (default: 0)", wholeNumber("--seed", 0))
    .option("--split <how|file>", splitHelp)
    .option(...classFoldersOption)
    .option(...mergeClassesOption)
    .option(...groupPatternOption)
    .addOption(new Option("--detect").hideHelp())
    .option(...noDetectOption)
    .option(...noCacheOption)
    .option("--augment <name|file>", augmentHelp)
    .option(...threadsOption)
    .option("--exact", "reproduce bit for bit on CPUs without FMA (slower)")
    .option(...configOption)
    .option(...jsonOption);

/** Settings of a file that no value of an option takes back: `--no-…` does. */
const takenBackByNo = [
  "range",
  "ema",
  "lookahead",
  "clip-norm",
  "class-weights",
  "mixup",
  "cutmix",
  "class-folders",
  "merge-classes",
  "group-pattern",
  "threads",
  "exact",
  "patience",
  "folds",
  "ensemble",
];

/** Adds `--no-…` for each of these options that the command has; the help of --config names them together. */
export function takingBack(command: Command): Command {
  const has = (name: string): boolean => command.options.some(({ long }) => long === `--${name}`);
  for (const name of takenBackByNo) if (has(name)) command.addOption(new Option(`--no-${name}`).hideHelp());
  return command;
}

/** Those of `--no-…` that a command line has, as they are written. */
export const takenBack = (options: OptionValues): readonly string[] =>
  takenBackByNo.filter((name) => options[camelCase(name)] === false).map((name) => `--no-${name}`);

const camelCase = (name: string): string =>
  name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());

/** Options of every command that trains. */
export const trainingOptions = (command: Command): Command =>
  dataOptions(exampleOptions(stepOptions(courseOptions(modelOptions(command)))));

/** The same for a command that chooses the rates itself. */
export const rangeTestOptions = (command: Command): Command =>
  dataOptions(exampleOptions(stepOptions(modelOptions(command))));

/** Where a training reads and writes, and the settings that a file gives. */
interface TrainingPlace {
  readonly data: string;
  readonly out: OutFolder;
  /** What of a file counts where no option says otherwise. @default nothing */
  readonly config?: ConfiguredRequest;
}

/** What a training may have without being asked, so that `false` has to be said: the last three are a model's optimiser's. */
const refusable: ReadonlySet<string> = new Set(["detect", "clipNorm", "ema", "lookahead"]);

/** What was asked for; what was left out or taken back is not there. */
export function trainingRequest(
  options: OptionValues,
  { data, out, config = {} }: TrainingPlace,
): TrainRequest {
  const { json: _, cache: __, lr, detect, ...rest } = options;
  const request: Readonly<Record<string, unknown>> = { ...withoutRivals(config, options), ...rest };
  const kept = Object.entries(request).filter(([key, value]) => value !== false || refusable.has(key));
  return {
    ...Object.fromEntries(kept),
    ...(detect !== undefined && { detect }),
    ...(lr === undefined ? {} : { learningRate: Number(lr) }),
    data,
    out,
  };
}

/** Settings of a validation set, which cannot stand beside folds. */
const besideFolds = ["validation", "monitor", "patience", "minDelta", "startFromEpoch"];
/** Settings that an optimizer with all of its settings says by itself. */
const inOptimizer = ["learningRate", "weightDecay", "clipNorm", "accumulate", "ema", "lookahead"];

/** Settings of a file without those that an option takes the place of, or that cannot stand beside it. */
function withoutRivals(
  config: ConfiguredRequest,
  { folds, validation, split, optimizer, schedule, epochs, minutes }: OptionValues,
): ConfiguredRequest {
  const out = new Set([
    ...(folds === undefined ? [] : besideFolds),
    ...(folds !== undefined && config.split === "folders" ? ["split"] : []),
    ...(validation === undefined && split !== "folders" ? [] : ["folds", "ensemble"]),
    ...(folds === false ? ["ensemble"] : []),
    ...(epochs === undefined ? [] : ["minutes", "lengths"]),
    ...(minutes === undefined ? [] : ["epochs", "lengths"]),
    ...(typeof optimizer === "object" ? inOptimizer : []),
    ...(typeof schedule === "object" ? ["warmupEpochs"] : []),
  ]);
  return Object.fromEntries(Object.entries(config).filter(([key]) => !out.has(key)));
}
