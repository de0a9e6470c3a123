import type { AuditReport } from "../audit/index.ts";
import { type AuditVerdict, type ResultVerdict, auditVerdict, written } from "../messages/index.ts";
import { type Content, type Html, html } from "./html.ts";
import { type Mark, sign } from "./icons.ts";
import type { RunReport } from "./types.ts";

/** What a page comes to. */
export interface Verdict {
  readonly mark: Exclude<Mark, "plain">;
  readonly statement: ResultVerdict | AuditVerdict;
}

/** Advice that the model should not be used before it was followed. */
const grave: ReadonlySet<string> = new Set<RunReport["advice"][number]["code"]>([
  "dead-layer",
  "not-learning",
  "class-never-predicted",
]);

const ends = {
  done: "whole",
  "stopped early": "whole",
  interrupted: "interrupted",
  diverged: "diverged",
} as const;

/** What is behind the verdict on a model. */
export type Judged = Pick<RunReport, "notes"> & Partial<Pick<RunReport, "comparison" | "advice" | "summary">>;

/** Bad where the baseline is better, good where the model is and nothing speaks against it, else a caution. */
export function resultVerdict({ comparison, notes, advice = [], summary }: Judged): Verdict {
  if (!comparison) return { mark: "caution", statement: { code: "no-baseline", data: {} } };
  const warnings = notes.filter(({ kind }) => kind === "warning").length;
  const reservations = warnings + advice.filter(({ code }) => grave.has(code)).length;
  const end = ends[summary?.data.end ?? "done"];
  const { code, data } = comparison;
  const isClean = code === "better-than-baseline" && reservations === 0 && end === "whole";
  return {
    mark: code === "worse-than-baseline" ? "bad" : isClean ? "good" : "caution",
    statement: {
      code: "result-verdict",
      data: { comparison: code, baseline: data.baseline, end, reservations },
    },
  };
}

/** Bad where something must be fixed, a caution where something must be looked at. */
export function verdictOnData(findings: AuditReport["findings"]): Verdict {
  const statement = auditVerdict(findings);
  const { errors, warnings } = statement.data;
  return { mark: errors > 0 ? "bad" : warnings > 0 ? "caution" : "good", statement };
}

const spoken: Readonly<Record<Verdict["mark"], string>> = {
  good: "Good",
  caution: "Caution",
  bad: "Bad",
};

/** The verdict in large letters beside its mark. */
export const verdictLine = ({ mark, statement }: Verdict): Html =>
  html`<p class="verdict ${mark}">
    ${sign(mark)}<span class="unseen">${spoken[mark]}: </span><span>${verdictText(statement)}</span>
  </p>`;

const verdictText = (statement: Verdict["statement"]): Content => written(statement).text;
