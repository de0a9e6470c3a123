import { isObject } from "../../base/index.ts";
import { findNearDuplicates } from "../nearDuplicates/findNearDuplicates.ts";
import type {
  FindNearDuplicatesOptions,
  Fingerprint,
  MatchedPair,
  NearDuplicates,
} from "../nearDuplicates/types.ts";
import { sha256Of } from "../read/read.ts";
import type { StoredRange } from "../transforms/types.ts";
import { entryVersion } from "./entries.ts";
import type { Cache, CacheKind } from "./types.ts";

/** An image to compare, as it was read. */
export interface FingerprintedImage {
  /** Of the file's bytes, in hexadecimal. */
  readonly sha256: string;
  readonly fingerprint: Fingerprint;
}

export interface CachedSearchOptions extends FindNearDuplicatesOptions {
  /** @default none */
  readonly cache?: Cache | undefined;
  /** The range of stored values that the images were read with. */
  readonly range?: StoredRange | undefined;
}

/** `findNearDuplicates`, whose answer for the same files in the same order is taken from the cache where that holds it. */
export async function searchNearDuplicates(
  images: readonly (FingerprintedImage | undefined)[],
  { cache, range, ...options }: CachedSearchOptions = {},
): Promise<NearDuplicates> {
  const fingerprints = images.map((image) => image?.fingerprint);
  if (!cache) return findNearDuplicates(fingerprints, options);
  const digests = images.map((image) => image?.sha256);
  const known = await knownNearDuplicates(digests, { cache, range });
  if (known) return known;
  const found = await findNearDuplicates(fingerprints, options);
  const bytes = bytesOfAnswer(found);
  const writer = cache.write(kindOf(range), bytes.length);
  await writer?.put(await keyOf(digests), bytes);
  await writer?.close();
  return found;
}

/** The answer for the files of these digests in this order, where the cache holds it. */
export const knownNearDuplicates = async (
  digests: readonly (string | undefined)[],
  { cache, range }: Known,
): Promise<NearDuplicates | undefined> =>
  (await recallNearDuplicates(async () => digests, { cache, range }))?.found;

interface Known {
  readonly cache: Cache;
  readonly range: StoredRange | undefined;
}

/** What is known of files before they are read. */
export interface RecalledNearDuplicates {
  readonly digests: readonly (string | undefined)[];
  /** Absent where the cache does not hold it. */
  readonly found?: NearDuplicates | undefined;
}

/** The same for files whose digests are taken only where the cache holds any answer; nothing where it holds none. */
export async function recallNearDuplicates(
  digestsOf: () => Promise<RecalledNearDuplicates["digests"]>,
  { cache, range }: Known,
): Promise<RecalledNearDuplicates | undefined> {
  const reader = await cache.open(kindOf(range));
  if (!reader) return undefined;
  try {
    const digests = await digestsOf();
    const bytes = await reader.read(await keyOf(digests));
    return { digests, found: bytes && answerOfBytes(bytes) };
  } finally {
    await reader.close();
  }
}

const kindOf = (range: StoredRange | undefined): CacheKind => ({
  name: "near-duplicates",
  settings: JSON.stringify([entryVersion, range]),
});

const keyOf = (digests: readonly (string | undefined)[]): Promise<string> =>
  sha256Of(new TextEncoder().encode(digests.map((digest) => digest ?? "").join("\n")));

interface WrittenAnswer {
  readonly groups: readonly number[];
  readonly scenes: readonly number[];
  readonly pairs: readonly MatchedPair[];
}

function bytesOfAnswer({ groups, scenes, pairs }: NearDuplicates): Uint8Array {
  const written: WrittenAnswer = { groups: [...groups], scenes: [...scenes], pairs };
  return new TextEncoder().encode(JSON.stringify(written));
}

const isWrittenAnswer = (json: unknown): json is WrittenAnswer =>
  isObject(json) && ["groups", "scenes", "pairs"].every((name) => Array.isArray(json[name]));

/** Nothing where the bytes are no answer. */
function answerOfBytes(bytes: Uint8Array): NearDuplicates | undefined {
  const written: unknown = JSON.parse(new TextDecoder().decode(bytes));
  if (!isWrittenAnswer(written)) return undefined;
  const { groups, scenes, pairs } = written;
  return { groups: Int32Array.from(groups), scenes: Int32Array.from(scenes), pairs };
}
