import { at, isRefusal, yieldToEventLoop } from "../../base/index.ts";
import { bytesToPrepare, readHere, sha256Of } from "../read/read.ts";
import { rangeOf } from "../transforms/range.ts";
import type { Inspection } from "../inspect/types.ts";
import type { Codec, FileTree, ReadMany, ReadRequest } from "../types.ts";
import {
  bytesOfFacts,
  bytesOfPixels,
  entryVersion,
  factsEntryBytes,
  factsOfBytes,
  pixelEntryBytes,
  pixelsOfBytes,
} from "./entries.ts";
import type { Cache, CacheKind, CacheReader, CacheWriter } from "./types.ts";

/** Images read at a time by a codec that has no quicker way; chosen, not measured. */
const readAtATime = 4;
/** Images between two looks at what else waits; chosen, not measured: some milliseconds. */
const imagesAtATime = 64;

/** A codec that reads many files as `codec` does, with the same results, and takes from the cache what it holds of them. */
export function cachedCodec(codec: Codec, cache: Cache): Codec {
  const readMany = codec.readMany ?? readHere(codec, readAtATime);
  return {
    ...codec,
    async readMany(request, done) {
      const kinds = kindsOf(request);
      const left = await recall(request, done, { cache, kinds, codec });
      await readAnew(request, done, { left, readMany, cache, kinds });
    },
  };
}

/** The kinds that a request needs; none of a kind that it does not ask for. */
interface Kinds {
  readonly pixels?: CacheKind;
  readonly facts?: CacheKind;
}

function kindsOf({ transforms, inspect }: ReadRequest): Kinds {
  const last = transforms.at(-1);
  const sized = last && last.type !== "range";
  return {
    ...(sized && {
      pixels: {
        name: `pixels-${last.width}x${last.height}`,
        settings: JSON.stringify([entryVersion, transforms]),
      },
    }),
    ...(inspect && {
      facts: { name: "facts", settings: JSON.stringify([entryVersion, rangeOf(transforms)]) },
    }),
  };
}

/** An image that has to be read, by its index; with its facts where the cache holds these. */
interface Left {
  readonly index: number;
  readonly facts?: Inspection | undefined;
}

interface Recalling {
  readonly cache: Cache;
  readonly kinds: Kinds;
}

/** Hands over the images of which the cache holds all that is asked for; the others are the answer. */
async function recall(
  { tree, paths, digests, signal }: ReadRequest,
  done: Parameters<ReadMany>[1],
  { cache, kinds, codec }: Recalling & { readonly codec: Codec },
): Promise<readonly Left[]> {
  const pixels = kinds.pixels && (await cache.open(kinds.pixels));
  const facts = kinds.facts && (await cache.open(kinds.facts));
  const left: Left[] = [];
  try {
    for (const [index, path] of paths.entries()) {
      if (index % imagesAtATime === 0) {
        await yieldToEventLoop();
        signal?.throwIfAborted();
      }
      // Where nothing is known yet, a digest would be for nothing: reading takes its own.
      const sha256 = pixels || facts ? (digests?.[index] ?? (await digestOf(tree, path, codec))) : undefined;
      const inspection = sha256 === undefined ? undefined : await entryOf(facts, sha256, factsOfBytes);
      const needsFacts = kinds.facts && !inspection;
      const entry =
        sha256 === undefined || needsFacts ? undefined : await entryOf(pixels, sha256, pixelsOfBytes);
      if (sha256 === undefined || needsFacts || (kinds.pixels && !entry))
        left.push({ index, facts: inspection });
      else await done(index, { ...(entry ?? noPixels), sha256, ...(inspection && { inspection }) });
    }
  } finally {
    await pixels?.close();
    await facts?.close();
  }
  return left;
}

/** What a reading without pixels gives. */
const noPixels = { data: new Uint8Array(0), channelSums: new Float64Array(6) };

const entryOf = async <T>(
  reader: CacheReader | undefined,
  key: string,
  parse: (bytes: Uint8Array) => T | undefined,
): Promise<T | undefined> => {
  const bytes = await reader?.read(key);
  return bytes && parse(bytes);
};

/** The SHA-256 of each file in hexadecimal; nothing of one that cannot be read. */
export async function digestsOf(
  tree: FileTree,
  paths: readonly string[],
  { codec, signal }: { readonly codec: Codec; readonly signal?: AbortSignal },
): Promise<readonly (string | undefined)[]> {
  const digests: (string | undefined)[] = [];
  for (const path of paths) {
    if (digests.length % imagesAtATime === 0) {
      await yieldToEventLoop();
      signal?.throwIfAborted();
    }
    digests.push(await digestOf(tree, path, codec));
  }
  return digests;
}

/** Nothing of a file that cannot be read: reading it anew says why. */
async function digestOf(tree: FileTree, path: string, codec: Codec): Promise<string | undefined> {
  try {
    return codec.digest?.(tree, path) ?? (await sha256Of(await tree.read(path)));
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
}

interface ReadingAnew extends Recalling {
  readonly left: readonly Left[];
  readonly readMany: ReadMany;
}

/** Reads images and keeps what the cache does not hold of them; what was read before an error is kept too. */
async function readAnew(
  request: ReadRequest,
  done: Parameters<ReadMany>[1],
  { left, readMany, cache, kinds }: ReadingAnew,
): Promise<void> {
  const unknown = left.filter(({ facts }) => !facts);
  const pixelBytes = left.length * pixelEntryBytes(bytesToPrepare(request.transforms));
  const pixels = kinds.pixels && cache.write(kinds.pixels, pixelBytes);
  const facts = kinds.facts && cache.write(kinds.facts, unknown.length * factsEntryBytes);
  const read = (some: readonly Left[], inspect: boolean): Promise<void> =>
    readSome({ ...request, inspect }, some, { readMany, done, writers: { pixels, facts } });
  try {
    await read(unknown, request.inspect ?? false);
    await read(
      left.filter((one) => one.facts),
      false,
    );
  } finally {
    await pixels?.close();
    await facts?.close();
  }
}

interface Writers {
  readonly pixels: CacheWriter | undefined;
  readonly facts: CacheWriter | undefined;
}

interface ReadingSome extends Pick<ReadingAnew, "readMany"> {
  readonly done: Parameters<ReadMany>[1];
  readonly writers: Writers;
}

async function readSome(
  request: ReadRequest,
  some: readonly Left[],
  { readMany, done, writers: { pixels, facts } }: ReadingSome,
): Promise<void> {
  if (some.length === 0) return;
  const paths = some.map(({ index }) => at(request.paths, index));
  await readMany({ ...request, paths }, async (i, image) => {
    const known = at(some, i);
    if ("reason" in image) return done(known.index, image);
    await pixels?.put(image.sha256, bytesOfPixels(image));
    if (image.inspection) await facts?.put(image.sha256, bytesOfFacts(image.inspection));
    return done(known.index, known.facts ? { ...image, inspection: known.facts } : image);
  });
}
