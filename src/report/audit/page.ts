import type { AuditReport, Example, Finding, Severity } from "../../audit/index.ts";
import { openCharts } from "../chart.ts";
import { balanceChart } from "../charts/balance.ts";
import { type Html, html } from "../html.ts";
import { factTable, listed, notes, page, section } from "../shell.ts";
import type { ReportFact } from "../types.ts";
import { countText, durationText, percentText, plural } from "../words.ts";

const mostLeftOut = 100;
const mostSizes = 8;

const kinds: Readonly<Record<Severity, string>> = {
  error: "To put right",
  warning: "Worth a look",
  note: "Good to know",
};

/** Writes what an audit found as a page that needs no other file and no network. */
export async function renderAudit(report: AuditReport): Promise<string> {
  const charts = await openCharts();
  const { title, problems, classes, leftOut, counts } = report;
  const head = {
    tab: `${title}: audit`,
    kind: "data audit",
    title,
    lead: `${plural(counts.pictures, "picture")} of ${plural(classes.length, "class", "classes")}, from ${countText(report.groups)} ${groupWord(report)}. ${verdict(problems)}`,
  };
  const bars = classes.map(({ name, pictures }) => ({ name, counts: [pictures] }));
  return page(head, [
    section("What is here", "All that every picture was read for once.", [
      factTable(factsOf(report)),
      charts.draw(balanceChart(charts, bars, ["pictures"])),
    ]),
    ...problems.map((finding) =>
      section(kinds[finding.severity], undefined, [
        notes([{ kind: finding.severity === "note" ? "plain" : "warning", text: finding.sentence }]),
        html`<p>${finding.tryThis}</p>`,
        ...finding.examples.map((example) => exampleOf(example, report)),
      ]),
    ),
    leftOut.length > 0 &&
      section("Left out", `${plural(leftOut.length, "file")} that are no labelled pictures.`, [
        listed(leftOut, mostLeftOut, ({ path, reason }) => [
          path,
          html`<span class="soft"> — ${reason}</span>`,
        ]),
      ]),
  ]);
}

const groupWord = ({ groupSource, groups }: AuditReport): string =>
  (groupSource === "content" ? "photograph" : "group") + (groups === 1 ? "" : "s");

function verdict(problems: readonly Finding[]): string {
  const errors = problems.filter(({ severity }) => severity === "error").length;
  if (problems.length === 0) return "Nothing is wrong with it that could be found.";
  return errors > 0
    ? `${plural(errors, "thing")} should be put right before training.`
    : "Nothing has to be put right before training.";
}

function factsOf(report: AuditReport): readonly ReportFact[] {
  const { sizes, formats, colours, counts, largestGroup, parts, seconds } = report;
  const share = ({ name, pictures }: { readonly name: string; readonly pictures: number }): string =>
    `${name} (${percentText(pictures / counts.readable)})`;
  const more = sizes.length > mostSizes ? `, and ${countText(sizes.length - mostSizes)} more` : "";
  return [
    {
      name: "Pictures",
      value: `${countText(counts.pictures)}, ${countText(counts.pictures - counts.readable)} of them not readable`,
    },
    {
      name: groupWord({ ...report, groups: 2 }),
      value: `${countText(report.groups)}, the largest in ${plural(largestGroup, "picture")}; ${countText(counts.grouped)} pictures share theirs with another`,
    },
    ...(parts.length > 0
      ? [
          {
            name: "Already divided",
            value: parts.map(({ part, pictures }) => `${part} ${countText(pictures)}`).join(", "),
          },
        ]
      : []),
    { name: "Sizes", value: sizes.slice(0, mostSizes).map(share).join(", ") + more },
    { name: "Formats", value: formats.map(share).join(", ") },
    { name: "Colours", value: colours.map(share).join(", ") },
    { name: "Time", value: durationText(seconds) },
  ];
}

const exampleOf = ({ paths, says }: Example, { thumbnails }: AuditReport): Html =>
  html`<div>
    <p class="said">${says}</p>
    <ul class="pictures">
      ${paths.map((path) => {
        const thumbnail = thumbnails[path];
        return html`<li>
          <div class="shots one">
            ${thumbnail !== undefined ? html`<img src="${thumbnail}" alt="${path}" />` : html`<span class="missing">not shown</span>`}
          </div>
          <p class="path">${path}</p>
        </li>`;
      })}
    </ul>
  </div>`;
