export { type BarrierCost, barrierCost, kernelsOfRun } from "./barrier.ts";
export { type Job, type KernelTime, type MeasureOptions } from "./kernelTimes.ts";
export { type AlgorithmTime, type TuningCase, timeAlgorithms, tuningCasesOf } from "./tune.ts";
