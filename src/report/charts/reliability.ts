import type { ReliabilityBin } from "../../evaluate/index.ts";
import type { Chart, Charts } from "../chart.ts";
import { percentText, plural } from "../words.ts";
import { key } from "./key.ts";
import { unitSquare } from "./square.ts";

/** How often it is right when it is that sure; a larger dot stands for more images. */
export function reliabilityChart(charts: Charts, bins: readonly ReliabilityBin[]): Chart {
  const { plot } = charts;
  const square = unitSquare(charts, { x: "how sure it is", y: "how often it is right" });
  const at = { x: "confidence", y: "accuracy" } as const;
  return {
    title: "How sure, and how often right",
    description: bins
      .map(
        ({ confidence, accuracy, count }) =>
          `${plural(count, "image")} at ${percentText(confidence)}: right in ${percentText(accuracy)}.`,
      )
      .join(" "),
    legend: [
      key("var(--accent)", "images, by how sure it is"),
      key("var(--soft)", "just as sure as right", "dashes"),
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
            `${plural(count, "image")}: ${percentText(confidence)} sure on average, right in ${percentText(accuracy)}`,
        }),
      ],
    },
  };
}
