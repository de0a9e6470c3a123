export { renderAudit } from "./audit/page.ts";
export { renderExplanation } from "./explain/page.ts";
export type { ExplanationReport, ReportExplained, ReportMap, ReportMethod } from "./explain/types.ts";
export { curveFiles, renderEvaluation } from "./evaluation/page.ts";
export { type RangeTestReport, renderRangeTest } from "./learningRate/page.ts";
export { renderReport } from "./run/page.ts";
export { type SearchReport, renderSearch } from "./search/page.ts";
export type {
  EvaluationReport,
  ReportBaseline,
  ReportMetric,
  ReportAccuracy,
  ReportNote,
  ReportPart,
  ReportImage,
  RunReport,
} from "./types.ts";
