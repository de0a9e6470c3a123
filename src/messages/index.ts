export type { ComparedModel, ComparisonStatement } from "./comparison.ts";
export type { CalibrationStatement } from "./calibration.ts";
export { duplicateText } from "./auditExamples.ts";
export { type BenchStatement, measuredText } from "./bench.ts";
export { type WrittenFinding, auditVerdict, writtenFinding } from "./findings.ts";
export type { MeasuredSet, ResultStatement, SplitBasis } from "./results.ts";
export type { BaselineComparison, BaselineName } from "./baselines.ts";
export type { LabelsStatement } from "./labels.ts";
export type { LearningRateStatement } from "./pages/learningRate.ts";
export type { SearchStatement, TrialFailure } from "./pages/search.ts";
export {
  type ColourScale,
  type ExplainNote,
  type ExplainStatement,
  type ExplainedBy,
  type MapCaption,
  type MapRemark,
  type MethodStatement,
  colourScale,
} from "./explain.ts";
export type { AugmentationChoice, GivenTime, OwnParts, ProgressStatement } from "./progress.ts";
export type { ReadingStatement } from "./reading.ts";
export type { TrainingOverlap } from "./overlap.ts";
export type { AuditVerdict } from "./audit.ts";
export type { ReportedAdvice, ResultVerdict } from "./pages/verdict.ts";
export type { RunNote } from "./training.ts";
export { type PageMetric, type RunPageStatement, metricNames } from "./pages/runPage.ts";
export type { SummaryStatement } from "./summary.ts";
export type { SplitWarning } from "./split.ts";
export type { ExplainedPart, SectionStatement } from "./pages/sections.ts";
export { type Fact, type NamedFact, namedFact } from "./pages/facts.ts";
export { type AdviceWithdrawn, monitorText } from "./training.ts";
export type { Catalogue, Coded, Message, Written } from "./types.ts";
export { type Statement, messageText, withFoldText, withText, written } from "./written.ts";
