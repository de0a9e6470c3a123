export { findCopies } from "./findCopies.ts";
export { disjointSets, numberGroups } from "./groups.ts";
export { sketchOf } from "./sketch.ts";
export type { Copies, CopyPair, FindCopiesOptions, Sketch } from "./types.ts";
