import type { Charts } from "../chart.ts";
import { type Rival, rivalsChart } from "../charts/rivals.ts";
import { type Content, type Html, html } from "../html.ts";
import { notes, section } from "../shell.ts";
import type { ReportEstimate, ReportFigure, RunReport } from "../types.ts";
import { lossText, percentText, plural } from "../words.ts";

/** The images that every table and drawing is of: those that played the smallest role in training. */
export function measuredOn({ validation, test, folds }: RunReport): string {
  if (test) return `${plural(test.count, "image")} of the test part`;
  return `${plural(validation.count, "image")}${folds ? ", each kept back once" : " kept back"}`;
}

/** The figure that counts, how far chance may have moved it, and who else would reach what. */
export function headline(charts: Charts, run: RunReport): Html {
  const { validation, test, baselines } = run;
  const main = test ?? validation;
  const kept = ({ accuracy, interval }: ReportFigure): Pick<Rival, "accuracy" | "interval"> => ({
    accuracy,
    interval,
  });
  const rivals: readonly Rival[] = [
    { name: test ? "this network, test part" : "this network", ...kept(main), main: true },
    ...(test ? [{ name: "this network, kept back", ...kept(validation), main: false }] : []),
    ...baselines.map((baseline) => ({ ...baseline, main: false })),
  ];
  return html`<section class="hero">
      <div>
        <p class="figure">${(main.accuracy * 100).toFixed(1)}<small>%</small></p>
        <p class="claim">${claimOf(run)}</p>
        <p class="soft">${between(main, run.groupWord)}</p>
        ${run.lead !== undefined && html`<p class="soft">${run.lead}</p>`}
      </div>
      ${charts.draw(rivalsChart(charts, rivals))}
    </section>
    ${notesOf(run)}`;
}

function claimOf({ test, validation, folds }: RunReport): string {
  if (test)
    return `of ${plural(test.count, "image")} of the test part, which played no role in training, were named rightly.`;
  const of = `of ${plural(validation.count, "image")}`;
  return folds
    ? `${of} were named rightly, each by one of ${folds.accuracies.length} models that had not trained on it.`
    : `${of} that it had not trained on were named rightly.`;
}

const notesOf = ({ notes: all }: RunReport): Content =>
  all.length > 0 && html`<div class="after">${notes(all)}</div>`;

/** The interval in words, with what was counted: images of one photograph stand for one. */
function between({ interval: [low, high], groups }: ReportFigure, word: string): string {
  const from = word === "image" ? "" : `, over ${plural(groups, `independent ${word}`)}`;
  return `With other images of the same kind: ${percentText(low)} to ${percentText(high)} (95% interval${from}).`;
}

/** The other figures of the same predictions. */
export function estimatesSection(run: RunReport): Content {
  const { estimates, folds } = run;
  if (estimates.length === 0) return undefined;
  return section("In other figures", `All of the ${measuredOn(run)}, with 95% intervals.`, [
    html`<dl class="estimates">${estimates.map(estimate)}</dl>`,
    folds && html`<p class="soft">${foldsText(folds)}</p>`,
  ]);
}

const foldsText = ({ accuracies, mean, deviation }: NonNullable<RunReport["folds"]>): string =>
  `The ${accuracies.length} models reached ${accuracies.map(percentText).join(", ")}: ${percentText(mean)} on average, with a standard deviation of ${percentText(deviation)}.`;

function estimate({ name, value, interval, share, meaning }: ReportEstimate): Html {
  const text = (number: number): string => (share ? percentText(number) : lossText(number)).replace("-", "−");
  return html`<div>
    <dt>${name}</dt>
    <dd>
      <span class="value">${text(value)}</span>
      ${interval && html`<span class="between">${text(interval[0])} – ${text(interval[1])}</span>`}
      <p class="meaning">${meaning}</p>
    </dd>
  </div>`;
}
