export { type Checkpoint, parseCheckpointState } from "./checkpoint.ts";
export type { TrainingControl } from "./steering/control.ts";
export { type LengthChange, areLengthChanges, epochsIn } from "./steering/length.ts";
export { type CustomMetric, figuresOf, weightedAccuracyMetric } from "./figures.ts";
export {
  type AdviceAction,
  type AdviceCode,
  type TrainingAdvice,
  bySeriousness,
  withoutContradictions,
} from "./advice.ts";
export { type TrainingSummary, diagnose } from "./diagnostics.ts";
export type {
  FitAdviceEvent,
  FitAdviceWithdrawnEvent,
  FitBatchEvent,
  CheckpointEvent,
  EndEvent,
  EndReason,
  FitEpochEvent,
  FitEvent,
  StartEvent,
} from "./events.ts";
export { type Mixing, type MixingAlphas, mixingIn, parseMixingAlpha } from "./examples/mixing.ts";
export { checkBalancedOnce, type Sampling, parseSampling, samplingNames } from "./examples/order.ts";
export { fit } from "./fit.ts";
export { type EpochRecord, type History } from "./history.ts";
export type { TrainingNote, ValueRange } from "./notes.ts";
export { type FitData, type FitOptions } from "./options.ts";
export {
  type MonitorName,
  type StoppingOptions,
  monitorMeant,
  monitorNames,
  monitorOf,
  parseMonitor,
  stoppingIn,
} from "./monitor.ts";
export { statisticsCount, type BatchNormStatistics, batchNormStatisticsNames } from "./layers/statistics.ts";
export type { Weights } from "./weights.ts";
export { updatesOf } from "./groups.ts";
export {
  type RangeTestEvent,
  type RangeTestOptions,
  rangeTest,
  rangeTestDefaults,
} from "./rangeTest/rangeTest.ts";
export {
  type LearningRateSuggestion,
  type LowestPoint,
  type RangeTestRun,
  type SmoothedStep,
  suggestedRate,
} from "./rangeTest/analysis.ts";
