import { percentText, printableData } from "../../base/index.ts";
import { written } from "../../messages/index.ts";
import { type Charts, openCharts } from "../chart.ts";
import { learningCharts } from "../charts/learning.ts";
import { html } from "../html.ts";
import { type Section, factTable, page, pair, section } from "../shell.ts";
import type { RunReport } from "../types.ts";
import { calibrationSections } from "./calibration.ts";
import { classSection } from "./classes.ts";
import { confusionSection } from "./confusion.ts";
import { dataSection } from "./data.ts";
import { headline } from "./headline.ts";
import { imageSections } from "./images.ts";
import { layerSection } from "./layers.ts";
import { metricsSection } from "./metrics.ts";

/** Writes the results of one training as a page that needs no other file and no network. */
export async function renderReport(found: RunReport): Promise<string> {
  const run = printableData(found);
  const charts = await openCharts();
  const head = {
    tab: `${run.title}: ${percentText((run.test ?? run.validation).accuracy)}`,
    kind: "training report",
    title: run.title,
    lead: written(run.summary).text,
  };
  return page(head, [
    headline(charts, run),
    learningSection(charts, run),
    confusionSection(charts, run),
    metricsSection(run),
    classSection(run),
    calibrationSections(charts, run),
    imageSections(run),
    pair(dataSection(charts, run), layerSection(run), "even"),
    reproduceSection(run),
  ]);
}

function learningSection(charts: Charts, { history, bestEpoch, folds }: RunReport): Section {
  const data = { epochs: history.length, folds: folds !== undefined, ensemble: folds?.ensemble ?? false };
  const { text } = written({ code: "training-curves", data });
  if (history.length === 0) return section("Training curves", undefined, [html`<p>${text}</p>`]);
  return section("Training curves", text, [
    html`<div class="plots">${learningCharts(charts, history, bestEpoch).map(charts.draw)}</div>`,
  ]);
}

const reproduceSection = ({ complete, command, settings, provenance }: RunReport): Section =>
  section("Reproduce", written({ code: "reproducible", data: { complete } }).text, [
    html`<pre>${command}</pre>`,
    html`<div class="beside">${factTable(settings)}${factTable(provenance)}</div>`,
  ]);
