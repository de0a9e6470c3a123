import { readHere } from "../read/read.ts";
import { withRange } from "../transforms/range.ts";
import type { Codec, DecodeOptions, FileTree, Image, ReadResult } from "../types.ts";
import type { Inspection } from "./types.ts";

export interface InspectOptions extends DecodeOptions {
  readonly codec: Codec;
  /** Images read and decoded at a time by a codec that has no quicker way. @default 4 */
  readonly concurrency?: number;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** What became of a file that was only looked at. */
export type InspectedImage =
  | { readonly sha256: string; readonly inspection: Inspection }
  | Extract<ReadResult, { readonly reason: string }>;

/** Reads every image once and keeps its facts, not its pixels; answers stand as the images do. @throws when aborted. */
export async function inspectImages(
  tree: FileTree,
  images: readonly Image[],
  { codec, range, concurrency = 4, onProgress, signal }: InspectOptions,
): Promise<readonly InspectedImage[]> {
  const readMany = codec.readMany ?? readHere(codec, concurrency);
  const paths = images.map(({ path }) => path);
  const outcomes = Array.from<InspectedImage>({ length: images.length });
  let done = 0;
  await readMany({ tree, paths, transforms: withRange(range, []), inspect: true, signal }, (i, image) => {
    if ("reason" in image) outcomes[i] = image;
    else if (image.inspection) outcomes[i] = { sha256: image.sha256, inspection: image.inspection };
    else throw new Error(`${paths[i]}: read without the facts that were asked for`);
    onProgress?.(++done, images.length);
  });
  return outcomes;
}
