import { percentText, plural, rangeText } from "../../base/index.ts";
import type { MeasuredBin } from "../../evaluate/index.ts";
import type { Chart, Charts } from "../chart.ts";
import type { Series } from "./key.ts";
import { unitSquare } from "./square.ts";

/** Bins of fewer images are drawn as rings: chance alone moves them far; a judgement, not a measurement. */
const few = 10;

const perfect = [
  [0, 0],
  [1, 1],
] satisfies [number, number][];

/** How often it is right when it is that sure; a larger dot stands for more images, a line for the confidence interval. */
export function reliabilityChart(charts: Charts, bins: readonly MeasuredBin[]): Chart {
  const { plot } = charts;
  const square = unitSquare(charts, { x: "confidence", y: "accuracy" });
  const at = { x: "confidence", y: "accuracy" } as const;
  const drawn = bins.map((bin) => ({ ...bin, low: bin.interval[0], high: bin.interval[1] }));
  return {
    title: "Reliability diagram",
    description: bins.map(described).join(" "),
    series: seriesOf(bins),
    options: {
      ...square,
      r: { range: [0, 13], domain: [0, Math.max(...bins.map(({ count }) => count), 1)] },
      marks: [
        ...square.marks,
        plot.line(perfect, { stroke: "var(--soft)", strokeDasharray: "2 4" }),
        plot.ruleX(drawn, {
          x: "confidence",
          y1: "low",
          y2: "high",
          stroke: "var(--accent)",
          strokeOpacity: 0.55,
          strokeWidth: 1.5,
        }),
        plot.dot(
          drawn.filter(({ count }) => count >= few),
          { ...at, r: "count", fill: "var(--accent)", stroke: "var(--paper)", title: described },
        ),
        plot.dot(
          drawn.filter(({ count }) => count < few),
          {
            ...at,
            r: { value: () => 4, scale: null },
            fill: "var(--paper)",
            stroke: "var(--accent)",
            strokeWidth: 1.5,
            title: described,
          },
        ),
      ],
    },
  };
}

const described = ({ confidence, accuracy, count, interval }: MeasuredBin): string =>
  `${plural(count, "image")} at ${percentText(confidence)} confidence: ` +
  `${percentText(accuracy)} correct (95% CI ${rangeText(interval, accuracy)}).`;

/** Only what the drawing holds. */
function seriesOf(bins: readonly MeasuredBin[]): readonly Series[] {
  const colour = "var(--accent)";
  return [
    ...(bins.some(({ count }) => count >= few)
      ? [{ name: "images of one confidence, with 95% CI", colour } as const]
      : []),
    ...(bins.some(({ count }) => count < few)
      ? [{ name: `fewer than ${few} images`, colour, mark: "ring" } as const]
      : []),
    { name: "perfect calibration", colour: "var(--soft)", mark: "dashes" },
  ];
}
