export { type BarrierCost, barrierCost, kernelsOfRun } from "./barrier.ts";
export { type Job, type KernelTime, type MeasureOptions } from "./kernelTimes.ts";
export { type AlgorithmTime, type Choice, choicesOf, timeChoice } from "./tune.ts";
