export { differentiate } from "./autodiff/index.ts";
export type { Backend, MemoryUse, Program, Session } from "./backend.ts";
export { type ReferenceRun, runReference, referenceBackend } from "./backends/reference/index.ts";
export {
  type Graph,
  type Node,
  type Op,
  type Value,
  createGraph,
  input,
  parameter,
  update,
} from "./graph/index.ts";
export {
  type AlgorithmTime,
  type BarrierCost,
  type TuningCase,
  type Job,
  type MeasureOptions,
  barrierCost,
  kernelsOfRun,
  timeAlgorithms,
  tuningCasesOf,
} from "./measure/index.ts";
export type { ArrayType, DType, Role } from "./kernels/index.ts";
export * from "./ops/index.ts";
export {
  type Plan,
  type PlanDocument,
  type PlanOptions,
  planProgram,
  readPlan,
  writePlan,
} from "./plan/index.ts";
export {
  type Arithmetic,
  type Port,
  type ServeOptions,
  type WasmOptions,
  type WorkerHandle,
  computesVectors,
  fusesMultiplyAdd,
  serveWorker,
  tileProbe,
  wasmBackendOn,
} from "./backends/wasm/index.ts";
