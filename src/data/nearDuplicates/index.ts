export { findNearDuplicates } from "./findNearDuplicates.ts";
export { disjointSets, numberGroups } from "./groups.ts";
export { fingerprintOf } from "./fingerprint.ts";
export type { NearDuplicates, MatchedPair, FindNearDuplicatesOptions, Fingerprint } from "./types.ts";
