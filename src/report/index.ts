export { renderReport } from "./page.ts";
export type { ReportEpoch, RunReport } from "./types.ts";
export { bytesText, countText, durationText, lossText, percentText, plural } from "./words.ts";
