export {
  type Baseline,
  type BaselineRound,
  type Baselines,
  type BinnedFeatures,
  type Tree,
  type TreeNode,
  type TreeOptions,
  baselinesOf,
  predictTree,
  binFeatures,
  trainTree,
} from "./baselines/index.ts";
export { type Batch, type BatchPlan, rowsOf, runBatches } from "./batches.ts";
export { matchClasses } from "./classes.ts";
export { type ClassWeights, classFactors, parseClassWeights } from "./classWeights.ts";
export { type LabelFindings, type LabelReview, confidentLearning } from "./confidentLearning.ts";
export {
  type TrainedModel,
  averagePredictions,
  evaluateModel,
  evaluationPrograms,
  predictModel,
  scoreSource,
  scoringRunner,
  temperedBy,
} from "./evaluate.ts";
export type { MetricName } from "./intervals/bootstrap.ts";
export { type Groups, groupsOf } from "./intervals/groups.ts";
export { type ClassEstimates, classEstimates } from "./intervals/classEstimates.ts";
export type { Estimate } from "./intervals/estimate.ts";
export { type MeasuredBin, reliabilityWithIntervals } from "./intervals/reliability.ts";
export { type Interval, type Intervals, intervalsOf } from "./intervals/intervals.ts";
export { type Measurement, type MetricsOptions, classificationMetrics, measure } from "./metrics/metrics.ts";
export type { Areas, ClassCurves, ClassMetrics, Metrics, ReliabilityBin } from "./metrics/types.ts";
export { type Confusion, confusionsOf } from "./metrics/confusions.ts";
export { type Predictions, classMetrics, countCorrect, scoreOf, weightedAccuracy } from "./metrics/score.ts";
export {
  type BatchSource,
  type ExampleTarget,
  type TrainingSource,
  arraySource,
  augmentedArraySource,
  augmentedSource,
  imageSource,
} from "./source.ts";
export { checkWeights, withClassFactors, withWeights } from "./weighted.ts";
export { indexOfLargest } from "./metrics/scored.ts";
export { type PairedComparison, comparePaired } from "./intervals/paired.ts";
export { type CalibratedTemperature, type CalibrationMetrics, calibrate } from "./calibrate.ts";
export { fitTemperature } from "./temperature.ts";
