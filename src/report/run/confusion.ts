import { countText, decimalText, lossText, percentText, plural, wholePercent } from "../../base/index.ts";
import { type ClassMetrics, confusionsOf } from "../../evaluate/index.ts";
import { written } from "../../messages/index.ts";
import type { Charts } from "../chart.ts";
import { heatChart } from "../charts/heat.ts";
import { type Content, type Html, html } from "../html.ts";
import { listed, section } from "../shell.ts";
import type { RunReport } from "../types.ts";
import { type MeasuredReport, measuredOn } from "./headline.ts";

// With more columns their names are turned and percentages left out; with still more the matrix becomes a heat map.
const maxWideNames = 6;
const maxCells = 12;
const maxConfusions = 6;

/** Which class was predicted as which. */
export function confusionSection(
  charts: Charts,
  run: MeasuredReport & Pick<RunReport, "classNames" | "confusionMatrix">,
): Html {
  const { classNames, confusionMatrix } = run;
  const confusions = confusionsOf(confusionMatrix);
  return section(
    "Confusion matrix",
    written({ code: "confusion-matrix", data: { of: measuredOn(run) } }).text,
    [
      confusions.length > 0
        ? listed(confusions, maxConfusions, ({ truth, predicted, count, share }) => [
            html`<b>${classNames[truth]}</b> predicted as <b>${classNames[predicted]}</b>`,
            html`<span class="soft"> — ${plural(count, "time")}, ${percentText(share)} of the class</span>`,
          ])
        : html`<p>${written({ code: "no-confusions", data: {} }).text}</p>`,
      classNames.length <= maxCells
        ? html`<div class="scroll">${matrixTable(classNames, confusionMatrix)}</div>`
        : charts.draw(heatChart(charts, classNames, confusionMatrix)),
    ],
  );
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0);

function matrixTable(classNames: readonly string[], matrix: RunReport["confusionMatrix"]): Html {
  const rows = matrix.map((row, truth) => {
    const total = sum(row);
    const cells = row.map((n, predicted) => matrixCell(n, total > 0 ? n / total : 0, truth === predicted));
    return html`<tr>
      <th scope="row">${classNames[truth]}</th>
      ${cells}
    </tr>`;
  });
  return html`<table class="matrix${classNames.length > maxWideNames && " many"}">
    <thead>
      <tr>
        <th class="corner"></th>
        ${classNames.map((name) => html`<th scope="col" title="${name}">${name}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>
  </table>`;
}

function matrixCell(n: number, share: number, right: boolean): Html {
  if (n === 0) return html`<td class="none">·</td>`;
  const colour = `rgb(var(--${right ? "right" : "wrong"}) / ${decimalText(0.08 + 0.5 * share, 2)})`;
  return html`<td style="background:${colour}" title="${percentText(share)} of this row">
    <b>${countText(n)}</b><small>${wholePercent(share)}</small>
  </td>`;
}

/** The metrics of each class. */
export const classSection = ({ perClass }: Pick<RunReport, "perClass">): Html =>
  section("Per-class metrics", written({ code: "class-metrics", data: { rocAuc: true } }).text, [
    html`<div class="scroll">
      <table>
        <thead>
          <tr>
            <th></th>
            <th>precision</th>
            <th>recall</th>
            <th>F1</th>
            <th class="minor">ROC AUC</th>
            <th>images</th>
          </tr>
        </thead>
        <tbody>
          ${perClass.map(classRow)}
        </tbody>
      </table>
    </div>`,
  ]);

const classRow = ({ name, precision, recall, f1, rocAuc, support }: ClassMetrics): Html =>
  html`<tr>
    <th scope="row">${name}</th>
    <td>${shareWithBar(precision)}</td>
    <td>${shareWithBar(recall)}</td>
    <td>${lossText(f1)}</td>
    <td class="minor">${rocAuc === null ? "–" : lossText(rocAuc)}</td>
    <td>${countText(support)}</td>
  </tr>`;

const shareWithBar = (share: number): Content => [
  percentText(share),
  html`<span class="bar"><i style="width:${percentText(share)}"></i></span>`,
];
