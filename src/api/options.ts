import { type Hints, checkOptions, fault, showValue } from "../base/index.ts";
import type { ImageFolder, ImageFolderOptions } from "./images.ts";
import type { BackendOptions } from "../predict/index.ts";
import type {
  CompileOptions,
  ModelEvaluateOptions,
  GradCamOptions,
  ModelFitOptions,
  RunOptions,
  SaveOptions,
  FindLearningRateOptions,
} from "./types.ts";

// What every call of the library may be given. TypeScript sees to it that nothing is missing here.

const atCompile = "give it to the optimiser: model.compile({ optimizer: adam({ learningRate: 0.001 }) })";

/** What Keras's users look for in `fit`, and where it is. */
const fitHints: Hints = {
  validationSplit: "hold rows out by trainTestSplit and give validationData: [xTest, yTest]",
  shuffle: "rows are always shuffled, as seed decides",
  initialEpoch: "a second fit continues from the weights of the first",
  mode: 'give a metric of your own direction: "max" or "min"; of the other figures it is known',
  learningRate: atCompile,
  lr: atCompile,
  optimizer: "give it to model.compile",
  loss: "give it to model.compile",
  metrics: "give it to model.compile",
};

export const checkFitOptions = (options: ModelFitOptions): void =>
  checkOptions(
    "model.fit",
    options,
    {
      epochs: true,
      batchSize: true,
      validationData: true,
      sampleWeight: true,
      classWeight: true,
      sampling: true,
      mixup: true,
      cutmix: true,
      augment: true,
      seed: true,
      schedule: true,
      monitor: true,
      patience: true,
      minDelta: true,
      startFromEpoch: true,
      batchNormStatistics: true,
      restoreBestWeights: true,
      classNames: true,
      onEvent: true,
      signal: true,
      verbose: true,
      callbacks: true,
      stepsPerEpoch: true,
      threads: true,
      exact: true,
    },
    fitHints,
  );

export const checkCompileOptions = (options: CompileOptions): void =>
  checkOptions(
    "model.compile",
    options,
    { optimizer: true, loss: true, metrics: true, weightedMetrics: true },
    { learningRate: atCompile, lr: atCompile },
  );

export function checkEvaluateOptions(options: ModelEvaluateOptions): void {
  const who = "model.evaluate";
  checkOptions(who, options, { batchSize: true, threads: true, exact: true, sampleWeight: true });
  checkBatchSize(who, options.batchSize);
}

export function checkRunOptions(who: string, options: RunOptions): void {
  checkOptions(who, options, { batchSize: true, threads: true, exact: true });
  checkBatchSize(who, options.batchSize);
}

function checkBatchSize(who: string, batchSize: number | undefined): void {
  if (batchSize === undefined || (Number.isSafeInteger(batchSize) && batchSize >= 1)) return;
  throw fault(`${who}: batchSize`, {
    expected: "a whole number from 1",
    received: showValue(batchSize),
    exitCode: 2,
  });
}

export const checkFindLearningRateOptions = (options: FindLearningRateOptions): void =>
  checkOptions("model.findLearningRate", options, {
    sampleWeight: true,
    classWeight: true,
    classNames: true,
    sampling: true,
    mixup: true,
    cutmix: true,
    augment: true,
    batchSize: true,
    runs: true,
    steps: true,
    minLearningRate: true,
    maxLearningRate: true,
    seed: true,
    signal: true,
    threads: true,
    exact: true,
  });

export function checkGradCamOptions(options: GradCamOptions): void {
  checkOptions("model.gradCam", options, {
    classes: true,
    layer: true,
    batchSize: true,
    threads: true,
    exact: true,
  });
  checkBatchSize("model.gradCam", options.batchSize);
}

export const checkBackendOptions = (who: string, options: BackendOptions): void =>
  checkOptions(who, options, { threads: true, exact: true });

/** A folder may be given whole: it has what is saved. */
export const checkSaveOptions = (
  options: SaveOptions & Partial<Omit<ImageFolder, keyof SaveOptions>>,
): void =>
  checkOptions("model.save", options, {
    classNames: true,
    transforms: true,
    x: true,
    y: true,
    paths: true,
    groups: true,
    parts: true,
    sampleWeight: true,
    groupSource: true,
    skipped: true,
    notes: true,
  });

export const checkFolderOptions = (options: ImageFolderOptions): void =>
  checkOptions(
    "imageFolder",
    options,
    {
      size: true,
      transforms: true,
      limitPerClass: true,
      range: true,
      groupPattern: true,
      classFolders: true,
      mergeClasses: true,
      detect: true,
      onProgress: true,
      signal: true,
    },
    {
      batchSize: "it belongs to model.fit: the folder is read into arrays",
      augment: "it belongs to model.fit: validation images are never augmented",
      validationSplit: "split the folder by trainTestSplit(folder, { testSize: 0.2 })",
      subset: "split the folder by trainTestSplit(folder, { testSize: 0.2 })",
    },
  );
