import type { ExampleStatement, FindingStatement } from "../audit/index.ts";
import { type AuditVerdict, auditMessages } from "./audit.ts";
import { auditExampleMessages } from "./auditExamples.ts";
import { type ComparisonStatement, comparisonMessages } from "./comparison.ts";
import { type CalibrationStatement, calibrationMessages } from "./calibration.ts";
import { type ResultStatement, resultMessages } from "./results.ts";
import { type BaselineComparison, baselineMessages } from "./baselines.ts";
import { type LabelsPredicted, type LabelsStatement, labelMessages } from "./labels.ts";
import { type TrainingOverlap, overlapMessages } from "./overlap.ts";
import { type SplitWarning, splitMessages } from "./split.ts";
import type { TrainingAdvice } from "../train/index.ts";
import { type AdviceWithdrawn, trainingMessages } from "./training.ts";
import type { Coded, Message, Written } from "./types.ts";

/** Everything that can be said to a reader. */
export type Statement =
  | ComparisonStatement
  | ResultStatement
  | CalibrationStatement
  | LabelsStatement
  | LabelsPredicted
  | TrainingOverlap
  | SplitWarning
  | TrainingAdvice
  | AdviceWithdrawn
  | BaselineComparison
  | AuditVerdict
  | FindingStatement
  | ExampleStatement;

type DataOf = { readonly [One in Statement as One["code"]]: One["data"] };
type StatementOf<Code extends keyof DataOf> = {
  readonly [Key in Code]: {
    /** Name of the statement, stable across versions. */
    readonly code: Key;
    /** What its sentence is written from. */
    readonly data: DataOf[Key];
  };
}[Code];

/** The one place that turns codes into words. */
const catalogue: { readonly [Code in keyof DataOf]: (data: DataOf[Code]) => Message } = {
  ...comparisonMessages,
  ...resultMessages,
  ...calibrationMessages,
  ...labelMessages,
  ...overlapMessages,
  ...splitMessages,
  ...auditMessages,
  ...auditExampleMessages,
  ...trainingMessages,
  ...baselineMessages,
};

/** The words of a statement. */
export function written<Code extends keyof DataOf>({ code, data }: StatementOf<Code>): Message {
  return catalogue[code](data);
}

/** The statement with its words, for JSON documents and views. */
export const withText = <S extends Coded & Statement>(statement: S): Written<S> => ({
  ...statement,
  ...written(statement),
});

/** What is so and what to do about it, as one text. */
export const messageText = ({ text, suggestion }: Message): string =>
  suggestion === undefined ? text : `${text} ${suggestion}`;
