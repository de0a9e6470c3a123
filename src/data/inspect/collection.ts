import { readHere } from "../read/read.ts";
import type { Codec, FileTree, Picture, ReadPicture } from "../types.ts";
import type { Inspection } from "./types.ts";

export interface InspectOptions {
  readonly codec: Codec;
  /** Pictures read and decoded at a time by a codec that has no quicker way. @default 4 */
  readonly concurrency?: number;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** What became of a file that was only looked at. */
export type InspectedPicture =
  | { readonly sha256: string; readonly inspection: Inspection }
  | Extract<ReadPicture, { readonly reason: string }>;

/** Reads every picture once and keeps its facts, not its pixels; answers stand as the pictures do. @throws when aborted. */
export async function inspectPictures(
  tree: FileTree,
  pictures: readonly Picture[],
  { codec, concurrency = 4, onProgress, signal }: InspectOptions,
): Promise<readonly InspectedPicture[]> {
  const readMany = codec.readMany ?? readHere(codec, concurrency);
  const paths = pictures.map(({ path }) => path);
  const outcomes = Array.from<InspectedPicture>({ length: pictures.length });
  let done = 0;
  await readMany({ tree, paths, transforms: [], inspect: true, signal }, (i, picture) => {
    if ("reason" in picture) outcomes[i] = picture;
    else if (picture.inspection) outcomes[i] = { sha256: picture.sha256, inspection: picture.inspection };
    else throw new Error(`${paths[i]}: read without the facts that were asked for`);
    onProgress?.(++done, pictures.length);
  });
  return outcomes;
}
