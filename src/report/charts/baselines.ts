import { percentText, wholePercent } from "../../base/index.ts";
import type { Interval } from "../../evaluate/index.ts";
import type { Chart, Charts } from "../chart.ts";

/** An accuracy beside others. */
export interface BaselineRow {
  readonly name: string;
  readonly accuracy: number;
  /** 95% confidence interval. */
  readonly interval?: Interval | undefined;
  /** The one that the page is about. */
  readonly main: boolean;
}

const rowHeight = 52;

/** Accuracies on one scale, with their confidence intervals. */
export function baselinesChart({ plot }: Charts, baselines: readonly BaselineRow[]): Chart {
  const rows = baselines.map((baseline, row) => ({
    ...baseline,
    row,
    lower: baseline.interval?.[0],
    upper: baseline.interval?.[1],
  }));
  const colour = ({ main }: BaselineRow): string => (main ? "var(--accent)" : "var(--quiet)");
  const text = { y: "row", dy: -15, fontSize: 13, fill: "var(--ink)" } as const;
  const weight = ({ main }: BaselineRow): string => (main ? "650" : "400");
  const identity = { type: "identity" } as const;
  return {
    title: "Accuracy against baselines",
    description: rows.map(({ name, accuracy }) => `${name}: ${percentText(accuracy)}.`).join(" "),
    options: {
      height: rows.length * rowHeight + 30,
      marginLeft: 10,
      marginRight: 18,
      marginTop: 34,
      marginBottom: 24,
      x: { domain: [0, 1] },
      // The first on top.
      y: { domain: [Math.max(rows.length - 1, 1), 0], axis: null },
      color: identity,
      marks: [
        plot.ruleY(rows, {
          y: "row",
          x1: 0,
          x2: 1,
          stroke: "var(--line)",
          strokeWidth: 6,
          strokeLinecap: "round",
        }),
        plot.ruleY(
          rows.filter(({ lower }) => lower !== undefined),
          {
            y: "row",
            x1: "lower",
            x2: "upper",
            stroke: colour,
            strokeWidth: 6,
            strokeOpacity: 0.4,
            strokeLinecap: "round",
          },
        ),
        plot.dot(rows, {
          x: "accuracy",
          y: "row",
          r: 6,
          fill: colour,
          stroke: "var(--paper)",
          strokeWidth: 2,
        }),
        ...rows.flatMap((row) => [
          plot.text([row], { ...text, x: 0, textAnchor: "start", text: "name", fontWeight: weight(row) }),
          plot.text([row], {
            ...text,
            x: 1,
            textAnchor: "end",
            text: () => percentText(row.accuracy),
            fontWeight: weight(row),
          }),
        ]),
        plot.axisX([0, 0.25, 0.5, 0.75, 1], { tickSize: 0, tickFormat: wholePercent, label: null }),
      ],
    },
  };
}
