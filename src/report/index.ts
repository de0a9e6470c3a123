export { renderReport } from "./page.ts";
export type { ReportEpoch, ReportFigure, RunReport } from "./types.ts";
export { bytesText, countText, durationText, lossText, percentText, plural } from "./words.ts";
