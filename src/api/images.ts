import { type NdArray, fault, ndarray } from "../base/index.ts";
import {
  type ClassFolders,
  type GroupSource,
  type ScanNote,
  type SkippedFile,
  type Image,
  type PrepareTransform,
  type Part,
  type PreparedImages,
  type StoredRange,
  type SpillFile,
  checkRange,
  findNearDuplicates,
  groupNumbers,
  groupsByPattern,
  linkedByContent,
  prepareImages,
  preparedSize,
  resize,
  rangeOf,
  scan,
  stagesOf,
  valueNotes,
  withGroups,
  withRange,
} from "../data/index.ts";
import { type Written, withText } from "../messages/index.ts";
import type { Platform } from "./platform.ts";

/**
 * Options of `imageFolder`; `size` or `transforms` is needed.
 * @example
 * const options: ImageFolderOptions = { size: 96 };
 */
export interface ImageFolderOptions {
  /** Side in pixels, or both sides; the image is squeezed to it. Give this or `transforms`. */
  readonly size?: number | { readonly height: number; readonly width: number };
  /**
   * Stored values that become black and white, such as { min: 0, max: 4095 } for 12 bits in files of 16; with `size` alone.
   * @default those of 8 bits; of 16 bits the upper 8 count
   */
  readonly range?: StoredRange;
  /** Steps from decoded image to row, ending at one size: range (first), resize, centerCrop. Give this or `size`. */
  readonly transforms?: readonly PrepareTransform[];
  /** Read at most so many images of each class, the first by path. @default all */
  readonly limitPerClass?: number;
  /** Regular expression for the group in each path, where the data has no column group: its first capture, else the whole match. */
  readonly groupPattern?: RegExp;
  /** Detect near-duplicates: they are the groups, or join groups that a column or a pattern names. @default true */
  readonly detect?: boolean;
  /** Which folders are the classes, where outer ones all hold the same inner ones. @default an error where that cannot be told */
  readonly classFolders?: ClassFolders;
  /** Make one class of those whose names are hard to tell apart, such as Cat and cat. @default false */
  readonly mergeClasses?: boolean;
  /** Called as images are read, with how many are done of how many. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Stops the reading, which then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * A folder of labelled images as arrays, one row an image, sorted by path.
 * @example
 * const counts = ({ y, classNames }: ImageFolder): readonly number[] =>
 *   classNames.map((_, label) => y.data.filter((one) => one === label).length);
 */
export interface ImageFolder {
  /** Bytes, 0 to 255: [n, H, W, 3]. */
  readonly x: NdArray<Uint8Array>;
  /** Class indices: [n]. */
  readonly y: NdArray<Int32Array>;
  /** Position = class index. */
  readonly classNames: readonly string[];
  /** Of each row, relative to the folder. */
  readonly paths: readonly string[];
  /** Group number of each image, [n]: `trainTestSplit` keeps them whole, given the folder or its x. */
  readonly groups: NdArray<Int32Array>;
  /** Part of each row, where the data brings its own split (folders or a column): `trainTestSplit` keeps it. */
  readonly parts?: readonly Part[];
  /** Factor of each row's loss, [n], where a table has a column for it: `model.fit` takes it, given the folder. */
  readonly sampleWeight?: NdArray<Float32Array>;
  /** Where the groups come from. */
  readonly groupSource: GroupSource;
  /** Files that are no images, or could not be read. */
  readonly skipped: readonly SkippedFile[];
  /** How the data was read, where that is not plain, in words. */
  readonly notes: readonly Written<ScanNote>[];
  /** Preprocessing from image to row of x; `model.save` stores it in the model file. */
  readonly transforms: readonly PrepareTransform[];
}

/** Reads a folder, table or archive of labelled images into arrays. @throws when it holds none, naming the path. */
export async function readImageFolder(
  path: string,
  options: ImageFolderOptions,
  platform: Platform,
): Promise<ImageFolder> {
  const {
    limitPerClass,
    groupPattern,
    detect = true,
    onProgress,
    signal,
    classFolders,
    mergeClasses,
  } = options;
  const transforms = transformsOf(options);
  const { height, width } = preparedSize(transforms);
  const tree = await platform.openTree(path);
  try {
    const collection = await scan(tree, { classFolders, mergeClasses });
    const { classNames } = collection;
    const all = limited(collection.images, limitPerClass);
    const inColumn = all.some(({ group }) => group !== undefined);
    const images = groupPattern
      ? groupsByPattern(all, groupPattern, "imageFolder: groupPattern").images
      : all;
    const named = inColumn ? "column" : groupPattern ? "pattern" : "none";
    const inspect = detect;
    const values = await valueNotes(tree, images, { codec: platform.codec, range: rangeOf(transforms) });
    const size = height * width * 3;
    const bytes = new Uint8Array(images.length * size);
    const prepared = await prepareImages(tree, images, {
      codec: platform.codec,
      transforms,
      classNames,
      // Straight into the array that is returned, so that the images are never held twice.
      memoryBytes: 0,
      inspect,
      openSpill: () => Promise.resolve(spillInto(bytes)),
      ...(onProgress && { onProgress }),
      ...(signal && { signal }),
    });
    // Close the gaps of unreadable images; rows move towards the front, so none is overwritten before it moved.
    for (let i = 0; i < prepared.count; i++) await prepared.copyInto(i, bytes, i * size);
    const { count } = prepared;
    const numbers = inspect ? await groupsOf(prepared, named, signal) : groupNumbers(prepared.images);
    const groups = ndarray(numbers, [count]);
    const parts = partsOf(prepared.images);
    const sampleWeight = weightsOf(prepared.images);
    return {
      groups,
      ...(parts && { parts }),
      ...(sampleWeight && { sampleWeight }),
      groupSource: inspect && named === "none" ? "content" : named,
      x: withGroups(ndarray(bytes.subarray(0, count * size), [count, height, width, 3]), groups, parts),
      y: ndarray(prepared.labels, [count]),
      classNames,
      paths: prepared.paths,
      skipped: [...collection.skipped, ...prepared.skipped],
      notes: [...collection.notes, ...values].map(withText),
      transforms,
    };
  } finally {
    await tree.close();
  }
}

/** Groups by near-duplicates; groups that are named stay whole, and those that near-duplicates link are one. */
async function groupsOf(
  { images, inspections = [] }: PreparedImages,
  named: GroupSource,
  signal: AbortSignal | undefined,
): Promise<Int32Array> {
  const fingerprints = inspections.map(({ fingerprint: sketch }) => sketch);
  const { groups, scenes } = await findNearDuplicates(fingerprints, { signal });
  return named === "none" ? scenes : groupNumbers(linkedByContent(images, groups));
}

/** A row without a part in data that has some is no test image. */
function partsOf(images: readonly Image[]): readonly Part[] | undefined {
  return images.some(({ part }) => part !== undefined) ? images.map(({ part = "train" }) => part) : undefined;
}

function weightsOf(images: readonly Image[]): NdArray<Float32Array> | undefined {
  if (images.every(({ weight }) => weight === undefined)) return undefined;
  return ndarray(
    Float32Array.from(images, ({ weight = 1 }) => weight),
    [images.length],
  );
}

function transformsOf({ size, range, transforms }: ImageFolderOptions): readonly PrepareTransform[] {
  if (transforms && range) {
    throw fault("imageFolder: range", {
      expected: "no range beside transforms",
      fix: 'let the transforms begin with { type: "range", min, max }',
      exitCode: 2,
    });
  }
  if (transforms && size === undefined) return stagesOf(transforms).prepare;
  if (size === undefined || transforms) {
    throw fault("imageFolder", {
      expected: "size or transforms, not both",
      received: transforms ? "both" : "neither",
      fix: "say for example { size: 96 }",
      exitCode: 2,
    });
  }
  const sides = typeof size === "number" ? { height: size, width: size } : size;
  for (const side of [sides.height, sides.width]) {
    if (Number.isInteger(side) && side >= 1) continue;
    throw fault("imageFolder: size", {
      expected: "a whole number of pixels, 1 or more",
      received: `${side}`,
      exitCode: 2,
    });
  }
  return withRange(range && checkRange("imageFolder: range", range), [resize(sides)]);
}

function limited(images: readonly Image[], limit: number = Number.POSITIVE_INFINITY): readonly Image[] {
  const seen = new Map<string, number>();
  return images.filter(({ label }) => {
    const count = seen.get(label) ?? 0;
    seen.set(label, count + 1);
    return count < limit;
  });
}

const spillInto = (all: Uint8Array): SpillFile => ({
  write: (bytes, at) => Promise.resolve(all.set(bytes, at)),
  read: (target, at) => Promise.resolve(target.set(all.subarray(at, at + target.length))),
  close: () => Promise.resolve(),
});
