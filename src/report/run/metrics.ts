import { lossRangeText, lossText, percentText, rangeText } from "../../base/index.ts";
import { type PageMetric, metricNames, written } from "../../messages/index.ts";
import { type Content, type Html, html } from "../html.ts";
import { section } from "../shell.ts";
import type { ReportMetric, RunReport } from "../types.ts";
import { type MeasuredReport, measuredOn } from "./measured.ts";

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
