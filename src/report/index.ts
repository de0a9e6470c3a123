export { renderAudit } from "./audit/page.ts";
export { renderReport } from "./run/page.ts";
export type {
  ReportBaseline,
  ReportMetric as ReportEstimate,
  ReportFact,
  ReportAccuracy as ReportFigure,
  ReportNote,
  ReportPart,
  ReportImage,
  RunReport,
} from "./types.ts";
export { bytesText, countText, durationText, lossText, percentText, plural } from "./words.ts";
