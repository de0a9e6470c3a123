import type { AuditReport, Severity } from "../../audit/index.ts";
import { groupWord } from "../../data/index.ts";
import { openCharts } from "../chart.ts";
import { html } from "../html.ts";
import { skippedSection, page } from "../shell.ts";
import { countText, plural } from "../words.ts";
import { contents } from "./contents.ts";
import { findingSections } from "./findings.ts";

/** Writes what an audit found as a page that needs no other file and no network. */
export async function renderAudit(report: AuditReport): Promise<string> {
  const charts = await openCharts();
  const { title, counts, classes, groups, groupSource, findings, skipped } = report;
  const from = groupSource === "none" ? "" : `, from ${plural(groups, groupWord(groupSource))}`;
  const head = {
    tab: `${title}: audit`,
    kind: "data audit",
    title,
    lead: `${plural(counts.images, "image")} of ${plural(classes.length, "class", "classes")}${from}. Every one was read and looked at; nothing was changed.`,
  };
  const count = (asked: Severity): number => findings.filter(({ severity }) => severity === asked).length;
  return page(head, [
    html`<section class="verdict">${verdict(count("error"), count("warning"))}</section>`,
    findingSections(report),
    contents(charts, report),
    skippedSection(skipped, "that are not labelled images or cannot be read."),
  ]);
}

function verdict(errors: number, warnings: number) {
  const [main, then] =
    errors > 0
      ? [
          `${plural(errors, "thing")} to put right before training`,
          warnings > 0 ? `and ${countText(warnings)} worth a look.` : "",
        ]
      : warnings > 0
        ? [`${plural(warnings, "thing")} worth a look`, "Nothing has to be put right before training."]
        : ["Ready to train on", "Nothing is wrong with it that could be found."];
  return html`<p class="statement">${main}</p>
    <p class="claim">${then}</p>`;
}
