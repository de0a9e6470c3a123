export { renderAudit } from "./audit/page.ts";
export { renderReport } from "./run/page.ts";
export type {
  ReportBaseline,
  ReportMetric,
  ReportAccuracy,
  ReportNote,
  ReportPart,
  ReportImage,
  RunReport,
} from "./types.ts";
