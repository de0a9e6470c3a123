import { percentText, plural } from "../../base/index.ts";
import type { ReliabilityBin } from "../../evaluate/index.ts";
import type { Chart, Charts } from "../chart.ts";
import { key } from "./key.ts";
import { unitSquare } from "./square.ts";

/** How often it is right when it is that sure; a larger dot stands for more images. */
export function reliabilityChart(charts: Charts, bins: readonly ReliabilityBin[]): Chart {
  const { plot } = charts;
  const square = unitSquare(charts, { x: "confidence", y: "accuracy" });
  const at = { x: "confidence", y: "accuracy" } as const;
  return {
    title: "Reliability diagram: confidence against accuracy",
    description: bins
      .map(
        ({ confidence, accuracy, count }) =>
          `${plural(count, "image")} at ${percentText(confidence)} confidence: ${percentText(accuracy)} correct.`,
      )
      .join(" "),
    legend: [
      key("var(--accent)", "images, by confidence"),
      key("var(--soft)", "perfect calibration", "dashes"),
    ],
    options: {
      ...square,
      r: { range: [0, 13], domain: [0, Math.max(...bins.map(({ count }) => count), 1)] },
      marks: [
        ...square.marks,
        plot.line(
          [
            [0, 0],
            [1, 1],
          ],
          { stroke: "var(--soft)", strokeDasharray: "2 4" },
        ),
        plot.line(bins, { ...at, stroke: "var(--accent)", strokeWidth: 1.5 }),
        plot.dot(bins, {
          ...at,
          r: "count",
          fill: "var(--accent)",
          fillOpacity: 0.75,
          stroke: "var(--paper)",
          title: ({ confidence, accuracy, count }) =>
            `${plural(count, "image")}: mean confidence ${percentText(confidence)}, accuracy ${percentText(accuracy)}`,
        }),
      ],
    },
  };
}
