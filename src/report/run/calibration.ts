import { written } from "../../messages/index.ts";
import type { Charts } from "../chart.ts";
import { rankingCharts } from "../charts/ranking.ts";
import { reliabilityChart } from "../charts/reliability.ts";
import { type Content, html } from "../html.ts";
import { section } from "../shell.ts";
import type { RunReport } from "../types.ts";

/** Whether the probabilities are calibrated, and how well they separate each class from the rest. */
export function calibrationSections(charts: Charts, run: RunReport): Content {
  const { calibration } = run;
  const ranking = rankingCharts(charts, run);
  return [
    calibration &&
      section(
        "Calibration",
        "Can the confidence be trusted? Of the images with 80% confidence, 80% should be correct: then the dots lie on the diagonal. Above it the model is underconfident, below it overconfident. A larger dot stands for more images.",
        [
          html`<p>${written(calibration.statement).text}</p>`,
          html`<div class="plots">${charts.draw(reliabilityChart(charts, calibration.bins))}</div>`,
        ],
      ),
    ranking.length > 0 &&
      section(
        "One class against the rest",
        "Each curve comes from moving the decision threshold of one class. The number is the area under the curve (AUC): 1 is best; guessing gives a ROC AUC of 0.5.",
        [html`<div class="plots">${ranking.map(charts.draw)}</div>`],
      ),
  ];
}
