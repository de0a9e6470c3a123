import { lossRangeText, lossText, percentText, plural, rangeText } from "../../base/index.ts";
import type { Charts } from "../chart.ts";
import { type BaselineRow, baselinesChart } from "../charts/baselines.ts";
import { type Content, type Html, html } from "../html.ts";
import { notes, section } from "../shell.ts";
import type { ReportMetric, ReportAccuracy, RunReport } from "../types.ts";

/** The images that every table and chart is of: the test set, else the validation set. */
export function measuredOn({ validation, test, folds }: RunReport): string {
  if (test) return plural(test.count, "test image");
  return folds
    ? `${plural(validation.count, "image")}, each predicted out of fold`
    : plural(validation.count, "validation image");
}

/** The accuracy, its confidence interval, and the baselines beside it. */
export function headline(charts: Charts, run: RunReport): Html {
  const { validation, test, baselines } = run;
  const main = test ?? validation;
  const kept = ({ accuracy, interval }: ReportAccuracy): Pick<BaselineRow, "accuracy" | "interval"> => ({
    accuracy,
    interval,
  });
  const rows: readonly BaselineRow[] = [
    { name: test ? "this model, test set" : "this model", ...kept(main), main: true },
    ...(test ? [{ name: "this model, validation set", ...kept(validation), main: false }] : []),
    ...baselines.map((baseline) => ({ ...baseline, main: false })),
  ];
  return html`<section class="hero">
      <div>
        <p class="figure">${percentText(main.accuracy).replace("%", "")}<small>%</small></p>
        <p class="claim">${claimOf(run)}</p>
        <p class="soft">${between(main, run.groupWord)}</p>
        ${run.lead !== undefined && html`<p class="soft">${run.lead}</p>`}
      </div>
      ${charts.draw(baselinesChart(charts, rows))}
    </section>
    ${notesOf(run)}`;
}

function claimOf({ test, validation, folds }: RunReport): string {
  if (test)
    return `test accuracy, on ${plural(test.count, "image")} that were used neither for training nor for choosing the model.`;
  const count = plural(validation.count, "image");
  return folds
    ? `cross-validated accuracy, on ${count}: each predicted by the one of ${folds.accuracies.length} models that was not trained on it.`
    : `validation accuracy, on ${count} that the model was not trained on.`;
}

const notesOf = ({ notes: all }: RunReport): Content =>
  all.length > 0 && html`<div class="after">${notes(all)}</div>`;

/** The interval, with the number of independent groups behind it. */
function between({ accuracy, interval, groups }: ReportAccuracy, word: string): string {
  const from = word === "image" ? "" : `, from ${plural(groups, word)}`;
  return `95% confidence interval: ${rangeText(interval, accuracy)}${from}.`;
}

/** The other metrics of the same predictions. */
export function metricsSection(run: RunReport): Content {
  const { metrics, folds } = run;
  if (metrics.length === 0) return undefined;
  return section("Metrics", `From ${measuredOn(run)}, with 95% confidence intervals.`, [
    html`<dl class="estimates">${metrics.map(metricEntry)}</dl>`,
    folds && html`<p class="soft">${foldsText(folds)}</p>`,
  ]);
}

const foldsText = ({ accuracies, mean, deviation }: NonNullable<RunReport["folds"]>): string =>
  `Accuracy of the ${accuracies.length} folds: ${accuracies.map(percentText).join(", ")}; mean ${percentText(mean)}, standard deviation ${percentText(deviation)}.`;

function metricEntry({ name, value, interval, share, meaning }: ReportMetric): Html {
  return html`<div>
    <dt>${name}</dt>
    <dd>
      <span class="value">${share ? percentText(value) : lossText(value)}</span>
      ${interval && html`<span class="between">${share ? rangeText(interval, value) : lossRangeText(interval)}</span>`}
      <p class="meaning">${meaning}</p>
    </dd>
  </div>`;
}
