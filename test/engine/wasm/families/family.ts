import type { Kernel } from "../../../../src/engine/kernels/index.ts";
import type { Algorithm } from "../../../../src/engine/plan/index.ts";
import type { OpCase } from "../../cases.ts";

/** Programs that one emitter serves, at shapes that fill no vector, tile, panel or block. */
export interface Family {
  readonly name: string;
  /** Forced where it is correct. @default the cheapest */
  readonly algorithm?: Algorithm;
  /** What each of the cases must have been made into, among others. */
  readonly kernels: readonly Kernel["kind"][];
  readonly cases: readonly OpCase[];
}
