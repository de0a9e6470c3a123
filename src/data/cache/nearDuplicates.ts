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
import type { Cache } from "./types.ts";

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
  const kind = { name: "near-duplicates", settings: JSON.stringify([entryVersion, range]) };
  const key = await sha256Of(new TextEncoder().encode(images.map((image) => image?.sha256 ?? "").join("\n")));
  const reader = await cache.open(kind);
  const known = await reader?.read(key);
  const answer = known && answerOfBytes(known);
  await reader?.close();
  if (answer) return answer;
  const found = await findNearDuplicates(fingerprints, options);
  const bytes = bytesOfAnswer(found);
  const writer = cache.write(kind, bytes.length);
  await writer?.put(key, bytes);
  await writer?.close();
  return found;
}

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
