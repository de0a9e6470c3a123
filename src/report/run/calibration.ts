import type { Charts } from "../chart.ts";
import { rankingCharts } from "../charts/ranking.ts";
import { reliabilityChart } from "../charts/reliability.ts";
import { type Content, html } from "../html.ts";
import { section } from "../shell.ts";
import type { RunReport } from "../types.ts";

/** Whether its probabilities may be believed, and how well they tell each class from the rest. */
export function trustSections(charts: Charts, run: RunReport): Content {
  const { calibration } = run;
  const ranking = rankingCharts(charts, run);
  return [
    calibration &&
      section(
        "May its certainty be believed?",
        "Of the images it calls 80% sure, 80% should be right: then the dots lie on the dotted line. Above it, it is too modest; below, too sure of itself. A larger dot stands for more images.",
        [
          html`<p>${calibration.sentence}</p>`,
          html`<div class="plots">${charts.draw(reliabilityChart(charts, calibration.bins))}</div>`,
        ],
      ),
    ranking.length > 0 &&
      section(
        "Each class against the rest",
        "By asking for more or less certainty you choose a place on the curve. The number is the area below it; 1 is best, and guessing gives 0.5 of the ROC.",
        [html`<div class="plots">${ranking.map(charts.draw)}</div>`],
      ),
  ];
}
