import { type Random, type Shape, at, fault, seeded, showShape } from "../../base/index.ts";
import {
  type Batch,
  type BatchSource,
  type ExampleTarget,
  type TrainingSource,
  indexOfLargest,
  rowsOf,
} from "../../evaluate/index.ts";
import {
  ABOVE_ZERO,
  type AnyLoss,
  type Parse,
  isPlainLoss,
  lossName,
  lossSpec,
  parseWithin,
} from "../../nn/index.ts";
import { blendRows, drawBox, drawShare, pasteBoxes, shareOutside } from "./blend.ts";

// mixup (Zhang et al. 2018) and CutMix (Yun et al. 2019): each image of a batch is mixed with the one before it, and so are the targets.

/**
 * How the images of a training batch are mixed, and their targets by the same shares; of both, one is drawn for each batch.
 * @example
 * const both: Mixing = { mixup: 0.2, cutmix: 1 };
 */
export interface Mixing {
  /**
   * Blend each image with another of its batch: λ·image + (1 - λ)·other, λ drawn for each batch from Beta(mixup, mixup); above 0, or
   * true for 0.2. @default no mixup
   */
  readonly mixup?: number | true;
  /**
   * Paste a box of another image of the batch into each image; the box covers 1 - λ of it, λ drawn for each batch from
   * Beta(cutmix, cutmix); above 0, or true for 1. @default no CutMix
   */
  readonly cutmix?: number | true;
}

/** What stands for `true`: the papers' values. */
const alphas = { mixup: 0.2, cutmix: 1 } as const;

/** Both as numbers. */
export interface MixingAlphas {
  readonly mixup?: number;
  readonly cutmix?: number;
}

const aboveZero = parseWithin([ABOVE_ZERO, Infinity]);

/** Reads an option of mixing. @throws where it is neither true nor a number above 0 */
export const parseMixingAlpha: Parse<true | number> = (who, value) =>
  value === true ? value : aboveZero(who, value);

/** Checks options of mixing that the user wrote; `who` names one of them. @throws naming the one that does not fit */
export const mixingIn = ({ mixup, cutmix }: Mixing, who: (option: string) => string): MixingAlphas => ({
  ...alphaIn("mixup", mixup, who),
  ...alphaIn("cutmix", cutmix, who),
});

function alphaIn(
  name: keyof Mixing,
  value: number | true | undefined,
  who: (option: string) => string,
): MixingAlphas {
  if (value === undefined) return {};
  const alpha = parseMixingAlpha(who(name), value);
  return { [name]: alpha === true ? alphas[name] : alpha };
}

/** The examples as a training step takes them, and the loss for their targets. */
export interface StepExamples {
  readonly source: BatchSource | TrainingSource;
  readonly loss: AnyLoss;
  /** Whether they are mixed. */
  readonly mixed: boolean;
  /** The targets of a batch as the training set writes them; of a mixed one the class that it mostly is. */
  readonly targetsOf: (batch: Batch) => Float32Array;
}

export interface MixingTask {
  readonly options: Mixing;
  readonly loss: AnyLoss;
  /** Shape of the model's output for one example. */
  readonly output: Shape;
  readonly batchSize: number;
  readonly seed: number;
}

/** The examples with what was asked for. @throws where the loss, the images or the stream do not allow it */
export function mixedExamples(source: BatchSource | TrainingSource, task: MixingTask): StepExamples {
  const mixing = mixingIn(task.options, (name) => `fit: ${name}`);
  const { loss } = task;
  const [name] = Object.keys(mixing);
  if (name === undefined) {
    const targetsOf = (batch: Batch): Float32Array => rowsOf(batch, batch.count, source).y;
    return { source, loss, mixed: false, targetsOf };
  }
  checkMixable(`fit: ${name}`, source, loss);
  if (mixing.cutmix !== undefined) checkImages(source.inputShape);
  const mixed = mixedSource(source, mixing, task);
  return {
    source: mixed,
    loss: lossOfRows(loss),
    mixed: true,
    targetsOf: (batch) => unmixed(rowsOf(batch, batch.count, mixed).y, batch.count, source.targetShape),
  };
}

/** Rows of shares as targets of one class each. */
function unmixed(rows: Float32Array, count: number, targetShape: Shape): Float32Array {
  const classes = rows.length / count;
  const labels = Float32Array.from({ length: count }, (_, i) =>
    indexOfLargest(rows.subarray(i * classes, (i + 1) * classes)),
  );
  if (targetShape.length === 0) return labels;
  const oneHot = new Float32Array(rows.length);
  writeOneHot(labels, oneHot);
  return oneHot;
}

/** Losses that are linear in the target: what two targets cost, by their shares, is what the mixed target costs. */
const linear = ["sparseCategoricalCrossentropy", "categoricalCrossentropy", "categoricalFocalCrossentropy"];

function checkMixable(who: string, { inOrder }: BatchSource | TrainingSource, loss: AnyLoss): void {
  if (!linear.includes(lossName(loss))) {
    throw fault(who, {
      expected: `a loss over classes: ${linear.join(", ")}`,
      received: lossName(loss),
      fix: "leave it out, or compile with one of these",
      exitCode: 2,
    });
  }
  if (!inOrder) return;
  throw fault(who, {
    expected: "arrays or a folder",
    received: "a stream",
    fix: "mix the images in the stream, and give rows of class shares as y",
    exitCode: 2,
  });
}

function checkImages(inputShape: Shape): void {
  if (inputShape.length === 3) return;
  throw fault("fit: cutmix", {
    expected: "images, [height, width, channels]",
    received: showShape(inputShape),
    fix: "use mixup, which mixes any examples",
    exitCode: 2,
  });
}

/** The same loss, of rows. */
function lossOfRows(loss: AnyLoss): AnyLoss {
  if (!isPlainLoss(loss)) return loss;
  const spec = lossSpec(loss);
  return spec.type === "sparseCategoricalCrossentropy" ? { ...spec, type: "categoricalCrossentropy" } : spec;
}

/** How images come together, and the alpha of the share that is drawn for it. */
type Choice = readonly [kind: keyof Mixing, alpha: number];

interface Blender {
  readonly inputShape: Shape;
  /** One is drawn for each batch. */
  readonly choices: readonly Choice[];
}

function mixedSource(
  source: BatchSource | TrainingSource,
  mixing: MixingAlphas,
  { output, batchSize, seed }: MixingTask,
): TrainingSource {
  const { inputShape, targetShape } = source;
  const { mixup, cutmix } = mixing;
  const choices: readonly Choice[] = [
    ...(mixup === undefined ? [] : [["mixup", mixup] as const]),
    ...(cutmix === undefined ? [] : [["cutmix", cutmix] as const]),
  ];
  const ofSeed = seeded(seed).fork("mixing");
  const indices = targetShape.length === 0 ? new Float32Array(batchSize) : undefined;
  return {
    ...source,
    isAugmented: true,
    targetShape: output,
    async write(request, target) {
      const count = request.indices.length;
      const y = indices?.subarray(0, count) ?? target.y;
      await source.write(request, { ...target, y });
      if (indices) writeOneHot(y, target.y);
      // A batch is known by its first example, which comes once in an epoch, or as often as `repeats` says.
      const [first, repeat] = [at(request.indices, 0), request.repeats?.[0] ?? 0];
      const random = ofSeed.fork(`epoch ${request.epoch}`).fork(`batch ${first} ${repeat}`);
      mixBatch({ ...target, count }, { inputShape, choices }, random);
    },
  };
}

/** Class indices as rows; of an index that is none, a row that makes the loss none. */
function writeOneHot(labels: Float32Array, rows: Float32Array): void {
  const classes = rows.length / labels.length;
  rows.fill(0);
  for (const [i, label] of labels.entries()) {
    if (Number.isInteger(label) && label >= 0 && label < classes) rows[i * classes + label] = 1;
    else rows.fill(Number.NaN, i * classes, (i + 1) * classes);
  }
}

function mixBatch(
  { x, y, weights, count }: ExampleTarget & { readonly count: number },
  blender: Blender,
  random: Random,
): void {
  const share = mixImages(x, count, blender, random);
  if (!weights) return blendRows(y, count, () => share);
  // A sum of two losses with a weight each: the sum of the weights is the weight, and each part's share of it the target's.
  const own = Float64Array.from(weights);
  blendRows(weights, count, () => share);
  blendRows(y, count, (row) => {
    const mine = share * at(own, row);
    const other = (1 - share) * at(own, (row || count) - 1);
    return mine + other > 0 ? mine / (mine + other) : share;
  });
}

/** Mixes the images. @returns the share that each keeps of itself */
function mixImages(x: Float32Array, count: number, { inputShape, choices }: Blender, random: Random): number {
  const [kind, alpha] = at(choices, random.integer(choices.length));
  const share = drawShare(random, alpha);
  if (kind === "mixup") {
    blendRows(x, count, () => share);
    return share;
  }
  const [height = 1, width = 1, channels = 1] = inputShape;
  const box = drawBox(random, { height, width }, share);
  pasteBoxes(x, [height, width, channels], box);
  return shareOutside(box, { height, width });
}
