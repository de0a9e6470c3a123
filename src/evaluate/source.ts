import { type NdArray, type Shape, at, fault, showShape, sizeOf } from "../base/index.ts";
import {
  type AugmentTransform,
  type Batcher,
  type BatcherOptions,
  type PreparedImages,
  augment,
  augmentScratch,
  createBatcher,
  imageRandom,
} from "../data/index.ts";
import { classesOfTargets } from "./targets.ts";

/** Which examples a batch holds, by index, and in which epoch (for augmentation). */
interface ExampleRequest {
  readonly indices: Int32Array;
  readonly epoch: number;
  /** How often each of them came in the epoch before. @default 0 each */
  readonly repeats?: Int32Array;
}

/** Where a batch is written: x [B, …inputShape] and y [B, …targetShape]; rows past the indices keep what they held. */
export interface ExampleTarget {
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** [B], a factor of each example's loss; of sources that are weighted alone. */
  readonly weights?: Float32Array;
}

/** Examples, from any origin. */
interface ExampleSource {
  readonly count: number;
  readonly inputShape: Shape;
  /** [] where the target is a class index, [classes] where it is a row. */
  readonly targetShape: Shape;
  /** Its examples come once and in their own order, which nothing changes: a stream. @default false */
  readonly inOrder?: boolean;
  /** Whether it writes weights of the examples. @default false */
  readonly weighted?: boolean;
  /** Class index of each example; absent where it is not known before the examples are written. */
  readonly labels?: () => ArrayLike<number>;
  /** Writes the examples; a promise only when they are not in memory. */
  write(request: ExampleRequest, target: ExampleTarget): void | Promise<void>;
}

/** Examples for training or evaluation: each always the same. */
export interface BatchSource extends ExampleSource {
  readonly isAugmented?: undefined;
}

/** Augmented examples. Whatever is measured takes a `BatchSource`, which this is not: only training can be augmented. */
export interface TrainingSource extends ExampleSource {
  readonly isAugmented: true;
}

/** Examples from arrays: x [n, …] and y [n] (class indices) or [n, classes]. @throws when their rows differ. */
export function arraySource(x: NdArray, y: NdArray): BatchSource {
  const count = x.shape[0] ?? 0;
  if (x.shape.length < 2 || count === 0) {
    throw fault("x", { expected: "shape [n, …], n 1 or more", received: showShape(x.shape), exitCode: 2 });
  }
  if (y.shape[0] !== count) {
    throw fault("y", {
      expected: `${count} rows, as x has`,
      received: `shape ${showShape(y.shape)}`,
      exitCode: 2,
    });
  }
  const inputShape = x.shape.slice(1);
  const targetShape = y.shape.slice(1);
  return {
    count,
    inputShape,
    targetShape,
    ...(targetShape.length <= 1 && { labels: () => classesOfTargets(y) }),
    write({ indices }, target) {
      copyRows(x, indices, target.x);
      copyRows(y, indices, target.y);
    },
  };
}

/** How rows of images are augmented. */
export interface AugmentedArrayOptions {
  readonly augment: readonly AugmentTransform[];
  readonly seed: number;
}

/**
 * Images from bytes [n, H, W, 3] or, in grey, [n, H, W, 1], each augmented anew in each epoch.
 * @throws when x holds other numbers than bytes, or another shape
 */
export function augmentedArraySource(
  x: NdArray,
  y: NdArray,
  { augment: steps, seed }: AugmentedArrayOptions,
): TrainingSource {
  const { data, shape } = x;
  const [, height = 0, width = 0, channels = 0] = shape;
  if (!(data instanceof Uint8Array) || shape.length !== 4 || (channels !== 3 && channels !== 1)) {
    throw fault("augment: x", {
      expected: "bytes, 0 to 255 in a Uint8Array, of shape [n, H, W, 3] or [n, H, W, 1]",
      received: `${data.constructor.name} of shape ${showShape(shape)}`,
      fix: "give images as imageFolder reads them, and let the model begin with rescaling",
      exitCode: 2,
    });
  }
  const source = arraySource(x, y);
  const size = { height, width };
  const pixels = height * width;
  const scratch = augmentScratch(size);
  const randomOf = imageRandom(seed);
  // Grey is augmented as a colour of three equal parts, of which green is the result.
  const step = 3 / channels;
  return {
    ...source,
    isAugmented: true,
    write({ indices, epoch, repeats }, target) {
      copyRows(y, indices, target.y);
      for (const [slot, index] of indices.entries()) {
        const row = data.subarray(index * pixels * channels, (index + 1) * pixels * channels);
        if (channels === 3) scratch.first.set(row);
        else for (const [i, level] of row.entries()) scratch.first.fill(level, i * 3, i * 3 + 3);
        const result = augment(scratch, size, steps, randomOf(epoch)(index, repeats?.[slot]));
        const start = slot * row.length;
        for (let i = 0; i < row.length; i++) target.x[start + i] = result[i * step + (step >> 1)] ?? 0;
      }
    },
  };
}

export interface ImageSourceOptions extends Omit<BatcherOptions, "augment" | "seed"> {
  /** The images of this source, as indices of the prepared ones. @default all */
  readonly indices?: ArrayLike<number>;
}

/** How training images are augmented. */
export type AugmentedOptions = ImageSourceOptions & Pick<BatcherOptions, "augment" | "seed">;

/** Examples from decoded images; the target is the class index. @throws when one's class is not known. */
export const imageSource = (
  prepared: PreparedImages,
  { normalise, indices }: ImageSourceOptions,
): BatchSource =>
  sourceOver(prepared, { batcher: createBatcher(prepared, { normalise }), ...(indices && { indices }) });

/** The same, each image augmented anew in each epoch. */
export const augmentedSource = (
  prepared: PreparedImages,
  { indices, ...options }: AugmentedOptions,
): TrainingSource => ({
  ...sourceOver(prepared, { batcher: createBatcher(prepared, options), ...(indices && { indices }) }),
  isAugmented: true,
});

interface Batched extends Pick<ImageSourceOptions, "indices"> {
  readonly batcher: Batcher;
}

function sourceOver(prepared: PreparedImages, options: Batched): ExampleSource {
  const { batcher } = options;
  const all = Int32Array.from(options.indices ?? prepared.labels.map((_, i) => i));
  const unknown = all.find((index) => (prepared.labels[index] ?? -1) < 0);
  if (unknown !== undefined) {
    throw fault(prepared.paths[unknown] ?? `image ${unknown}`, {
      expected: "a class that the model knows",
      received: prepared.images[unknown]?.label ?? "none",
    });
  }
  return {
    count: all.length,
    inputShape: prepared.shape,
    targetShape: [],
    labels: () => all.map((index) => at(prepared.labels, index)),
    write({ indices, epoch, repeats }, { x, y }) {
      const order = indices.map((i) => at(all, i));
      const request = { order, from: 0, epoch, ...(repeats && { repeats }) };
      const target = { images: x, labels: y };
      const filled = batcher.write(request, target);
      return typeof filled === "number" ? undefined : filled.then(() => undefined);
    },
  };
}

function copyRows({ shape, data }: NdArray, rows: Int32Array, target: Float32Array): void {
  const size = sizeOf(shape.slice(1));
  rows.forEach((row, slot) => target.set(data.subarray(row * size, (row + 1) * size), slot * size));
}
