import { FoveaError } from "../base/index.ts";
import { channelSumsOf } from "./channelSums.ts";
import { forEachConcurrently } from "./concurrent.ts";
import { prepareInto, preparedBytes } from "./transforms/prepare.ts";
import type { PrepareTransform } from "./transforms/types.ts";
import type { Codec, ReadMany, ReadPicture } from "./types.ts";

/** One file, wherever it is read. */
export interface PictureFile {
  readonly path: string;
  read(): Uint8Array | Promise<Uint8Array>;
  /** SHA-256 in hexadecimal. */
  digest(bytes: Uint8Array): string | Promise<string>;
}

export interface ReadOptions {
  readonly codec: Pick<Codec, "decode">;
  readonly transforms: readonly PrepareTransform[];
  /** Room for the prepared pixels. @default memory of their own */
  readonly target?: Uint8Array;
}

/** The one way from a file to prepared pixels, the same in every thread; what cannot be read says why. */
export async function readPicture(
  file: PictureFile,
  { codec, transforms, target }: ReadOptions,
): Promise<ReadPicture> {
  const { path } = file;
  try {
    const bytes = await file.read();
    const [sha256, raster] = await Promise.all([file.digest(bytes), codec.decode(bytes, path)]);
    const data = target ?? new Uint8Array(preparedBytes(transforms));
    prepareInto(raster, transforms, data);
    return { data, sha256, channelSums: channelSumsOf(data) };
  } catch (error) {
    // Only what a platform says on purpose is about the picture; anything else is a bug.
    if (!(error instanceof FoveaError)) throw error;
    return { reason: withoutPath(error.message, path) };
  }
}

/** Reads in this thread, so many files at a time. */
export const readHere =
  (codec: Pick<Codec, "decode">, limit: number): ReadMany =>
  async ({ tree, paths, transforms, signal }, done) => {
    const readOne = async (place: number): Promise<void> => {
      const path = paths[place]!;
      const file = { path, read: () => tree.read(path), digest: sha256Of };
      await done(place, await readPicture(file, { codec, transforms }));
    };
    await forEachConcurrently(paths.length, readOne, { limit, signal });
  };

async function sha256Of(bytes: Uint8Array): Promise<string> {
  // A copy, because shared memory is refused.
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new Uint8Array(bytes)));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const withoutPath = (message: string, path: string): string =>
  message.startsWith(`${path}: `) ? message.slice(path.length + 2) : message;
