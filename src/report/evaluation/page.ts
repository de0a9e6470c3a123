import { percentText, printableData } from "../../base/index.ts";
import { written } from "../../messages/index.ts";
import { openCharts } from "../chart.ts";
import { rankingCharts } from "../charts/ranking.ts";
import { reliabilityChart } from "../charts/reliability.ts";
import { calibrationSections } from "../run/calibration.ts";
import { classSection } from "../run/classes.ts";
import { confusionSection } from "../run/confusion.ts";
import { evaluationHeadline } from "../run/headline.ts";
import { imageSections } from "../run/images.ts";
import { metricsSection } from "../run/metrics.ts";
import { factTable, page, section } from "../shell.ts";
import type { EvaluationReport } from "../types.ts";

/** Writes the results of an evaluation as a page that needs no other file and no network. */
export async function renderEvaluation(found: EvaluationReport): Promise<string> {
  const run = printableData(found);
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
    evaluationHeadline(charts, run),
    confusionSection(charts, run),
    metricsSection(run),
    classSection(run),
    calibrationSections(charts, run),
    imageSections(run),
    section("Provenance", undefined, [factTable(run.provenance)]),
  ]);
}

/** The curves of an evaluation as SVG files, by their names without the extension; none where nothing can be told apart. */
export async function curveFiles(found: EvaluationReport): Promise<Readonly<Record<string, string>>> {
  const run = printableData(found);
  const charts = await openCharts();
  const [roc, precisionRecall] = rankingCharts(charts, run);
  return {
    ...(roc && { roc: charts.file(roc) }),
    ...(precisionRecall && { "precision-recall": charts.file(precisionRecall) }),
    ...(run.calibration && { reliability: charts.file(reliabilityChart(charts, run.calibration.bins)) }),
  };
}
