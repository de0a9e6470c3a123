export { audit } from "./audit.ts";
export { augmentPreview } from "./augment/augment.ts";
export type { Severity } from "../audit/index.ts";
export { bench } from "./bench/bench.ts";
export type {
  BenchEvent,
  BenchResult,
  BenchServices,
  BenchSubject,
  StepTime,
  TuneResult,
  TunedWork,
} from "./bench/types.ts";
export { type CacheClearing, type CacheListing, clearCache, listCache } from "./cache.ts";
export { compare } from "./compare.ts";
export { demo, demoPlan } from "./demo.ts";
export { evaluate } from "./evaluate/evaluate.ts";
export type {
  AdviceEvent,
  BatchEvent,
  ComparingEvent,
  EpochEvent,
  DataEvent,
  EvaluateEvent,
  ExplainEvent,
  FoldEvent,
  FoundEvent,
  GroupsEvent,
  PredictEvent,
  ReadEvent,
  ReadingEvent,
  ReadyEvent,
  TrainEvent,
  Work,
  WorkingEvent,
} from "./events.ts";
export { type SkippedFile, countSkipped, groupWord } from "../data/index.ts";
export { confusionsOf, parseClassWeights } from "../evaluate/index.ts";
export {
  type KnownDataset,
  type DatasetEvent,
  type DatasetResult,
  type DatasetsResult,
  type DownloadServices,
  datasets,
  getDataset,
} from "./datasets/index.ts";
export { explain } from "./explain/explain.ts";
export { type NumberedFolder, type OutFolder, folderToResume } from "./files/runFolder.ts";
export { findLearningRate } from "./findLr/findLearningRate.ts";
export type { FindLearningRateResult } from "./findLr/types.ts";
export { labels } from "./labels/labels.ts";
export { type ModelListing, type ModelsEvent, type ModelsResult, listModels, models } from "./models.ts";
export { predict } from "./predict.ts";
export { type Events, type ResultEvent, resultOf } from "./protocol.ts";
export {
  type AuditRequest,
  type AugmentRequest,
  type BenchRequest,
  type CompareRequest,
  type DemoRequest,
  type EvaluateRequest,
  type FindLearningRateRequest,
  type LabelsRequest,
  type ExplainMethod,
  type ExplainRequest,
  type PredictRequest,
  type SummaryRequest,
  type TrainRequest,
  classFolderNames,
  explainMethods,
} from "./requests.ts";
export { parseRateCurve, rateCurveNames } from "../models/index.ts";
export { lossNames } from "./train/options/loss.ts";
export { optimizerNames, parseLoss, parseOptimizer } from "../nn/index.ts";
export type { ExplainResult, Explanation } from "./explain/types.ts";
export type {
  Advice,
  AuditResult,
  AugmentResult,
  CompareResult,
  EvaluateResult,
  EvaluationResult,
  LabelsResult,
  PredictResult,
  Prediction,
  SplitReport,
  TrainEnd,
  TrainResult,
} from "./results.ts";
export { plannedConfig } from "./train/config/planned.ts";
export { readConfig } from "./train/config/readConfig.ts";
export { settingsFor } from "./train/config/settingsFor.ts";
export type { ConfiguredRequest } from "./train/config/fields.ts";
export type { SearchEvent, TrialEndEvent, TrialEvent } from "./search/events.ts";
export { search } from "./search/search.ts";
export { parseSpace } from "./search/space.ts";
export type {
  ResumeSearchRequest,
  SearchRequest,
  SearchResult,
  SearchSpace,
  Trial,
  TrialSettings,
} from "./search/types.ts";
export { parseJson } from "./files/json.ts";
export { splitBasis } from "./train/splitReport.ts";
export { jsonLine, jsonText } from "./files/json.ts";
export type { FileStore, Services } from "./context.ts";
export { type ModelPlans, planModel } from "./bench/plan.ts";
export { type SummaryResult, summary } from "./summary.ts";
export { tune } from "./bench/tune.ts";
export { train } from "./train/train.ts";
export { countText, durationText, lossText, percentText, plural } from "../base/index.ts";
export { accuracyOf, baselineStatement, calibrationStatement, caveatsOf } from "./verdicts.ts";
export {
  batchNormStatisticsNames,
  monitorMeant,
  monitorNames,
  rangeTestDefaults,
  samplingNames,
} from "../train/index.ts";
