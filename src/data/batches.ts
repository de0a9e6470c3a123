import { seeded, at } from "../base/index.ts";
import type { PreparedImages } from "./read/prepared.ts";
import { type AugmentScratch, augment, augmentScratch } from "./augment/augment.ts";
import type { ImageRandom } from "./augment/draw.ts";
import type { AugmentTransform } from "./augment/types.ts";
import { normaliseInto, normaliseTable } from "./transforms/normalise.ts";
import type { NormaliseTransform } from "./transforms/types.ts";

/** Where a batch is written: images [B, H, W, 3] and labels [B], both of the full batch's size. */
export interface BatchTarget {
  readonly images: Float32Array;
  readonly labels: Float32Array;
}

export interface BatcherOptions {
  readonly normalise: readonly NormaliseTransform[];
  /** Leave empty for validation and test. @default [] */
  readonly augment?: readonly AugmentTransform[];
  /** Seed of the augmentation. @default 0 */
  readonly seed?: number;
}

/** Which images a batch holds. */
export interface BatchRequest {
  /** Indices of images in the order of the epoch. */
  readonly order: Int32Array;
  /** Position in `order` of the batch's first image. */
  readonly from: number;
  /** @default 0 */
  readonly epoch?: number;
  /** How often each of `order` came in the epoch before. @default 0 each */
  readonly repeats?: Int32Array;
}

/** Turns stored bytes into batches. */
export interface Batcher {
  /**
   * Writes one batch and returns how many images it has: fewer than B at the end of the order, 0 past it.
   * Entries of the target past that number keep what they held. A promise only when the images are spilled.
   */
  write(request: BatchRequest, target: BatchTarget): number | Promise<number>;
}

/** The indices in random order, the same for the same seed and epoch; a new order each epoch. */
export function epochOrder(indices: ArrayLike<number>, seed: number, epoch: number): Int32Array {
  return Int32Array.from(seeded(seed).fork(`order ${epoch}`).shuffle(Array.from(indices)));
}

/** Indices in `prepared` of the images of a part; unreadable ones are skipped. */
export function indicesOf(prepared: PreparedImages, part: readonly { readonly path: string }[]): Int32Array {
  const indices = new Map(prepared.paths.map((path, i) => [path, i]));
  return Int32Array.from(part.flatMap(({ path }) => indices.get(path) ?? []));
}

/**
 * The random numbers of an image in an epoch, by its index and how often it came in the epoch before: the other images of a batch,
 * their order and the threads that make them change nothing.
 */
export function imageRandom(
  seed: number,
): (epoch: number) => (index: number, repeat?: number) => ImageRandom {
  const ofSeed = seeded(seed).fork("augment");
  return (epoch) => {
    const ofEpoch = ofSeed.fork(`epoch ${epoch}`);
    return (index, repeat = 0) => {
      const ofImage = ofEpoch.fork(`picture ${index}`);
      const alternating = (): number => (ofSeed.fork(`coin ${index}`).integer(2) + epoch + repeat) % 2;
      return { ...(repeat === 0 ? ofImage : ofImage.fork(`repeat ${repeat}`)), alternating };
    };
  };
}

/** Makes the one way from stored bytes to the network's input. */
export function createBatcher(prepared: PreparedImages, options: BatcherOptions): Batcher {
  const { normalise, augment: steps = [], seed = 0 } = options;
  const [height, width] = prepared.shape;
  const size = height * width * 3;
  const table = normaliseTable(normalise);
  const scratch = augmentScratch({ height, width });
  const randomOfEpoch = imageRandom(seed);

  /** Augments and normalises the bytes in scratch.first into the image's row of the batch. */
  const writeRow = (
    index: number,
    row: number,
    random: ImageRandom | undefined,
    target: BatchTarget,
  ): void => {
    const bytes = random ? augment(scratch, { height, width }, steps, random) : scratch.first;
    normaliseInto(bytes, table, target.images, row * size);
    target.labels[row] = at(prepared.labels, index);
  };

  return {
    write({ order, from, epoch = 0, repeats }, target) {
      const indices = order.subarray(from, from + target.labels.length);
      const randomOfImage = randomOfEpoch(epoch);
      const randomOf = (index: number, row: number): ImageRandom | undefined =>
        steps.length > 0 ? randomOfImage(index, repeats?.[from + row]) : undefined;
      if (prepared.spilled)
        return fillFromFile(prepared, indices, scratch, (i, row) =>
          writeRow(i, row, randomOf(i, row), target),
        );
      for (const [row, index] of indices.entries()) {
        // In memory copyInto is done when it returns.
        void prepared.copyInto(index, scratch.first, 0);
        writeRow(index, row, randomOf(index, row), target);
      }
      return indices.length;
    },
  };
}

async function fillFromFile(
  prepared: PreparedImages,
  indices: Int32Array,
  scratch: AugmentScratch,
  writeRow: (index: number, row: number) => void,
): Promise<number> {
  const size = scratch.first.length;
  const bytes = new Uint8Array(indices.length * size);
  await Promise.all(Array.from(indices, async (index, row) => prepared.copyInto(index, bytes, row * size)));
  for (const [row, index] of indices.entries()) {
    scratch.first.set(bytes.subarray(row * size, (row + 1) * size));
    writeRow(index, row);
  }
  return indices.length;
}
