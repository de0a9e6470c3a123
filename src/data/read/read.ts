import { reasonOf, at } from "../../base/index.ts";
import { channelSumsOf } from "../channelSums.ts";
import { forEachConcurrently } from "./concurrent.ts";
import { inspect } from "../inspect/inspect.ts";
import type { Inspection } from "../inspect/types.ts";
import { prepareInto, preparedBytes } from "../transforms/prepare.ts";
import { rangeOf } from "../transforms/range.ts";
import type { PrepareTransform } from "../transforms/types.ts";
import type { ImageDecoder, Raster, ReadMany, ReadResult } from "../types.ts";

/** One file, wherever it is read. */
export interface ImageFile {
  readonly path: string;
  read(): Uint8Array | Promise<Uint8Array>;
  /** SHA-256 in hexadecimal. */
  readonly digest: (bytes: Uint8Array) => string | Promise<string>;
}

export interface ReadOptions {
  readonly codec: ImageDecoder;
  /** None: no pixels are prepared. */
  readonly transforms: readonly PrepareTransform[];
  /** Room for the prepared pixels. @default memory of their own */
  readonly target?: Uint8Array;
  /** Also take the image's facts. @default false */
  readonly inspect?: boolean | undefined;
}

/** Bytes of each image's prepared pixels; 0 where none are prepared: without a step, or with a range alone. */
export const bytesToPrepare = (transforms: readonly PrepareTransform[]): number =>
  transforms.every(({ type }) => type === "range") ? 0 : preparedBytes(transforms);

/** The one way from a file to prepared pixels and facts, the same in every thread; what cannot be read says why. */
export async function readImage(file: ImageFile, options: ReadOptions): Promise<ReadResult> {
  const { path } = file;
  let bytes: Uint8Array | undefined;
  try {
    bytes = await file.read();
    return await readBytes(bytes, file, options);
  } catch (error) {
    const reason = reasonOf(error, path);
    const left = options.inspect && bytes ? await options.codec.salvage?.(bytes) : undefined;
    return { reason, ...(left && { recoverable: left.share }) };
  }
}

async function readBytes(
  bytes: Uint8Array,
  { path, digest }: ImageFile,
  { codec, transforms, target, inspect: wanted }: ReadOptions,
): Promise<ReadResult> {
  const [sha256, raster] = await Promise.all([
    digest(bytes),
    codec.decode(bytes, path, { range: rangeOf(transforms) }),
  ]);
  const size = bytesToPrepare(transforms);
  const data = target ?? new Uint8Array(size);
  if (size > 0) prepareInto(raster, transforms, data);
  const read = { data, sha256, channelSums: channelSumsOf(data) };
  return wanted ? { ...read, inspection: await factsOf(bytes, raster, { codec, digest }) } : read;
}

async function factsOf(
  bytes: Uint8Array,
  raster: Raster,
  { codec, digest }: Pick<ReadOptions, "codec"> & Pick<ImageFile, "digest">,
): Promise<Inspection> {
  const pixelDigest = await digest(raster.data);
  return inspect(raster, { facts: codec.describe?.(bytes) ?? {}, bytes: bytes.length, pixelDigest });
}

/** Reads in this thread, so many files at a time. */
export const readHere =
  (codec: ImageDecoder, limit: number): ReadMany =>
  async ({ tree, paths, transforms, inspect: wanted, signal }, done) => {
    const readOne = async (index: number): Promise<void> => {
      const path = at(paths, index);
      const file = { path, read: () => tree.read(path), digest: sha256Of };
      await done(index, await readImage(file, { codec, transforms, inspect: wanted }));
    };
    await forEachConcurrently(paths.length, readOne, { limit, signal });
  };

/** In hexadecimal. */
export async function sha256Of(bytes: Uint8Array): Promise<string> {
  // A copy, because shared memory is refused.
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new Uint8Array(bytes)));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
