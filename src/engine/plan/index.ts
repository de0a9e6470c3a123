export { cheapest } from "./algorithms/candidates.ts";
export { describeKernel, describeWorkload, gflopOfKernel, gflopOfWorkload } from "./describeKernel.ts";
export { type PlanDocument, readPlan, writePlan } from "./document.ts";
export { buffersOf } from "./kernelBuffers.ts";
export { addressesOf } from "./memory/addresses.ts";
export { aligned } from "./memory/arena.ts";
export { planProgram } from "./planProgram.ts";
export { affineIndicesOf, expressionsOf, mapIndices, mapStrides } from "./rewriteNest.ts";
export { simplify } from "./simplify.ts";
export {
  type Algorithm,
  type AlgorithmChoice,
  type Candidate,
  type ChooseAlgorithm,
  type PassRecord,
  type PlacedBuffer,
  type Placement,
  type Plan,
  type PlanOptions,
  type WorkSize,
  type Workload,
  algorithms,
} from "./types.ts";
