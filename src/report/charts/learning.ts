import { percentText, significantText, wholePercent } from "../../base/index.ts";
import { type Chart, type Charts } from "../chart.ts";
import type { ReportEpoch } from "../types.ts";
import { accuracyDomain } from "./accuracyDomain.ts";

interface Line {
  readonly name: string;
  readonly colour: string;
  readonly points: readonly { readonly epoch: number; readonly value: number }[];
}

interface LinesOptions {
  readonly title: string;
  /** Epoch whose weights were kept, from 1; 0 where there is none. */
  readonly bestEpoch: number;
  /** A value at the axis, and with all its digits. */
  readonly format: (value: number) => string;
  readonly exact: (value: number) => string;
  /** What the axis shows. */
  readonly domain: readonly [low: number, high: number];
  /** The ends of the domain are at no nice number yet. @default false */
  readonly nice?: boolean;
}

/** Of a line whose points are drawn one by one. */
const maxDots = 40;

const short = (value: number): string => String(Number(significantText(value, 3)));

/** How accuracy and loss went from epoch to epoch, on both sides of the split. */
export function learningCharts(
  charts: Charts,
  history: readonly ReportEpoch[],
  bestEpoch: number,
): readonly [accuracy: Chart, loss: Chart] {
  const both = (train: keyof ReportEpoch, validation: keyof ReportEpoch): readonly Line[] =>
    [
      { name: "training", colour: "var(--quiet)", points: pointsOf(history, train) },
      { name: "validation", colour: "var(--accent)", points: pointsOf(history, validation) },
    ].filter(({ points }) => points.length > 0);
  const accuracy = both("accuracy", "validationAccuracy");
  const loss = both("loss", "validationLoss");
  return [
    linesChart(charts, accuracy, {
      title: "Accuracy",
      bestEpoch,
      format: wholePercent,
      exact: percentText,
      domain: accuracyDomain(valuesOf(accuracy)),
    }),
    linesChart(charts, loss, {
      title: "Loss",
      bestEpoch,
      format: short,
      exact: short,
      domain: [0, Math.max(...valuesOf(loss), 1e-6)],
      nice: true,
    }),
  ];
}

const valuesOf = (lines: readonly Line[]): readonly number[] =>
  lines.flatMap(({ points }) => points.map(({ value }) => value));

/** Epochs without a metric leave a gap. */
const pointsOf = (history: readonly ReportEpoch[], metric: keyof ReportEpoch): Line["points"] =>
  history.flatMap((row) => (Number.isFinite(row[metric]) ? [{ epoch: row.epoch, value: row[metric] }] : []));

function linesChart({ plot }: Charts, lines: readonly Line[], options: LinesOptions): Chart {
  const { title, bestEpoch, format, exact, domain, nice = false } = options;
  const [low, high] = domain;
  const epochs = Math.max(...lines.flatMap(({ points }) => points.map(({ epoch }) => epoch)), 1);
  const saved = bestEpoch > 0 && epochs > 1;
  const range = low > 0 ? `axis from ${format(low)} to ${format(high)}` : null;
  const drawn = lines.flatMap(({ points, colour, name }) => [
    plot.lineY(points, { x: "epoch", y: "value", stroke: colour, strokeWidth: 2 }),
    points.length <= maxDots
      ? plot.dot(points, {
          x: "epoch",
          y: "value",
          fill: colour,
          r: 3,
          title: ({ epoch, value }) => `epoch ${epoch}, ${name}: ${exact(value)}`,
        })
      : undefined,
  ]);
  return {
    title,
    description: [...lines.map((line) => described(line, format)), ...(range ? [`The ${range}.`] : [])].join(
      " ",
    ),
    series: [
      ...lines.map(({ colour, name }) => ({ colour, name, mark: "line" }) as const),
      ...(saved
        ? [{ colour: "var(--soft)", name: `epoch ${bestEpoch}, saved`, mark: "dashes" } as const]
        : []),
    ],
    options: {
      height: 220,
      marginLeft: 44,
      marginRight: 12,
      marginTop: range ? 30 : 12,
      marginBottom: 38,
      x: { domain: epochs === 1 ? [0, 2] : [1, epochs] },
      y: { domain: [low, high], nice },
      marks: [
        plot.gridY({ ticks: 5, stroke: "var(--line)", strokeOpacity: 1 }),
        plot.axisY({
          ticks: 5,
          tickSize: 0,
          label: range,
          labelAnchor: "top",
          labelArrow: "none",
          tickFormat: format,
        }),
        plot.axisX(epochTicks(epochs), {
          tickSize: 0,
          tickFormat: String,
          label: "epoch",
          labelAnchor: "center",
          labelArrow: "none",
        }),
        saved ? plot.ruleX([bestEpoch], { stroke: "var(--soft)", strokeDasharray: "2 4" }) : undefined,
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
