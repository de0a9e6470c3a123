export { aligned } from "./arena.ts";
export { type ChosenKernel } from "./choose.ts";
export { type Placement, type Plan, bytesOf, planProgram } from "./plan.ts";
export { affinesOf, expressionsOf, mapStrides, simplify } from "./simplify.ts";
