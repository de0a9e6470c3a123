export type { ComparedModel, ComparisonStatement } from "./comparison.ts";
export { changesText } from "./auditExamples.ts";
export { type WrittenFinding, auditVerdict, writtenFinding } from "./findings.ts";
export type { MeasuredSet, ResultStatement, SplitBasis } from "./results.ts";
export type { BaselineComparison, BaselineName } from "./baselines.ts";
export type { SplitWarning } from "./split.ts";
export type { AdviceWithdrawn } from "./training.ts";
export type { Catalogue, Coded, Message, Written } from "./types.ts";
export { type Statement, messageText, withText, written } from "./written.ts";
