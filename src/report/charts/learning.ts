import { percentText, significantText, wholePercent } from "../../base/index.ts";
import { type Chart, type Charts } from "../chart.ts";
import type { ReportEpoch } from "../types.ts";
import { key } from "./key.ts";

interface Line {
  readonly name: string;
  readonly colour: string;
  readonly points: readonly { readonly epoch: number; readonly value: number }[];
}

interface LinesOptions {
  readonly title: string;
  /** Epoch whose weights were kept, from 1; 0 where there is none. */
  readonly bestEpoch: number;
  readonly format: (value: number) => string;
  /** Of the axis; without one it is chosen by the values. */
  readonly top?: number;
}

const percent = (value: number): string => wholePercent(value);
const short = (value: number): string => String(Number(significantText(value, 3)));

/** How accuracy and loss went from epoch to epoch, on both sides of the split. */
export function learningCharts(
  charts: Charts,
  history: readonly ReportEpoch[],
  bestEpoch: number,
): readonly [accuracy: Chart, loss: Chart] {
  const both = (train: keyof ReportEpoch, validation: keyof ReportEpoch): readonly Line[] => [
    { name: "training", colour: "var(--quiet)", points: pointsOf(history, train) },
    { name: "validation", colour: "var(--accent)", points: pointsOf(history, validation) },
  ];
  return [
    linesChart(charts, both("accuracy", "validationAccuracy"), {
      title: "Accuracy",
      bestEpoch,
      format: percent,
      top: 1,
    }),
    linesChart(charts, both("loss", "validationLoss"), { title: "Loss", bestEpoch, format: short }),
  ];
}

/** Epochs without a metric leave a gap. */
const pointsOf = (history: readonly ReportEpoch[], metric: keyof ReportEpoch): Line["points"] =>
  history.flatMap((row) => (Number.isFinite(row[metric]) ? [{ epoch: row.epoch, value: row[metric] }] : []));

function linesChart({ plot }: Charts, all: readonly Line[], options: LinesOptions): Chart {
  const { title, bestEpoch, format, top } = options;
  const lines = all.filter(({ points }) => points.length > 0);
  const epochs = Math.max(...lines.flatMap(({ points }) => points.map(({ epoch }) => epoch)), 1);
  const highest = top ?? Math.max(...lines.flatMap(({ points }) => points.map(({ value }) => value)), 1e-6);
  const drawn = lines.flatMap(({ points, colour, name }) => [
    plot.lineY(points, { x: "epoch", y: "value", stroke: colour, strokeWidth: 2 }),
    ...(points.length > 40
      ? []
      : [
          plot.dot(points, {
            x: "epoch",
            y: "value",
            fill: colour,
            r: 3,
            title: ({ epoch, value }) =>
              `epoch ${epoch}, ${name}: ${title === "Accuracy" ? percentText(value) : format(value)}`,
          }),
        ]),
  ]);
  return {
    title,
    description: lines.map((line) => described(line, format)).join(" "),
    legend: [
      ...lines.map(({ colour, name }) => key(colour, name, "line")),
      bestEpoch > 0 && epochs > 1 && key("var(--soft)", `epoch ${bestEpoch}, saved`, "dashes"),
    ],
    options: {
      height: 220,
      marginLeft: 44,
      marginRight: 12,
      marginTop: 12,
      marginBottom: 38,
      x: { domain: epochs === 1 ? [0, 2] : [1, epochs] },
      y: { domain: [0, highest], nice: top === undefined },
      marks: [
        plot.gridY({ ticks: 5, stroke: "var(--line)", strokeOpacity: 1 }),
        plot.axisY({ ticks: 5, tickSize: 0, label: null, tickFormat: format }),
        plot.axisX(epochTicks(epochs), {
          tickSize: 0,
          tickFormat: String,
          label: "epoch",
          labelAnchor: "center",
          labelArrow: "none",
        }),
        ...(bestEpoch > 0 && epochs > 1
          ? [plot.ruleX([bestEpoch], { stroke: "var(--soft)", strokeDasharray: "2 4" })]
          : []),
        ...drawn,
      ],
    },
  };
}

const described = ({ name, points }: Line, format: (value: number) => string): string => {
  const [first, last] = [points[0], points.at(-1)];
  return first && last ? `On ${name}: from ${format(first.value)} to ${format(last.value)}.` : "";
};

/** The first and the last epoch and round ones between; all of them where there are few. */
function epochTicks(epochs: number): readonly number[] {
  if (epochs <= 10) return Array.from({ length: epochs }, (_, i) => i + 1);
  const step = [2, 5, 10, 20, 50, 100, 200, 500].find((size) => epochs / size <= 6) ?? Math.ceil(epochs / 6);
  const round = Array.from({ length: Math.floor(epochs / step) }, (_, i) => (i + 1) * step);
  return [1, ...round.filter((epoch) => epoch > 1 && epochs - epoch >= step / 2), epochs];
}
