import type { ExampleStatement, FindingStatement } from "../audit/index.ts";
import { type AuditVerdict, auditMessages } from "./audit.ts";
import { auditExampleMessages } from "./auditExamples.ts";
import { type ComparisonBasis, type ComparisonStatement, comparisonMessages } from "./comparison.ts";
import { type CalibrationStatement, calibrationMessages } from "./calibration.ts";
import { type ResultStatement, resultMessages } from "./results.ts";
import { type BaselineComparison, baselineMessages } from "./baselines.ts";
import { type BenchStatement, benchMessages } from "./bench.ts";
import { type DataUnchanged, type LabelsPredicted, type LabelsStatement, labelMessages } from "./labels.ts";
import { type TrainingOverlap, overlapMessages } from "./overlap.ts";
import { type LearningRateStatement, learningRateMessages } from "./pages/learningRate.ts";
import { type SearchStatement, type TrialFailure, searchMessages } from "./pages/search.ts";
import { type ExplainStatement, explainMessages } from "./explain.ts";
import {
  type AugmentationChoice,
  type ProgressStatement,
  augmentationMessages,
  progressMessages,
} from "./progress.ts";
import { type ReadingStatement, readingMessages } from "./reading.ts";
import { type RunPageStatement, runPageMessages } from "./pages/runPage.ts";
import { type SectionStatement, sectionMessages } from "./pages/sections.ts";
import { type ResultVerdict, verdictMessages } from "./pages/verdict.ts";
import { type SplitWarning, splitMessages } from "./split.ts";
import { type SummaryStatement, summaryMessages } from "./summary.ts";
import type { TrainingAdvice, TrainingNote } from "../train/index.ts";
import { type AdviceWithdrawn, trainingMessages, trainingNoteMessages } from "./training.ts";
import type { Catalogue, Coded, DataOf, Message, StatementOf, Written } from "./types.ts";

/** Everything that can be said to a reader. */
export type Statement =
  | ComparisonStatement
  | ComparisonBasis
  | ResultStatement
  | CalibrationStatement
  | RunPageStatement
  | ResultVerdict
  | SectionStatement
  | BenchStatement
  | ReadingStatement
  | ProgressStatement
  | ExplainStatement
  | LabelsStatement
  | LearningRateStatement
  | SearchStatement
  | TrialFailure
  | LabelsPredicted
  | DataUnchanged
  | TrainingOverlap
  | SummaryStatement
  | SplitWarning
  | AugmentationChoice
  | TrainingAdvice
  | TrainingNote
  | AdviceWithdrawn
  | BaselineComparison
  | AuditVerdict
  | FindingStatement
  | ExampleStatement;

/** The one place that turns codes into words. */
const catalogue: Catalogue<Statement> = {
  ...comparisonMessages,
  ...resultMessages,
  ...calibrationMessages,
  ...runPageMessages,
  ...verdictMessages,
  ...sectionMessages,
  ...benchMessages,
  ...readingMessages,
  ...progressMessages,
  ...explainMessages,
  ...labelMessages,
  ...learningRateMessages,
  ...searchMessages,
  ...overlapMessages,
  ...splitMessages,
  ...summaryMessages,
  ...augmentationMessages,
  ...auditMessages,
  ...auditExampleMessages,
  ...trainingMessages,
  ...trainingNoteMessages,
  ...baselineMessages,
};

/**
 * The words of a statement.
 * @example
 * const show = (advice: TrainingAdvice): string => written(advice).text;
 */
export function written<Code extends keyof DataOf<Statement>>({
  code,
  data,
}: StatementOf<Statement, Code>): Message {
  return catalogue[code](data);
}

/**
 * The statement with its words, for JSON documents and views.
 * @example
 * const listen = (event: FitEvent): void => {
 *   if (event.type === "advice") console.log(withText(event).text);
 * };
 */
export const withText = <S extends Coded & Statement>(statement: S): Written<S> => ({
  ...statement,
  ...written(statement),
});

/** Advice from one fold of a cross-validation; its numbers are of that fold. */
export function withFoldText<A extends TrainingAdvice>(
  advice: A,
  { fold, folds }: { readonly fold: number; readonly folds: number },
): Written<A> & { readonly fold: number } {
  const message = written(advice);
  const text = `Fold ${fold} of ${folds}: ${message.text}`;
  const inFold: Message & { readonly fold: number } = { ...message, text, fold };
  return { ...advice, ...inFold };
}

/** What is so and what to do about it, as one text. */
export const messageText = ({ text, suggestion }: Message): string =>
  suggestion === undefined ? text : `${text} ${suggestion}`;
