export { findCopies } from "./findNearDuplicates.ts";
export { disjointSets, numberGroups } from "./groups.ts";
export { sketchOf } from "./fingerprint.ts";
export type { Copies, CopyPair, FindCopiesOptions, Sketch } from "./types.ts";
