import { type Graph, type Value, temporaryValue } from "../graph/graph.ts";
import type { Candidate, Choosable } from "./algorithms/candidates.ts";
import type { Settled } from "./constants.ts";

/** What the choice of algorithms works for. */
export interface Site {
  /** Where temporaries are entered. */
  readonly graph: Graph;
  /** Outputs that a register tile computes side by side, in floats: two vectors of the machine. */
  readonly panel: 8 | 16;
  readonly choose: Choose;
  readonly settled: Settled;
}

/** Picks one of the algorithms that are correct for some work; there is always one. */
export type Choose = (candidates: readonly Candidate[], work: Choosable) => Candidate;

/** A temporary of float32 numbers. */
export const floats = ({ graph }: Site, ...shape: number[]): Value =>
  temporaryValue(graph, { shape, dtype: "f32" });

export const MEGABYTE: number = 1 << 20;

/** At most `wanted` parts of equal size, none of them empty. */
export const evenParts = (count: number, wanted: number): number =>
  Math.ceil(count / Math.ceil(count / wanted));
