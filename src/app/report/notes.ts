import type { ResultStatement, RunNote } from "../../messages/index.ts";
import type { ReportNote } from "../../report/index.ts";

/** What a caveat weighs: uneven classes are no fault, since the balanced accuracy stands beside. */
export const caveatNote = (statement: ResultStatement): ReportNote => ({
  kind: statement.code === "uneven-classes" ? "plain" : "warning",
  statement,
});

const kinds: Readonly<Record<RunNote["code"], ReportNote["kind"]>> = {
  "columns-read": "plain",
  "encoding-assumed": "warning",
  "unused-range": "warning",
  "range-exceeded": "warning",
  "paths-found": "plain",
  "conflicting-rows": "warning",
  "alike-classes": "warning",
  "merged-classes": "plain",
  "classes-without-images": "warning",
  "rounded-separately": "plain",
  "repeated-rescaling": "warning",
};

/** What was noticed about the data when it was read, and about the training before it began. */
export const dataNotesOf = (notes: readonly RunNote[]): readonly ReportNote[] =>
  notes.map((statement) => ({ kind: kinds[statement.code], statement }));
