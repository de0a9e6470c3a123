import { percentText } from "../../base/index.ts";
import { written } from "../../messages/index.ts";
import { type Charts, openCharts } from "../chart.ts";
import { learningCharts } from "../charts/learning.ts";
import { type Html, html } from "../html.ts";
import { explained, factTable, skippedSection, page, section } from "../shell.ts";
import type { RunReport } from "../types.ts";
import { classSection, confusionSection } from "./confusion.ts";
import { dataSection } from "./data.ts";
import { metricsSection, headline } from "./headline.ts";
import { layerSection } from "./layers.ts";
import { imageSections } from "./images.ts";
import { calibrationSections } from "./calibration.ts";

/** Writes the results of one training as a page that needs no other file and no network. */
export async function renderReport(run: RunReport): Promise<string> {
  const charts = await openCharts();
  const head = {
    tab: `${run.title}: ${percentText((run.test ?? run.validation).accuracy)}`,
    kind: "training report",
    title: run.title,
    lead: written(run.summary).text,
  };
  return page(head, [
    headline(charts, run),
    run.advice.length > 0 && section("Advice", explained("advice"), [advice(run)]),
    metricsSection(run),
    dataSection(charts, run),
    learningSection(charts, run),
    confusionSection(charts, run),
    classSection(run),
    calibrationSections(charts, run),
    imageSections(run),
    layerSection(run),
    section("Reproduce", written({ code: "reproducible", data: { complete: run.complete } }).text, [
      html`<pre>${run.command}</pre>`,
      factTable(run.settings),
      factTable(run.provenance),
    ]),
    skippedSection(run.skipped, "training"),
  ]);
}

const advice = ({ advice: all }: RunReport): Html =>
  html`<ul class="advice">
    ${all.map(({ text, suggestion }) => html`<li>${suggestion && html`<b>${suggestion}</b>`}${text}</li>`)}
  </ul>`;

function learningSection(charts: Charts, { history, bestEpoch, folds }: RunReport): Html {
  const data = { epochs: history.length, folds: folds !== undefined };
  const { text } = written({ code: "training-curves", data });
  if (history.length === 0) return section("Training curves", undefined, [html`<p>${text}</p>`]);
  return section("Training curves", text, [
    html`<div class="plots">${learningCharts(charts, history, bestEpoch).map(charts.draw)}</div>`,
  ]);
}
