export { aligned } from "./memory/arena.ts";
export { buffersOf } from "./kernelBuffers.ts";
export {
  type Algorithm,
  type Candidate,
  type Choosable,
  type ChosenKernel,
  algorithms,
  cheapest,
} from "./algorithms/candidates.ts";
export { type Placement, type Plan, type PlanOptions, bytesOf, planProgram } from "./planProgram.ts";
export { type Choose } from "./site.ts";
export { affinesOf, expressionsOf, mapStrides, simplify } from "./simplify.ts";
