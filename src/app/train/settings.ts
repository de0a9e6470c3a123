import { fault, plural, showShape } from "../../base/index.ts";
import { type Recipe, buildModel, defaultModelName, modelNames, recipeOf } from "../../models/index.ts";
import { type ModelSpec, type Optimizer, summarize } from "../../nn/index.ts";
import {
  type BatchNormStatistics,
  type MonitorName,
  type Sampling,
  monitorOf,
  parseSampling,
  stoppingIn,
} from "../../train/index.ts";
import { type ClassWeights, parseClassWeights } from "../../evaluate/index.ts";
import {
  type AugmentChoice,
  type DrawMethod,
  type Part,
  type StoredRange,
  checkRange,
} from "../../data/index.ts";
import { type ClassOptions, type SplitMethod, type TrainRequest, splitNames } from "../requests.ts";
import type { FileStore } from "../context.ts";
import { augmentationOf } from "../files/augmentation.ts";
import { flagOf } from "./options/flag.ts";
import { chosenOptimizer } from "./options/optimizer.ts";
import { chosenSchedule } from "./options/schedule.ts";
import { type FileArchitecture, forClasses, readArchitecture } from "../files/architecture.ts";

/** All that decides the outcome of a training, apart from the images themselves; kept in config.json. */
export interface TrainSettings extends ClassOptions {
  readonly data: string;
  readonly modelName: string;
  /** The run or model file whose architecture it has, where one was given. */
  readonly modelFrom?: string;
  readonly model: ModelSpec;
  readonly classNames: readonly string[];
  /** Height and width in pixels. */
  readonly size: number;
  /** Stored values that become black and white, where files are not read as usual. */
  readonly range?: StoredRange;
  readonly epochs: number;
  readonly batchSize: number;
  readonly optimizer: Optimizer;
  readonly schedule: Recipe["schedule"];
  readonly normalise: Recipe["normalise"];
  /** Name of a set, or the steps of the user's own list. */
  readonly augment: AugmentChoice;
  /** Path of the file that lists the steps, where one does. */
  readonly augmentFile?: string;
  /** As they were asked for; balanced ones follow from the training images, in each fold anew. */
  readonly classWeights?: ClassWeights;
  /** Which images an epoch takes. @default "shuffled" */
  readonly sampling?: Sampling;
  /** Of models with batch norm; runs of earlier versions do not name it and have moving averages. */
  readonly batchNormStatistics?: BatchNormStatistics;
  readonly seed: number;
  readonly split: SplitMethod;
  /** Path of the file that says the split, where one does. */
  readonly splitFile?: string;
  /** As it was asked for; groups that the data names come first. */
  readonly groupPattern?: string;
  /** Find copies of one photograph by what the images show, where nobody names groups. */
  readonly detect: boolean;
  readonly validation: number;
  /** How the best epoch is chosen and when a training ends, where it was asked for. */
  readonly monitor?: MonitorName;
  readonly patience?: number;
  readonly minDelta?: number;
  readonly startFromEpoch?: number;
  /** Parts of a cross-validation. */
  readonly folds?: number;
  /** Every product and sum rounded by itself: the same bits on processors without a fused multiply-add too. */
  readonly exact: boolean;
}

/** The settings before the images are read: the augmentation may depend on what they show. */
export interface PlannedSettings extends Omit<TrainSettings, "augment"> {
  readonly augment: AugmentChoice | "auto";
}

/** Fraction of images for the validation set, where nobody says it. */
export const VALIDATION = 0.2;

/** What a request says of the validation set: folds, or a fraction where it is not the data's own. */
export function askedValidation({
  split,
  validation,
  folds,
}: {
  readonly split?: string | undefined;
  readonly validation?: number | undefined;
  readonly folds?: number | undefined;
}): Pick<TrainRequest, "validation" | "folds"> {
  if (folds !== undefined) return { folds };
  if (validation === undefined || (split === "folders" && validation === VALIDATION)) return {};
  return { validation };
}

/** What the data says before any setting is decided. */
export interface DataFacts {
  readonly classNames: readonly string[];
  /** Shorter side of a typical image, in pixels; asked for only where it matters. */
  readonly typicalSide: () => Promise<number>;
  /** Parts that the data brings itself: which of its images name one. */
  readonly ownParts: ReadonlySet<Part>;
}

/** The model's own recipe, with what was asked for in its place. @throws when the model does not fit the images. */
export async function resolveSettings(
  request: TrainRequest,
  { classNames, typicalSide, ownParts }: DataFacts,
  files: FileStore,
): Promise<PlannedSettings> {
  const named = request.model ?? defaultModelName(request.size ?? (await typicalSide()));
  const wanted = { named, size: request.size, classes: classNames.length };
  const { modelName, model, size, recipe, file } = await chooseModel(wanted, files);
  const optimizer = chosenOptimizer(request, recipe);
  const epochs = request.epochs ?? recipe.epochs;
  // Missed now, before an image is read.
  monitorOf({ ...stoppingIn(request), epochs }, { hasValidation: true, named: flagOf });
  return {
    data: request.data,
    modelName,
    ...(file && file.origin !== "network" && { modelFrom: file.path }),
    model,
    classNames,
    size,
    ...(request.range && { range: checkRange("--range", request.range) }),
    epochs,
    batchSize: request.batch ?? recipe.batchSize,
    optimizer,
    schedule: chosenSchedule(request, { recipe, optimizer }),
    normalise: request.normalise ?? recipe.normalise,
    ...(await augmentationOf(request.augment ?? recipe.augment, files)),
    ...(request.classWeights !== undefined && {
      classWeights: parseClassWeights("--class-weights", request.classWeights, classNames),
    }),
    ...(request.sampling !== undefined && { sampling: parseSampling("--sampling", request.sampling) }),
    ...(hasBatchNorm(model, size) && { batchNormStatistics: request.batchNormStatistics ?? "precise" }),
    seed: request.seed ?? 0,
    ...splitOf(request, ownParts),
    validation: request.validation ?? VALIDATION,
    ...stoppingIn(request),
    ...(request.folds !== undefined && { folds: request.folds }),
    detect: request.detect ?? true,
    ...(request.groupPattern !== undefined && { groupPattern: request.groupPattern }),
    ...(request.classFolders !== undefined && { classFolders: request.classFolders }),
    ...(request.mergeClasses !== undefined && { mergeClasses: request.mergeClasses }),
    exact: request.exact ?? false,
  };
}

const hasBatchNorm = (model: ModelSpec, size: number): boolean =>
  summarize(model, [size, size, 3]).rows.some(({ type }) => type === "BatchNormalization");

/** A model with the settings to begin with. */
export interface ChosenModel {
  readonly modelName: string;
  readonly model: ModelSpec;
  /** Height and width of its images, pixels. */
  readonly size: number;
  /** That it predicts. */
  readonly classes: number;
  readonly recipe: Recipe;
  /** The file that it comes from; absent for an architecture by name. */
  readonly file?: FileArchitecture;
}

/** What a model is chosen for. */
export interface ModelChoice {
  /** Name of an architecture, the path of a file with one, or what stands in it. */
  readonly named: string | FileArchitecture;
  /** @default the model's own */
  readonly size: number | undefined;
  /** Of the data. @default those of the JSON file; 4 for an architecture, where their number hardly counts */
  readonly classes?: number;
}

/**
 * The model of a name or a file, for images of `size` or its own. One that was trained takes as many classes as the data has.
 * @throws when it does not fit the images or the classes
 */
export async function chooseModel(
  { named, size: asked, classes: ofData }: ModelChoice,
  files: FileStore,
): Promise<ChosenModel> {
  if (typeof named === "string" && modelNames.includes(named)) {
    const recipe = recipeOf(named);
    const size = asked ?? recipe.size;
    const inputShape = [size, size, 3] as const;
    const model = buildModel(named, { inputShape, classes: ofData ?? 4 });
    checkSize(named, model, inputShape);
    const classes = outputOf(`model ${named}`, { model, inputShape, classes: ofData });
    return { modelName: named, model, size, classes, recipe };
  }
  const file = typeof named === "string" ? await readArchitecture(named, files) : named;
  const isTrained = file.origin !== "network";
  const recipe = recipeOf(isTrained && modelNames.includes(file.name) ? file.name : "plain4");
  const size = asked ?? file.size ?? recipe.size;
  const model = isTrained && ofData !== undefined ? forClasses(file, ofData) : file.model;
  const classes = outputOf(file.path, { model, inputShape: [size, size, 3], classes: ofData });
  return { modelName: file.name, model, size, classes, recipe, file };
}

/** The name of an architecture that is built by that name exactly as it is; nothing for any other network. */
export function namedModel({
  name,
  model,
  size,
  classes,
}: Pick<ChosenModel, "model" | "size" | "classes"> & { readonly name: string }): string | undefined {
  if (!modelNames.includes(name)) return undefined;
  const built = buildModel(name, { inputShape: [size, size, 3], classes });
  return JSON.stringify(built) === JSON.stringify(model) ? name : undefined;
}

/** @throws for options that set the validation set otherwise. */
export function checkFoldOptions({ folds, split, validation, ...request }: TrainRequest): void {
  if (folds === undefined) return;
  const [stopping] = Object.keys(stoppingIn(request));
  if (stopping !== undefined) {
    throw fault(flagOf(stopping), {
      expected: "no such option beside --folds",
      fix: "a cross-validation chooses no epoch by the images that it is evaluated on; say how many by --epochs",
      exitCode: 2,
    });
  }
  if (validation !== undefined) {
    throw fault("--validation", {
      expected: "no such option beside --folds",
      fix: "each fold is the validation set once",
      exitCode: 2,
    });
  }
  if (split === "folders") {
    throw fault("--split folders", {
      expected: "auto, grouped, random or pooled beside --folds",
      fix: "the data's own train and validation parts are one split; leave one of the two options out",
      exitCode: 2,
    });
  }
}

/** The way to draw that an option --split names; nothing where it is the path of a file. */
export const splitNamed = (split: string): DrawMethod | undefined =>
  splitNames.find((known) => known === split);

/** A name wins over a file of that name; ./grouped is a file. @throws for a fraction of a validation set that the data brings itself */
function splitOf(
  { split = "auto", folds, validation }: TrainRequest,
  ownParts: ReadonlySet<Part>,
): Pick<TrainSettings, "split" | "splitFile"> {
  const name = splitNamed(split);
  if (name === undefined) return { split: "file", splitFile: split };
  // Folds take the place of the data's own validation part.
  const kept = ownParts.size > 0 && folds === undefined;
  const method = name === "auto" ? (kept ? "folders" : "grouped") : name;
  if (method === "folders" && validation !== undefined && ownParts.has("validation")) {
    throw fault("--validation", {
      expected: "no such option where the data brings its own validation part",
      fix: "leave it out, or redraw training and validation set by --split grouped",
      exitCode: 2,
    });
  }
  return { split: method };
}

interface Fitted {
  readonly model: ModelSpec;
  readonly inputShape: readonly [number, number, number];
  readonly classes: number | undefined;
}

/** @throws when the images are too small for a named model: the reader chose a size, not the layer that runs out of pixels. */
function checkSize(named: string, model: ModelSpec, inputShape: Fitted["inputShape"]): void {
  try {
    summarize(model, inputShape);
  } catch (cause) {
    throw fault(`--size ${inputShape[0]}`, {
      expected: `images large enough for ${named}`,
      received: cause instanceof Error ? `this from it: ${cause.message}` : String(cause),
      fix: `use a larger --size (its own is ${recipeOf(named).size}), or another --model`,
      exitCode: 2,
      cause,
    });
  }
}

/** How many classes the network predicts. @throws where it does not end in one number a class, of the data where there is one */
function outputOf(who: string, { model, inputShape, classes }: Fitted): number {
  const { rows } = summarize(model, inputShape);
  const [units, ...more] = rows.findLast(({ depth }) => depth === 0)?.outputShape ?? [];
  if (units !== undefined && more.length === 0 && units === (classes ?? units)) return units;
  const received = `shape ${showShape(units === undefined ? more : [units, ...more])}`;
  const end = "end with flatten or globalAveragePooling2d and dense with";
  throw classes === undefined
    ? fault(who, {
        expected: "a network that ends in one number for each class, shape [classes]",
        received,
        fix: `${end} one unit for each class and softmax`,
      })
    : fault(who, {
        expected: `${classes} numbers at the end, one for each class of the data`,
        received,
        fix: `${end} ${plural(classes, "unit")} and softmax`,
      });
}
