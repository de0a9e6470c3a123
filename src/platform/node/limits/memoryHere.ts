import { totalmem } from "node:os";
import { wholePercent } from "../../../base/index.ts";

/** A part of the memory that this process may have. */
export interface MemoryShare {
  readonly bytes: number;
  /** "80% of this machine's memory" */
  readonly of: string;
}

/** That part of the machine's memory, or of its container's limit where that is lower and Node can see it. */
export function memoryHere(
  share: number,
  { total, constrained } = { total: totalmem(), constrained: process.constrainedMemory?.() ?? 0 },
): MemoryShare {
  // Where nothing limits a process, systems answer 0 or a number beyond any memory.
  const isConstrained = constrained > 0 && constrained < total;
  const of = `${wholePercent(share)} of ${isConstrained ? "the container's limit" : "this machine's memory"}`;
  return { bytes: share * (isConstrained ? constrained : total), of };
}
