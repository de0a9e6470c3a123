import { type Charts, openCharts } from "../chart.ts";
import { learningCharts } from "../charts/learning.ts";
import { type Html, html } from "../html.ts";
import { factTable, leftOutSection, page, section } from "../shell.ts";
import type { RunReport } from "../types.ts";
import { percentText } from "../words.ts";
import { classSection, confusionSection } from "./confusion.ts";
import { dataSection } from "./data.ts";
import { estimatesSection, headline } from "./headline.ts";
import { layerSection } from "./layers.ts";
import { imageSections } from "./images.ts";
import { trustSections } from "./calibration.ts";

/** Writes the results of one training as a page that needs no other file and no network. */
export async function renderReport(run: RunReport): Promise<string> {
  const charts = await openCharts();
  const head = {
    tab: `${run.title}: ${percentText((run.test ?? run.validation).accuracy)}`,
    kind: "training report",
    title: run.title,
    lead: run.asked,
  };
  return page(head, [
    headline(charts, run),
    run.advice.length > 0 &&
      section("What to try", "What stood out while it learned, and what usually helps.", [advice(run)]),
    estimatesSection(run),
    dataSection(charts, run),
    learningSection(charts, run),
    confusionSection(charts, run),
    classSection(run),
    trustSections(charts, run),
    imageSections(run),
    layerSection(run),
    section(
      "How to make it again",
      run.complete
        ? "The same command on the same data gives the same model, bit for bit, whatever the number of threads."
        : "It was interrupted, so this model cannot be made again; the same command trains one to its end.",
      [html`<pre>${run.command}</pre>`, factTable(run.settings), factTable(run.provenance)],
    ),
    leftOutSection(run.leftOut, "that nothing was learned from."),
  ]);
}

const advice = ({ advice: all }: RunReport): Html =>
  html`<ul class="advice">
    ${all.map(({ sentence, tryThis }) => html`<li><b>${tryThis}</b>${sentence}</li>`)}
  </ul>`;

function learningSection(charts: Charts, { history, bestEpoch, folds }: RunReport): Html {
  const parting = folds
    ? "This is the network that is kept; it learned from all of them."
    : "Where the two lines part, it begins to learn images by heart.";
  const how = `An epoch is one look at every training image. ${parting}`;
  if (history.length === 0)
    return section("How it learned", undefined, [
      html`<p>It was stopped before the first epoch came to its end, so there is nothing to draw.</p>`,
    ]);
  return section("How it learned", how, [
    html`<div class="plots">${learningCharts(charts, history, bestEpoch).map(charts.draw)}</div>`,
  ]);
}
