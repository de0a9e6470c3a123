import { countText, percentText, rangeText } from "../../base/index.ts";
import type { ClassEstimates, Estimate } from "../../evaluate/index.ts";
import { written } from "../../messages/index.ts";
import { openCharts } from "../chart.ts";
import { rankingCharts } from "../charts/ranking.ts";
import { reliabilityChart } from "../charts/reliability.ts";
import { type Content, type Html, html } from "../html.ts";
import { calibrationSections } from "../run/calibration.ts";
import { classSection, confusionSection } from "../run/confusion.ts";
import { accuracyStatement, metricsSection } from "../run/headline.ts";
import { imageSections } from "../run/images.ts";
import { explained, factTable, notes, page, section, skippedSection } from "../shell.ts";
import type { EvaluationReport } from "../types.ts";

/** Writes the results of an evaluation as a page that needs no other file and no network. */
export async function renderEvaluation(run: EvaluationReport): Promise<string> {
  const charts = await openCharts();
  const { accuracy, count } = run.validation;
  const summary = { model: run.model, images: count, classes: run.classNames.length };
  const head = {
    tab: `${run.title}: ${percentText(accuracy)}`,
    kind: "evaluation report",
    title: run.title,
    lead: written({ code: "evaluation-summary", data: summary }).text,
  };
  return page(head, [
    html`<section class="hero">
        <div>
          <p class="figure">${percentText(accuracy).replace("%", "")}<small>%</small></p>
          <p class="claim">${written(accuracyStatement(run)).text}</p>
        </div>
      </section>
      <div class="after">${notes(run.notes)}</div>`,
    skippedSection(run.skipped, "evaluation"),
    metricsSection(run),
    confusionSection(charts, run),
    classSection(run),
    estimatesSection(run),
    calibrationSections(charts, run),
    imageSections(run),
    section("Provenance", undefined, [factTable(run.provenance)]),
  ]);
}

/** The curves of an evaluation as SVG files, by their names without the extension; none where nothing can be told apart. */
export async function curveFiles(run: EvaluationReport): Promise<Readonly<Record<string, string>>> {
  const charts = await openCharts();
  const [roc, precisionRecall] = rankingCharts(charts, run);
  return {
    ...(roc && { roc: charts.file(roc) }),
    ...(precisionRecall && { "precision-recall": charts.file(precisionRecall) }),
    ...(run.calibration && { reliability: charts.file(reliabilityChart(charts, run.calibration.bins)) }),
  };
}

/** Each class against all others, with intervals. */
const estimatesSection = ({ classEstimates }: EvaluationReport): Html =>
  section("Sensitivity and specificity", explained("class-estimates"), [
    html`<div class="scroll">
      <table>
        <thead>
          <tr>
            <th></th>
            <th>sensitivity</th>
            <th>specificity</th>
            <th>precision</th>
            <th>images</th>
          </tr>
        </thead>
        <tbody>
          ${classEstimates.map(estimateRow)}
        </tbody>
      </table>
    </div>`,
  ]);

const estimateRow = ({ name, sensitivity, specificity, precision }: ClassEstimates): Html =>
  html`<tr>
    <th scope="row">${name}</th>
    <td>${estimateText(sensitivity)}</td>
    <td>${estimateText(specificity)}</td>
    <td>${estimateText(precision)}</td>
    <td>${countText(sensitivity?.images ?? 0)}</td>
  </tr>`;

const estimateText = (estimate: Estimate | null): Content =>
  estimate === null
    ? "–"
    : [
        percentText(estimate.value),
        html` <small class="soft">${rangeText(estimate.interval, estimate.value)}</small>`,
      ];
