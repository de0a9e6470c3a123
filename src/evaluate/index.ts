export { type Batch, type BatchPlan, type BatchResult, rowsOf, runBatches } from "./batches.ts";
export { matchClasses } from "./classes.ts";
export {
  type EvaluateOptions,
  type Evaluation,
  type OnBatch,
  type Runner,
  type TrainedModel,
  evaluateModel,
  predictSource,
} from "./evaluate.ts";
export {
  type ClassMetrics,
  type Metrics,
  type MetricsOptions,
  classificationMetrics,
  crossEntropy,
  largestAt,
} from "./metrics.ts";
export { type Predictions, type Score, countRight, scoreOf } from "./score.ts";
export {
  type BatchSource,
  type ExampleRequest,
  type ExampleTarget,
  type PictureSourceOptions,
  arraySource,
  pictureSource,
} from "./source.ts";
