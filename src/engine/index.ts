export { differentiate } from "./autodiff/index.ts";
export type { Backend, MemoryUse, Program, Session } from "./backend.ts";
export { type Evaluation, evaluate, referenceBackend } from "./backends/reference/index.ts";
export {
  type DType,
  type Graph,
  type Node,
  type Op,
  type Role,
  type Value,
  type ValueType,
  createGraph,
  input,
  parameter,
  update,
} from "./graph/index.ts";
export {
  type AlgorithmTime,
  type BarrierCost,
  type Choice,
  type Job,
  type MeasureOptions,
  barrierCost,
  choicesOf,
  kernelsOfRun,
  timeChoice,
} from "./measure/index.ts";
export * from "./ops/index.ts";
export {
  type Arithmetic,
  type Port,
  type WasmOptions,
  type WorkerHandle,
  fusesMultiplyAdd,
  serveWorker,
  tileProbe,
  wasmBackendOn,
} from "./backends/wasm/index.ts";
