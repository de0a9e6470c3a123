import { fault } from "../../base/index.ts";
import { type Recipe, defaultModelName } from "../../models/index.ts";
import { type LossSpec, type ModelSpec, type Optimizer, summarize } from "../../nn/index.ts";
import {
  type BatchNormStatistics,
  type LengthChange,
  type MonitorName,
  type MixingAlphas,
  type Sampling,
  mixingIn,
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
import { chosenLoss } from "./options/loss.ts";
import { chooseModel } from "./options/model.ts";
import { chosenOptimizer } from "./options/optimizer.ts";
import { chosenSchedule } from "./options/schedule.ts";

/** All that decides the outcome of a training, apart from the images themselves; kept in config.json. */
export interface TrainSettings extends ClassOptions, MixingAlphas {
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
  /** That were planned; see `lengths`. */
  readonly epochs: number;
  /** Time that was given in place of epochs. */
  readonly minutes?: number;
  /** How the epochs changed on the way, to keep to the time. */
  readonly lengths?: readonly LengthChange[];
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
  /** What training minimises. @default cross-entropy */
  readonly loss?: LossSpec;
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
  /** The folds' nets are kept, and averaged. @default false */
  readonly ensemble?: boolean;
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
    ...(request.minutes !== undefined && { minutes: request.minutes }),
    ...(request.lengths !== undefined && { lengths: request.lengths }),
    batchSize: request.batch ?? recipe.batchSize,
    optimizer,
    schedule: chosenSchedule(request, { recipe, optimizer, epochs }),
    normalise: request.normalise ?? recipe.normalise,
    ...(await augmentationOf(request.augment ?? recipe.augment, files)),
    ...(request.classWeights !== undefined && {
      classWeights: parseClassWeights("--class-weights", request.classWeights, classNames),
    }),
    ...(request.sampling !== undefined && { sampling: parseSampling("--sampling", request.sampling) }),
    ...chosenLoss(request, recipe),
    ...mixingIn(request, flagOf),
    ...(hasBatchNorm(model, size) && { batchNormStatistics: request.batchNormStatistics ?? "precise" }),
    seed: request.seed ?? 0,
    ...splitOf(request, ownParts),
    validation: request.validation ?? VALIDATION,
    ...stoppingIn(request),
    ...(request.folds !== undefined && { folds: request.folds }),
    ...(request.ensemble && { ensemble: true }),
    detect: request.detect ?? true,
    ...(request.groupPattern !== undefined && { groupPattern: request.groupPattern }),
    ...(request.classFolders !== undefined && { classFolders: request.classFolders }),
    ...(request.mergeClasses !== undefined && { mergeClasses: request.mergeClasses }),
    exact: request.exact ?? false,
  };
}

const hasBatchNorm = (model: ModelSpec, size: number): boolean =>
  summarize(model, [size, size, 3]).rows.some(({ type }) => type === "BatchNormalization");

/** @throws for options that set the validation set otherwise. */
export function checkFoldOptions({ folds, ensemble, split, validation, ...request }: TrainRequest): void {
  if (ensemble && folds === undefined) {
    throw fault("--ensemble", {
      expected: "--folds beside it",
      received: "none",
      fix: "an ensemble is of the nets of a cross-validation; say of how many, e.g. --folds 5",
      exitCode: 2,
    });
  }
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
