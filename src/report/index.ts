export { renderAudit } from "./audit/page.ts";
export { curveFiles, renderEvaluation } from "./evaluation/page.ts";
export { renderReport } from "./run/page.ts";
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
