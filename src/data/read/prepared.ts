import { fault } from "../../base/index.ts";
import { type PixelStore, memoryStore, spillStore } from "./pixels.ts";
import type { Inspection } from "../inspect/types.ts";
import { readHere } from "./read.ts";
import { preparedBytes, preparedSize } from "../transforms/prepare.ts";
import type { PrepareTransform } from "../transforms/types.ts";
import type { Codec, FileTree, LeftOut, Picture, SpillFile } from "../types.ts";

export interface PrepareOptions {
  readonly codec: Codec;
  readonly transforms: readonly PrepareTransform[];
  /** Position = class index. A picture whose label is not here gets the label -1. */
  readonly classNames: readonly string[];
  /** Most bytes of pixels to keep in memory. @default 1.5 GiB */
  readonly memoryBytes?: number;
  /** Room for more than `memoryBytes`; without it everything stays in memory. */
  readonly openSpill?: () => Promise<SpillFile>;
  /** Also take the facts of each picture, from the same decoding. @default false */
  readonly inspect?: boolean;
  /** Pictures read and decoded at a time by a codec that has no quicker way. @default 4 */
  readonly concurrency?: number;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** Decoded pictures of one size, ready to be drawn into batches. Picture i keeps its place whatever else is left out. */
export interface PreparedPictures {
  readonly count: number;
  /** [H, W, 3] of each. */
  readonly shape: readonly [number, number, number];
  readonly pictures: readonly Picture[];
  readonly paths: readonly string[];
  /** Class index of each, -1 where the class is not known. */
  readonly labels: Int32Array;
  /** Of each file's bytes, in hexadecimal. */
  readonly sha256: readonly string[];
  /** Sum and sum of squares of R, G and B over each picture: [count, 6]. */
  readonly channelSums: Float64Array;
  /** Facts of each picture, some kilobytes; absent where they were not asked for. */
  readonly inspections?: readonly Inspection[];
  /** Pictures that could not be read, and why. */
  readonly leftOut: readonly LeftOut[];
  readonly spilled: boolean;
  /** Writes the H·W·3 bytes of a picture to target[offset …]; returns a promise only when spilled. */
  copyInto(index: number, target: Uint8Array, offset: number): void | Promise<void>;
  /** Frees the pixels. */
  close(): Promise<void>;
}

const defaultMemoryBytes = 1.5 * 2 ** 30;

/** What becomes of each picture, by its place in the list. */
interface Outcome {
  readonly sha256: string[];
  readonly channelSums: Float64Array;
  readonly inspections: Inspection[];
  readonly reasons: Map<number, string>;
}

/**
 * Reads, decodes and prepares every picture once, so that no epoch decodes again.
 * Pictures that cannot be read are left out and named. @throws when that is all of them, and when aborted.
 */
export async function preparePictures(
  tree: FileTree,
  pictures: readonly Picture[],
  options: PrepareOptions,
): Promise<PreparedPictures> {
  const { height, width } = preparedSize(options.transforms);
  const store = await openStore(pictures.length, preparedBytes(options.transforms), options);
  const outcome: Outcome = {
    sha256: [],
    inspections: [],
    channelSums: new Float64Array(pictures.length * 6),
    reasons: new Map(),
  };
  try {
    await fill(store, { tree, pictures, outcome }, options);
    const leftOut = pictures.flatMap(({ path }, i) => {
      const reason = outcome.reasons.get(i);
      return reason === undefined ? [] : [{ path, reason }];
    });
    if (leftOut.length === pictures.length) throw noneReadable(tree.name, leftOut);
    return { ...collect(store, { pictures, outcome }, options), shape: [height, width, 3], leftOut };
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
  readonly pictures: readonly Picture[];
  readonly outcome: Outcome;
}

async function fill(
  store: PixelStore,
  { tree, pictures, outcome }: Source,
  options: PrepareOptions,
): Promise<void> {
  const { codec, transforms, inspect, onProgress, signal, concurrency = 4 } = options;
  const readMany = codec.readMany ?? readHere(codec, concurrency);
  const paths = pictures.map(({ path }) => path);
  let done = 0;
  const request = { tree, paths, transforms, signal, ...(inspect && { inspect }) };
  await readMany(request, async (i, picture) => {
    if ("reason" in picture) outcome.reasons.set(i, picture.reason);
    else {
      outcome.sha256[i] = picture.sha256;
      outcome.channelSums.set(picture.channelSums, i * 6);
      if (picture.inspection) outcome.inspections[i] = picture.inspection;
      await store.put(i, picture.data);
    }
    onProgress?.(++done, pictures.length);
  });
}

function collect(
  store: PixelStore,
  { pictures, outcome }: Pick<Source, "pictures" | "outcome">,
  { classNames, inspect }: PrepareOptions,
): Omit<PreparedPictures, "shape" | "leftOut"> {
  const slots = Int32Array.from(pictures.keys()).filter((slot) => !outcome.reasons.has(slot));
  const kept = Array.from(slots, (slot) => pictures[slot]!);
  const classIndex = new Map(classNames.map((name, i) => [name, i]));
  const channelSums = new Float64Array(slots.length * 6);
  slots.forEach((slot, i) => channelSums.set(outcome.channelSums.subarray(slot * 6, slot * 6 + 6), i * 6));
  return {
    count: kept.length,
    pictures: kept,
    paths: kept.map(({ path }) => path),
    labels: Int32Array.from(kept, ({ label }) => classIndex.get(label) ?? -1),
    sha256: Array.from(slots, (slot) => outcome.sha256[slot]!),
    channelSums,
    ...(inspect && { inspections: Array.from(slots, (slot) => outcome.inspections[slot]!) }),
    spilled: store.spilled,
    ...access(store, slots),
  };
}

/** Apart from everything else, which would live on as long as these functions. */
const access = (store: PixelStore, slots: Int32Array): Pick<PreparedPictures, "copyInto" | "close"> => ({
  copyInto: (index, target, offset) => store.copyInto(slots[index]!, target, offset),
  close: () => store.close(),
});

function noneReadable(name: string, leftOut: readonly LeftOut[]): Error {
  const [first] = leftOut;
  return fault(name, {
    expected: "pictures that can be read",
    received: first
      ? `${leftOut.length} that cannot, the first being ${first.path}: ${first.reason}`
      : "none",
  });
}
