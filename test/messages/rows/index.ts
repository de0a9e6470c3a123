import type { Coded, Statement } from "../../../src/messages/index.ts";
import { ofAudit } from "./audit.ts";
import { ofExamples } from "./auditExamples.ts";
import { ofBench } from "./bench.ts";
import { ofSections } from "./sections.ts";
import { ofBaselines } from "./baselines.ts";
import { ofComparison } from "./comparison.ts";
import { ofExplain } from "./explain.ts";
import { ofLearningRate } from "./learningRate.ts";
import { ofSearch } from "./search.ts";
import { ofLabels } from "./labels.ts";
import { ofProgress } from "./progress.ts";
import { ofReading } from "./reading.ts";
import { ofResults } from "./results.ts";
import { ofRunPage } from "./runPage.ts";
import { ofAugmentation, ofSplit } from "./split.ts";
import { ofTraining } from "./training.ts";
import { ofSummary } from "./summary.ts";
import { ofVerdict } from "./verdict.ts";
import type { Sentences } from "./types.ts";

/** The exact words of every statement; a code of the catalogue without a row does not compile. */
export const sentences: Sentences<Statement> = {
  ...ofAudit,
  ...ofExamples,
  ...ofBaselines,
  ...ofComparison,
  ...ofExplain,
  ...ofLabels,
  ...ofLearningRate,
  ...ofSearch,
  ...ofProgress,
  ...ofReading,
  ...ofResults,
  ...ofRunPage,
  ...ofSummary,
  ...ofVerdict,
  ...ofSplit,
  ...ofAugmentation,
  ...ofTraining,
  ...ofSections,
  ...ofBench,
};

/** The words of a code and the data that they are written from. */
export interface Row {
  readonly code: string;
  readonly statement: Statement;
  readonly text: string;
  readonly suggestion: string | undefined;
}

/** All rows in one list. */
export const rows: readonly Row[] = Object.entries(sentences).flatMap(([code, ofCode]) =>
  ofCode.map(([data, text, suggestion]) => {
    const coded: Coded = { code, data };
    return { code, statement: coded as Statement, text, suggestion };
  }),
);
