import { plural } from "../../base/index.ts";
import type { AuditReport } from "../../audit/index.ts";
import { groupWord } from "../../data/index.ts";
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
  const from = groupSource === "none" ? "" : `, from ${plural(groups, groupWord(groupSource))}`;
  const head = {
    tab: `${title}: audit`,
    kind: "data audit",
    title,
    lead: `${plural(counts.images, "image")} of ${plural(classes.length, "class", "classes")}${from}. Every image was read; nothing was changed.`,
  };
  return page(head, [
    html`<section class="verdict"><p class="statement">${written(auditVerdict(findings)).text}</p></section>`,
    findingSections(report),
    contents(charts, report),
    skippedSection(skipped, "that are not labelled images or cannot be read."),
  ]);
}
