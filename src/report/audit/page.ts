import { printableData } from "../../base/index.ts";
import type { AuditReport } from "../../audit/index.ts";
import { written } from "../../messages/index.ts";
import { openCharts } from "../chart.ts";
import { html } from "../html.ts";
import { skippedNote } from "../lists.ts";
import { page, titled } from "../shell.ts";
import { verdictLine, verdictOnData } from "../verdict.ts";
import { contents } from "./contents.ts";
import { findingSections } from "./findings.ts";

/** Writes an audit as a page that needs no other file and no network. */
export async function renderAudit(found: AuditReport): Promise<string> {
  const report = printableData(found);
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
    titled(
      "Verdict",
      html`<section id="verdict" class="hero">
        ${verdictLine(verdictOnData(findings))}
        <div class="stack">${skippedNote(skipped, "audit")}</div>
      </section>`,
    ),
    findingSections(report),
    contents(charts, report),
  ]);
}
