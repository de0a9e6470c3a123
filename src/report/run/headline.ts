import type { Charts } from "../chart.ts";
import { rivalsChart } from "../charts/rivals.ts";
import { type Content, type Html, html } from "../html.ts";
import { notes, section } from "../shell.ts";
import type { ReportEstimate, ReportFigure, RunReport } from "../types.ts";
import { lossText, percentText, plural } from "../words.ts";

/** The pictures that every table and drawing is of: those that played the smallest role in training. */
export const measuredOn = ({ validation, test }: RunReport): string =>
  test
    ? `${plural(test.count, "picture")} of the test part`
    : `${plural(validation.count, "picture")} kept back`;

/** The figure that counts, how far chance may have moved it, and who else would reach what. */
export function headline(charts: Charts, run: RunReport): Html {
  const { validation, test, baselines } = run;
  const main = test ?? validation;
  const claim = test
    ? "of the test part, which played no role in training, were named rightly."
    : "that it had not trained on were named rightly.";
  const rivals = [
    { name: "this network", accuracy: main.accuracy, interval: main.interval, main: true },
    ...(test
      ? [
          {
            name: "on the pictures kept back",
            accuracy: validation.accuracy,
            interval: validation.interval,
            main: false,
          },
        ]
      : []),
    ...baselines.map((baseline) => ({ ...baseline, main: false })),
  ];
  return html`<section class="hero">
      <div>
        <p class="figure">${(main.accuracy * 100).toFixed(1)}<small>%</small></p>
        <p class="claim">of ${plural(main.count, "picture")} ${claim}</p>
        <p class="soft">${between(main, run.groupWord)}</p>
      </div>
      ${charts.draw(rivalsChart(charts, rivals))}
    </section>
    ${notesOf(run)}`;
}

const notesOf = ({ notes: all }: RunReport): Content =>
  all.length > 0 && html`<div class="after">${notes(all)}</div>`;

/** The interval in words, with what was counted: pictures of one photograph stand for one. */
function between({ interval: [low, high], groups }: ReportFigure, word: string): string {
  const from = word === "picture" ? "" : `, over ${plural(groups, `independent ${word}`)}`;
  return `With other pictures of the same kind: ${percentText(low)} to ${percentText(high)} (95 % interval${from}).`;
}

/** The other figures of the same predictions. */
export function estimatesSection(run: RunReport): Content {
  const { estimates } = run;
  if (estimates.length === 0) return undefined;
  return section("In other figures", `All of the ${measuredOn(run)}, with 95 % intervals.`, [
    html`<dl class="estimates">${estimates.map(estimate)}</dl>`,
  ]);
}

function estimate({ name, value, interval, share, meaning }: ReportEstimate): Html {
  const text = share ? percentText : lossText;
  return html`<div>
    <dt>${name}</dt>
    <dd>
      <span class="value">${text(value)}</span>
      ${interval && html`<span class="between">${text(interval[0])} – ${text(interval[1])}</span>`}
      <p class="meaning">${meaning}</p>
    </dd>
  </div>`;
}
