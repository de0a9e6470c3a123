import type { AuditReport } from "../../audit/index.ts";
import { auditVerdict, written } from "../../messages/index.ts";
import { openCharts } from "../chart.ts";
import { html } from "../html.ts";
import { skippedSection, page } from "../shell.ts";
import { contents } from "./contents.ts";
import { findingSections } from "./findings.ts";

/** Writes an audit as a page that needs no other file and no network. */
export async function renderAudit(report: AuditReport): Promise<string> {
  const charts = await openCharts();
  const { title, counts, classes, groups, groupSource, findings, skipped } = report;
  const read = { images: counts.images, classes: classes.length, groups, source: groupSource };
  const head = {
    tab: `${title}: audit`,
    kind: "data audit",
    title,
    lead: written({ code: "audited", data: read }).text,
  };
  return page(head, [
    html`<section class="verdict"><p class="statement">${written(auditVerdict(findings)).text}</p></section>`,
    findingSections(report),
    contents(charts, report),
    skippedSection(skipped, "audit"),
  ]);
}
