import type { ResultStatement } from "../../messages/index.ts";
import type { RunReport } from "../types.ts";

/** What a page needs to say which images its tables are of; `set` where they were given, not split. */
export type MeasuredReport = Pick<RunReport, "validation" | "test" | "folds"> & { readonly set?: "data" };

/** The images that every table and chart is of: the test set, else the validation set. */
export function measuredOn({ validation, test, folds, set: given }: MeasuredReport) {
  const set = given ?? (test ? "test" : folds ? "folds" : "validation");
  return { set, images: (test ?? validation).count } as const;
}

/** The accuracy that the page is about. */
export function accuracyStatement(run: MeasuredReport & Pick<RunReport, "groupSource">): ResultStatement {
  const { test, validation, groupSource: source } = run;
  const { accuracy, interval, count, groups } = test ?? validation;
  const { set } = measuredOn(run);
  return { code: "accuracy", data: { set, accuracy, interval, count, groups, source } };
}
