import type { Example, Finding, FindingStatement, Severity } from "../audit/index.ts";
import type { AuditVerdict } from "./audit.ts";
import type { Message, Written } from "./types.ts";
import { withText } from "./written.ts";

/** A finding with its words and the legends of its examples, as it stands in JSON documents. */
export type WrittenFinding = FindingStatement &
  Message &
  Pick<Finding, "severity" | "images"> & { readonly examples: readonly Written<Example>[] };

/** Writes what was found and what each example shows. */
export const writtenFinding = (finding: Finding): WrittenFinding => ({
  ...withText(finding),
  examples: finding.examples.map(withText),
});

/** What the findings come to. */
export function auditVerdict(findings: readonly Pick<Finding, "severity">[]): AuditVerdict {
  const count = (wanted: Severity): number => findings.filter(({ severity }) => severity === wanted).length;
  return {
    code: "audit-verdict",
    data: { errors: count("error"), warnings: count("warning"), notes: count("note") },
  };
}
