import { written } from "../../messages/index.ts";
import type { Charts } from "../chart.ts";
import { rankingCharts } from "../charts/ranking.ts";
import { reliabilityChart } from "../charts/reliability.ts";
import { type Content, html } from "../html.ts";
import { explained, pair, section } from "../shell.ts";
import type { RunReport } from "../types.ts";

/** Whether the probabilities are calibrated, and how well they separate each class from the rest; beside each other. */
export function calibrationSections(
  charts: Charts,
  run: Pick<RunReport, "calibration" | "perClass" | "curves">,
): Content {
  const { calibration } = run;
  const ranking = rankingCharts(charts, run);
  return pair(
    calibration !== undefined &&
      section("Calibration", explained("calibration"), [
        html`<p>${written(calibration.statement).text}</p>`,
        charts.draw(reliabilityChart(charts, calibration.bins)),
      ]),
    ranking.length > 0 &&
      section("ROC and precision-recall", explained("ranking"), [
        html`<div class="plots">${ranking.map(charts.draw)}</div>`,
      ]),
    "broad second",
  );
}
