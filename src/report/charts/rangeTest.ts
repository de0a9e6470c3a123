import { rateText, significantText } from "../../base/index.ts";
import type { Chart, Charts } from "../chart.ts";
import { seriesColours } from "./key.ts";

/** One run of a range test. */
export interface RangeTestLine {
  readonly seed: number;
  /** null: the loss was no number. */
  readonly steps: readonly { readonly learningRate: number; readonly smoothed: number | null }[];
  readonly lowest?: { readonly learningRate: number; readonly loss: number };
}

/** A range test of the learning rate as a chart shows it. */
export interface RangeTestLines {
  readonly runs: readonly RangeTestLine[];
  readonly suggestion?: { readonly learningRate: number };
}

const short = (value: number): string => String(Number(significantText(value, 2)));

/** Above so many times of the first loss a diverging run leaves the chart. */
const ceiling = 1.5;

/** The smoothed loss of each run over the learning rate, on a logarithmic axis, with what is suggested. */
export function rangeTestChart({ plot }: Charts, { runs, suggestion }: RangeTestLines): Chart {
  const colours = runs.map((_, i) => seriesColours[i % seriesColours.length] ?? "var(--accent)");
  const lines = runs.map(({ steps }) =>
    steps.flatMap(({ learningRate, smoothed }) => (smoothed === null ? [] : [{ learningRate, smoothed }])),
  );
  const top = ceiling * Math.max(...lines.map(([first]) => first?.smoothed ?? 0));
  const shown = lines.map((line) => line.filter(({ smoothed }) => smoothed <= top));
  const lowest = runs.flatMap(({ lowest: point }, i) =>
    point ? [{ ...point, colour: colours[i] ?? "" }] : [],
  );
  return {
    title: "Loss over the learning rate",
    description: [
      `${runs.length} runs.`,
      ...lowest.map(({ learningRate, loss }) => `Lowest loss ${short(loss)} at ${rateText(learningRate)}.`),
      suggestion ? `Suggested: ${rateText(suggestion.learningRate)}.` : "Nothing is suggested.",
    ].join(" "),
    series: [
      ...runs.map(
        ({ seed }, i) => ({ name: `seed ${seed}`, colour: colours[i] ?? "", mark: "line" }) as const,
      ),
      ...(lowest.length > 0 ? [{ name: "lowest", colour: "var(--ink)", mark: "ring" } as const] : []),
      ...(suggestion
        ? [
            {
              name: `suggested: ${rateText(suggestion.learningRate)}`,
              colour: "var(--soft)",
              mark: "dashes",
            } as const,
          ]
        : []),
    ],
    options: {
      height: 260,
      marginLeft: 44,
      marginRight: 16,
      marginTop: 12,
      marginBottom: 38,
      x: { type: "log" },
      y: { nice: true, zero: true },
      marks: [
        plot.gridY({ ticks: 5, stroke: "var(--line)", strokeOpacity: 1 }),
        plot.axisY({ ticks: 5, tickSize: 0, label: null, tickFormat: short }),
        plot.axisX({
          ticks: 6,
          tickSize: 0,
          tickFormat: rateText,
          label: "learning rate",
          labelAnchor: "center",
          labelArrow: "none",
        }),
        suggestion
          ? plot.ruleX([suggestion.learningRate], { stroke: "var(--soft)", strokeDasharray: "2 4" })
          : undefined,
        ...shown.map((line, i) =>
          plot.lineY(line, { x: "learningRate", y: "smoothed", stroke: colours[i] ?? "", strokeWidth: 2 }),
        ),
        plot.dot(lowest, { x: "learningRate", y: "loss", stroke: "colour", fill: "var(--paper)", r: 4 }),
      ],
    },
  };
}
