export {
  type FingerprintedImage,
  type RecalledNearDuplicates,
  recallNearDuplicates,
  searchNearDuplicates,
} from "./nearDuplicates.ts";
export { cachedCodec, digestsOf } from "./reading.ts";
export type { Cache, CachedKind, CacheKind, CacheReader, CacheWriter } from "./types.ts";
