export { type Batch, rowsOf, runBatches } from "./batches.ts";
export { matchClasses } from "./classes.ts";
export { evaluateModel, predictSource } from "./evaluate.ts";
export { type ClassMetrics, type Metrics, type MetricsOptions, classificationMetrics } from "./metrics.ts";
export { type Predictions, countRight, scoreOf } from "./score.ts";
export { type BatchSource, arraySource, pictureSource } from "./source.ts";
