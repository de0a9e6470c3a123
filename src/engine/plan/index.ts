export { aligned } from "./arena.ts";
export { buffersOf } from "./buffers.ts";
export {
  type Algorithm,
  type Candidate,
  type Choosable,
  type ChosenKernel,
  algorithms,
  cheapest,
} from "./choose.ts";
export { type Placement, type Plan, type PlanOptions, bytesOf, planProgram } from "./plan.ts";
export { type Choose } from "./site.ts";
export { affinesOf, expressionsOf, mapStrides, simplify } from "./simplify.ts";
