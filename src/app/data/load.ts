import { withCleanup } from "../cleanup.ts";
import type { Steps } from "../protocol.ts";
import {
  type Codec,
  type Collection,
  type DecodeOptions,
  type FileTree,
  type PreparedImages,
  type PrepareTransform,
  type ScanOptions,
  cachedCodec,
  prepareImages,
  scan,
  valueNotes,
} from "../../data/index.ts";
import { withText } from "../../messages/index.ts";
import type { DataEvent } from "../events.ts";
import { reporting } from "./reporting.ts";
import type { Services } from "../context.ts";

// The decoded images share the memory with the network and its workspace.
const shareForPixels = 0.3;

/** How images will be decoded, to look at the values of some. */
interface Looking extends DecodeOptions {
  readonly codec: Codec;
}

/** Finds the labelled images and says what was found, of their values as well where it may look at them. */
export async function* findImages(
  tree: FileTree,
  options: ScanOptions = {},
  looking?: Looking,
): Steps<DataEvent, Collection> {
  const scanned = await scan(tree, options);
  const values = looking ? await valueNotes(tree, scanned.images, looking) : [];
  const collection = { ...scanned, notes: [...scanned.notes, ...values] };
  const counts = new Map(collection.classNames.map((name) => [name, 0]));
  for (const { label } of collection.images) counts.set(label, (counts.get(label) ?? 0) + 1);
  const classes = [...counts].map(([name, count]) => ({ name, count }));
  yield { type: "found", classes, skipped: collection.skipped, notes: collection.notes.map(withText) };
  return collection;
}

export interface LoadImagesOptions {
  readonly transforms: readonly PrepareTransform[];
  /** Position = class index. */
  readonly classNames: readonly string[];
  /** Also take the facts of each image. */
  readonly inspect: boolean;
  /** SHA-256 of the files in hexadecimal, where they are known. */
  readonly digests?: readonly (string | undefined)[] | undefined;
  /** Bytes that the network leaves for them; past that, and past a share of the memory, they go to a file. @default that share */
  readonly memoryBytes?: number;
  readonly signal: AbortSignal;
}

/** Reads and decodes the images once; close the result when done. */
export const readImages = (
  tree: FileTree,
  { images }: Collection,
  { codec, cache, openSpill, memory }: Services,
  { memoryBytes = Infinity, ...options }: LoadImagesOptions,
): Steps<DataEvent, PreparedImages> =>
  withCleanup(async function* (cleanup) {
    const prepared = yield* reporting<DataEvent, PreparedImages>(
      (report, signal) =>
        prepareImages(tree, images, {
          ...options,
          codec: cache ? cachedCodec(codec, cache) : codec,
          openSpill,
          memoryBytes: Math.min(memory.bytes * shareForPixels, memoryBytes),
          signal,
          onProgress: (done, total) => report({ type: "reading", done, total }),
        }),
      { signal: options.signal, discard: (unread) => unread.close() },
    );
    cleanup.onFailure(() => prepared.close());
    const { count, skipped, spilled } = prepared;
    yield { type: "read", count, skipped, spilled };
    return prepared;
  });
