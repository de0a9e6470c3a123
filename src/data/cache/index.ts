export { type FingerprintedImage, searchNearDuplicates } from "./nearDuplicates.ts";
export { cachedCodec } from "./reading.ts";
export type { Cache, CachedKind, CacheKind, CacheReader, CacheWriter } from "./types.ts";
