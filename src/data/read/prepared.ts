import { fault, at } from "../../base/index.ts";
import { type PixelStore, memoryStore, spillStore } from "./pixels.ts";
import type { Inspection } from "../inspect/types.ts";
import { readHere } from "./read.ts";
import { preparedBytes, preparedSize } from "../transforms/prepare.ts";
import type { PrepareTransform } from "../transforms/types.ts";
import type { Codec, FileTree, SkippedFile, Image, SpillFile } from "../types.ts";

export interface PrepareOptions {
  readonly codec: Codec;
  readonly transforms: readonly PrepareTransform[];
  /** Position = class index. An image whose label is not here gets the label -1. */
  readonly classNames: readonly string[];
  /** Maximum bytes of pixels in memory. @default 1.5 GiB */
  readonly memoryBytes?: number;
  /** Room for more than `memoryBytes`; without it everything stays in memory. */
  readonly openSpill?: () => Promise<SpillFile>;
  /** Also take the facts of each image, from the same decoding. @default false */
  readonly inspect?: boolean;
  /** SHA-256 of the files in hexadecimal, where they are known. */
  readonly digests?: readonly (string | undefined)[] | undefined;
  /** Images read and decoded at a time by a codec that has no quicker way. @default 4 */
  readonly concurrency?: number;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** Decoded images of one size, ready to be drawn into batches. Image i keeps its index whatever else is skipped. */
export interface PreparedImages {
  readonly count: number;
  /** [H, W, 3] of each. */
  readonly shape: readonly [number, number, number];
  readonly images: readonly Image[];
  readonly paths: readonly string[];
  /** Class index of each, -1 where the class is not known. */
  readonly labels: Int32Array;
  /** Of each file's bytes, in hexadecimal. */
  readonly sha256: readonly string[];
  /** Sum and sum of squares of R, G and B over each image: [count, 6]. */
  readonly channelSums: Float64Array;
  /** Facts of each image, some kilobytes; absent where they were not asked for. */
  readonly inspections?: readonly Inspection[];
  /** Images that could not be read, and why. */
  readonly skipped: readonly SkippedFile[];
  readonly spilled: boolean;
  /** Writes the H·W·3 bytes of an image to target[offset …]; returns a promise only when spilled. */
  copyInto(index: number, target: Uint8Array, offset: number): void | Promise<void>;
  /** Frees the pixels. */
  close(): Promise<void>;
}

const defaultMemoryBytes = 1.5 * 2 ** 30;

/** Results of reading, by index in the list. */
interface Outcome {
  readonly sha256: string[];
  readonly channelSums: Float64Array;
  readonly inspections: Inspection[];
  readonly reasons: Map<number, string>;
}

/**
 * Reads, decodes and prepares every image once, so that no epoch decodes again.
 * Unreadable images are skipped and listed. @throws when that is all of them, and when aborted.
 */
export async function prepareImages(
  tree: FileTree,
  images: readonly Image[],
  options: PrepareOptions,
): Promise<PreparedImages> {
  const { height, width } = preparedSize(options.transforms);
  const store = await openStore(images.length, preparedBytes(options.transforms), options);
  const outcome: Outcome = {
    sha256: [],
    inspections: [],
    channelSums: new Float64Array(images.length * 6),
    reasons: new Map(),
  };
  try {
    await fill(store, { tree, images, outcome }, options);
    const skipped = images.flatMap(({ path }, i) => {
      const reason = outcome.reasons.get(i);
      return reason === undefined ? [] : [{ path, reason }];
    });
    if (skipped.length === images.length) throw noneReadable(tree.name, skipped);
    return { ...collect(store, { images, outcome }, options), shape: [height, width, 3], skipped };
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function openStore(count: number, size: number, options: PrepareOptions): Promise<PixelStore> {
  const { memoryBytes = defaultMemoryBytes, openSpill } = options;
  return openSpill && count * size > memoryBytes
    ? spillStore(await openSpill(), size)
    : memoryStore(count, size);
}

interface Source {
  readonly tree: FileTree;
  readonly images: readonly Image[];
  readonly outcome: Outcome;
}

async function fill(
  store: PixelStore,
  { tree, images, outcome }: Source,
  options: PrepareOptions,
): Promise<void> {
  const { codec, transforms, inspect, digests, onProgress, signal, concurrency = 4 } = options;
  const readMany = codec.readMany ?? readHere(codec, concurrency);
  const paths = images.map(({ path }) => path);
  let done = 0;
  const request = { tree, paths, transforms, digests, signal, ...(inspect && { inspect }) };
  await readMany(request, async (i, image) => {
    if ("reason" in image) outcome.reasons.set(i, image.reason);
    else {
      outcome.sha256[i] = image.sha256;
      outcome.channelSums.set(image.channelSums, i * 6);
      if (image.inspection) outcome.inspections[i] = image.inspection;
      await store.put(i, image.data);
    }
    onProgress?.(++done, images.length);
  });
}

function collect(
  store: PixelStore,
  { images, outcome }: Pick<Source, "images" | "outcome">,
  { classNames, inspect }: PrepareOptions,
): Omit<PreparedImages, "shape" | "skipped"> {
  const slots = Int32Array.from(images.keys()).filter((slot) => !outcome.reasons.has(slot));
  const readable = Array.from(slots, (slot) => at(images, slot));
  const classIndex = new Map(classNames.map((name, i) => [name, i]));
  const channelSums = new Float64Array(slots.length * 6);
  slots.forEach((slot, i) => channelSums.set(outcome.channelSums.subarray(slot * 6, slot * 6 + 6), i * 6));
  return {
    count: readable.length,
    images: readable,
    paths: readable.map(({ path }) => path),
    labels: Int32Array.from(readable, ({ label }) => classIndex.get(label) ?? -1),
    sha256: Array.from(slots, (slot) => at(outcome.sha256, slot)),
    channelSums,
    ...(inspect && { inspections: Array.from(slots, (slot) => at(outcome.inspections, slot)) }),
    spilled: store.spilled,
    ...access(store, slots),
  };
}

/** Apart from everything else, which would live on as long as these functions. */
const access = (store: PixelStore, slots: Int32Array): Pick<PreparedImages, "copyInto" | "close"> => ({
  copyInto: (index, target, offset) => store.copyInto(at(slots, index), target, offset),
  close: () => store.close(),
});

function noneReadable(name: string, skipped: readonly SkippedFile[]): Error {
  const [first] = skipped;
  return fault(name, {
    expected: "images that can be read",
    received: first
      ? `${skipped.length} that cannot, the first being ${first.path}: ${first.reason}`
      : "none",
  });
}
