import { countText, lossText, percentText, rangeText } from "../../base/index.ts";
import type { ClassEstimates, ClassMetrics, Estimate } from "../../evaluate/index.ts";
import { written } from "../../messages/index.ts";
import { type Content, type Html, html } from "../html.ts";
import { type Section, section } from "../shell.ts";
import type { RunReport } from "../types.ts";

/** The classes in a table, and what is known of each against all others. */
type Classes = Pick<RunReport, "perClass"> & {
  /** In the order of the classes. @default none */
  readonly classEstimates?: readonly ClassEstimates[];
};

/** The metrics of each class; with their intervals and the specificity where these are known. */
export function classSection({ perClass, classEstimates }: Classes): Section {
  const specificity = classEstimates !== undefined;
  const explained = written({ code: "class-metrics", data: { rocAuc: true, specificity } }).text;
  return section("Per-class metrics", explained, [
    html`<div class="scroll tall" tabindex="0" role="group" aria-label="Per-class metrics">
      <table class="classes">
        <thead>
          <tr>
            <th></th>
            <th>precision</th>
            <th>recall</th>
            ${specificity && html`<th>specificity</th>`}
            <th>F1</th>
            <th class="minor">ROC AUC</th>
            <th>images</th>
          </tr>
        </thead>
        <tbody>
          ${perClass.map((one, c) => classRow(one, classEstimates?.[c]))}
        </tbody>
      </table>
    </div>`,
  ]);
}

const classRow = (
  { name, precision, recall, f1, rocAuc, support }: ClassMetrics,
  estimates?: ClassEstimates,
): Html =>
  html`<tr>
    <th scope="row">${name}</th>
    <td>${shareWithBar(precision, estimates?.precision)}</td>
    <td>${shareWithBar(recall, estimates?.sensitivity)}</td>
    ${estimates && html`<td>${estimates.specificity ? shareWithBar(estimates.specificity.value, estimates.specificity) : "–"}</td>`}
    <td>${lossText(f1)}</td>
    <td class="minor">${rocAuc === null ? "–" : lossText(rocAuc)}</td>
    <td>${countText(support)}</td>
  </tr>`;

const shareWithBar = (share: number, estimate?: Estimate | null): Content => [
  percentText(share),
  estimate !== null &&
    estimate !== undefined &&
    html` <small class="soft">${rangeText(estimate.interval, estimate.value)}</small>`,
  html`<span class="bar"><i style="width:${percentText(share)}"></i></span>`,
];
