import { percentText } from "../../base/index.ts";
import type { ResultStatement, RunPageStatement } from "../../messages/index.ts";
import { written } from "../../messages/index.ts";
import type { Charts } from "../chart.ts";
import { type BaselineRow, baselinesChart } from "../charts/baselines.ts";
import { type Content, type Html, html } from "../html.ts";
import { skippedNote } from "../lists.ts";
import { type Section, notes, titled } from "../shell.ts";
import type { EvaluationReport, ReportAccuracy, RunReport } from "../types.ts";
import { resultVerdict, verdictLine } from "../verdict.ts";
import { accuracyStatement } from "./measured.ts";

/** The verdict on a run: its accuracy beside the baselines, what weakens it, and what to do. */
export const headline = (charts: Charts, run: RunReport): Section =>
  verdictSection(charts, run, {
    more: html`<p>
      ${run.test && `${written({ code: "baselines-on", data: { set: "validation" } }).text} `}
      ${written(measuredStatement(run)).text}
    </p>`,
    rows: rowsOf(run),
    skipped: skippedNote(run.skipped, "training"),
    advice: adviceList(run),
  });

/** The verdict on an evaluation. */
export const evaluationHeadline = (charts: Charts, run: EvaluationReport): Section =>
  verdictSection(charts, run, {
    more: undefined,
    rows: [
      { name: "this model", ...accuracyOf(run.validation), main: true },
      ...run.baselines.map((baseline) => ({ ...baseline, main: false })),
    ],
    skipped: skippedNote(run.skipped, "evaluation"),
    advice: undefined,
  });

interface Parts {
  /** What else there is to say of the accuracy. */
  readonly more: Content;
  /** Of the chart. */
  readonly rows: readonly BaselineRow[];
  readonly skipped: Content;
  readonly advice: Content;
}

function verdictSection(
  charts: Charts,
  run: RunReport | EvaluationReport,
  { more, rows, skipped, advice }: Parts,
): Section {
  const { accuracy } = ("test" in run && run.test) || run.validation;
  const { comparison } = run;
  return titled(
    "Verdict",
    html`<section id="verdict" class="hero">
      <div>
        ${verdictLine(resultVerdict(run))}
        <div class="result">
          <p class="figure">${percentText(accuracy).replace("%", "")}<small>%</small></p>
          <p class="claim">${written(accuracyStatement(run)).text}</p>
        </div>
        <div class="soft">${comparison && html`<p>${written(comparison).text}</p>`} ${more}</div>
      </div>
      ${charts.draw(baselinesChart(charts, rows))}
      <div class="stack">${notes([...run.notes, ...run.dataNotes])} ${skipped}</div>
      ${advice}
    </section>`,
  );
}

const accuracyOf = ({ accuracy, interval }: ReportAccuracy): Pick<BaselineRow, "accuracy" | "interval"> => ({
  accuracy,
  interval,
});

function rowsOf({ validation, test, baselines }: RunReport): readonly BaselineRow[] {
  return [
    { name: test ? "this model, test set" : "this model", ...accuracyOf(test ?? validation), main: true },
    ...(test ? [{ name: "this model, validation set", ...accuracyOf(validation), main: false }] : []),
    ...baselines.map((baseline) => ({ ...baseline, main: false })),
  ];
}

/** What the images of the accuracy were used for. */
function measuredStatement({ test, folds }: RunReport): ResultStatement | RunPageStatement {
  if (folds && !test) return { code: "folds", data: { ...folds, tested: false } };
  return { code: "measured-on", data: { set: test ? "test" : "validation" } };
}

/** What to do next; the comparison itself stands above. */
const adviceList = ({ advice, comparison }: RunReport): Content =>
  advice.length > 0 &&
  html`<div class="advice">
    <h3>What to do next</h3>
    <ul>
      ${advice.map(
        ({ code, text, suggestion }): Html =>
          html`<li>
            ${suggestion && html`<b>${suggestion}</b>`}
            ${code !== comparison.code && html`<span>${text}</span>`}
          </li>`,
      )}
    </ul>
  </div>`;
