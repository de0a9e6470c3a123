import { lossText, percentText, printableData, rangeText, rateText } from "../../base/index.ts";
import type { SkippedFile } from "../../data/index.ts";
import { type Fact, type SearchStatement, type Written, messageText, written } from "../../messages/index.ts";
import { openCharts } from "../chart.ts";
import { type SearchedTrial, ratesChart, trialCurves } from "../charts/search.ts";
import { type Html, html } from "../html.ts";
import { sign } from "../icons.ts";
import { skippedNote } from "../lists.ts";
import { factTable, page, section } from "../shell.ts";

/** The results of a search for settings. */
export interface SearchReport {
  /** Name of the data. */
  readonly title: string;
  /** The main results, in order. */
  readonly statements: readonly Written<SearchStatement>[];
  /** Successive halving promotes one of so many. */
  readonly reduction: number;
  /** The best first. */
  readonly trials: readonly SearchedTrial[];
  /** Command that trains with the best settings; absent where there are none. */
  readonly command?: string;
  readonly provenance: readonly Fact[];
  readonly skipped: readonly SkippedFile[];
}

/** Writes a search as a page that needs no other file and no network. */
export async function renderSearch(found: SearchReport): Promise<string> {
  const { title, statements, reduction, trials, command, provenance, skipped } = printableData(found);
  const charts = await openCharts();
  const [first, ...others] = statements.map(messageText);
  const scored = trials.filter(({ last }) => last !== undefined);
  const head = { tab: `${title}: search`, kind: "search for settings", title, lead: first ?? "" };
  const explain = (code: "search-curves" | "search-rates"): string => written({ code, data: {} }).text;
  return page(head, [
    others.map(
      (text) =>
        html`<div class="note plain">
          ${sign("plain")}
          <p>${text}</p>
        </div>`,
    ),
    scored.length > 0 &&
      section("Curves and rates", `${explain("search-curves")} ${explain("search-rates")}`, [
        html`<div class="plots">
          ${[trialCurves(charts, scored), ratesChart(charts, scored)].map(charts.draw)}
        </div>`,
      ]),
    section("Trials", written({ code: "search-table", data: { reduction } }).text, [table(trials)]),
    command !== undefined &&
      section("Train with the best settings", undefined, [html`<pre>${command}</pre>`]),
    skippedNote(skipped, "training"),
    section("Provenance", undefined, [factTable(provenance)]),
  ]);
}

const table = (trials: readonly SearchedTrial[]): Html =>
  html`<div class="scroll" tabindex="0" role="group" aria-label="Trials">
    <table class="classes">
      <thead>
        <tr>
          <th>trial</th>
          <th>model</th>
          <th>size</th>
          <th>learning rate</th>
          <th>weight decay</th>
          <th>augmentation</th>
          <th>epochs</th>
          <th>folds</th>
          <th>accuracy</th>
          <th>log loss</th>
        </tr>
      </thead>
      <tbody>
        ${trials.map(row)}
      </tbody>
    </table>
  </div>`;

const decayText = (decay: number): string => (decay === 0 ? "0" : rateText(decay));

const row = ({ number, settings, last, failure }: SearchedTrial): Html =>
  html`<tr>
    <th scope="row">${number}</th>
    <td>${settings?.model ?? "–"}</td>
    <td>${settings?.size ?? "–"}</td>
    <td>${settings ? rateText(settings.learningRate) : "–"}</td>
    <td>${settings ? decayText(settings.weightDecay) : "–"}</td>
    <td>${settings?.augment ?? "–"}</td>
    <td>${last?.epochs ?? "–"}</td>
    <td>${last?.folds ?? "–"}</td>
    <td>
      ${last ? `${percentText(last.accuracy)} (${rangeText(last.interval, last.accuracy)})` : (failure ?? "–")}
    </td>
    <td>${last ? lossText(last.loss) : "–"}</td>
  </tr>`;
