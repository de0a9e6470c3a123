import { lossRangeText, lossText, percentText, rangeText } from "../../base/index.ts";
import {
  type PageMetric,
  type ResultStatement,
  type RunPageStatement,
  metricNames,
  written,
} from "../../messages/index.ts";
import type { Charts } from "../chart.ts";
import { type BaselineRow, baselinesChart } from "../charts/baselines.ts";
import { type Content, type Html, html } from "../html.ts";
import { notes, section } from "../shell.ts";
import type { ReportMetric, ReportAccuracy, RunReport } from "../types.ts";

/** What a page needs to say which images its tables are of; `set` where they were given, not split. */
export type MeasuredReport = Pick<RunReport, "validation" | "test" | "folds"> & { readonly set?: "data" };

/** The images that every table and chart is of: the test set, else the validation set. */
export function measuredOn({ validation, test, folds, set: given }: MeasuredReport) {
  const set = given ?? (test ? "test" : folds ? "folds" : "validation");
  return { set, images: (test ?? validation).count } as const;
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
        <p class="claim">${written(accuracyStatement(run)).text}</p>
        <p class="soft">${written(measuredStatement(run)).text}</p>
        ${run.comparison && html`<p class="soft">${written(run.comparison).text}</p>`}
      </div>
      ${charts.draw(baselinesChart(charts, rows))}
    </section>
    ${notesOf(run)}`;
}

/** The accuracy that the page is about. */
export function accuracyStatement(run: MeasuredReport & Pick<RunReport, "groupSource">): ResultStatement {
  const { test, validation, groupSource: source } = run;
  const { accuracy, interval, count, groups } = test ?? validation;
  const { set } = measuredOn(run);
  return { code: "accuracy", data: { set, accuracy, interval, count, groups, source } };
}

/** What the images of the accuracy were used for. */
function measuredStatement({ test, folds }: RunReport): ResultStatement | RunPageStatement {
  if (folds && !test) return { code: "folds", data: folds };
  return { code: "measured-on", data: { set: test ? "test" : "validation" } };
}

const notesOf = ({ notes: all }: RunReport): Content =>
  all.length > 0 && html`<div class="after">${notes(all)}</div>`;

/** The other metrics of the same predictions. */
export function metricsSection(run: MeasuredReport & Pick<RunReport, "metrics" | "classNames">): Content {
  const { metrics, classNames } = run;
  if (metrics.length === 0) return undefined;
  return section("Metrics", written({ code: "metrics-of", data: measuredOn(run) }).text, [
    html`<dl class="estimates">${metrics.map((one) => metricEntry(one, classNames.length))}</dl>`,
  ]);
}

/** Metrics that are fractions of images, or distances between such. */
const shares: ReadonlySet<PageMetric> = new Set(["balancedAccuracy", "ece"]);

function metricEntry({ metric, value, interval }: ReportMetric, classes: number): Html {
  const share = shares.has(metric);
  const meaning = written({ code: "metric-meaning", data: { metric, classes } }).text;
  return html`<div>
    <dt>${metricNames[metric]}</dt>
    <dd>
      <span class="value">${share ? percentText(value) : lossText(value)}</span>
      ${interval && html`<span class="between">${share ? rangeText(interval, value) : lossRangeText(interval)}</span>`}
      <p class="meaning">${meaning}</p>
    </dd>
  </div>`;
}
