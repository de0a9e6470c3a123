import { lossText } from "../../base/index.ts";
import type { Chart, Charts } from "../chart.ts";
import type { RunReport } from "../types.ts";
import { shortName } from "../words.ts";
import { seriesColours } from "./key.ts";
import { type ChartPoint, pathOf, unitSquare } from "./square.ts";

// Chosen by eye: of more classes than there are colours, only those told apart worst are named.
const namedAmongMany = 4;

/** One class's curves and the areas under them. */
interface Named {
  readonly name: string;
  readonly roc: { readonly points: readonly ChartPoint[]; readonly area: number };
  readonly precisionRecall: { readonly points: readonly ChartPoint[]; readonly area: number };
}

interface RankingOptions {
  readonly title: string;
  readonly axes: { readonly x: string; readonly y: string };
  readonly of: "roc" | "precisionRecall";
  /** Ends of the line that guessing gives; absent where it is another for every class. */
  readonly guessing?: readonly ChartPoint[];
}

/** Each class against the rest: ROC and precision-recall curves; none where nothing can be told apart. */
export function rankingCharts(charts: Charts, run: Pick<RunReport, "perClass" | "curves">): readonly Chart[] {
  const named = namedCurves(run);
  if (named.length === 0) return [];
  return [
    rankingChart(charts, named, {
      title: "ROC curve",
      axes: { x: "false positive rate", y: "true positive rate" },
      of: "roc",
      guessing: [
        [0, 0],
        [1, 1],
      ],
    }),
    rankingChart(charts, named, {
      title: "Precision-recall curve",
      axes: { x: "recall", y: "precision" },
      of: "precisionRecall",
    }),
  ];
}

const namedCurves = ({ perClass, curves }: Pick<RunReport, "perClass" | "curves">): readonly Named[] =>
  perClass.flatMap(({ name, rocAuc, averagePrecision }, i) => {
    const { roc, precisionRecall } = curves[i] ?? {};
    if (!roc || !precisionRecall || rocAuc === null || averagePrecision === null) return [];
    return [
      {
        name,
        roc: { points: paired(roc.falsePositiveRate, roc.truePositiveRate), area: rocAuc },
        precisionRecall: {
          points: paired(precisionRecall.recall, precisionRecall.precision),
          area: averagePrecision,
        },
      },
    ];
  });

const paired = (x: readonly number[], y: readonly number[]): readonly ChartPoint[] =>
  x.map((value, i) => [value, y[i] ?? 0]);

function rankingChart(charts: Charts, curves: readonly Named[], options: RankingOptions): Chart {
  const { title, axes, of, guessing } = options;
  const { plot } = charts;
  const worstFirst = [...curves].sort((a, b) => a[of].area - b[of].area);
  const named = curves.length <= seriesColours.length ? curves : worstFirst.slice(0, namedAmongMany);
  const others = curves.filter((curve) => !named.includes(curve));
  const coloured = named.map((curve, i) => ({ curve, colour: seriesColours[i] ?? "" }));
  const square = unitSquare(charts, axes);
  const line = (curve: Named, stroke: string, strokeWidth: number): ReturnType<typeof plot.line> =>
    plot.line(pathOf(curve[of].points), { stroke, strokeWidth });
  return {
    title,
    description: `Area under each curve: ${curves.map((curve) => `${curve.name} ${lossText(curve[of].area)}`).join(", ")}.`,
    series: [
      ...coloured.map(({ curve, colour }) => ({
        name: `${shortName(curve.name)} ${lossText(curve[of].area)}`,
        colour,
        mark: "line" as const,
      })),
      ...(others.length > 0
        ? [{ name: `${others.length} more`, colour: "var(--faint)", mark: "line" as const }]
        : []),
    ],
    options: {
      ...square,
      marks: [
        ...square.marks,
        guessing && plot.line(pathOf(guessing), { stroke: "var(--soft)", strokeDasharray: "2 4" }),
        ...others.map((curve) => line(curve, "var(--faint)", 1)),
        ...coloured.map(({ curve, colour }) => line(curve, colour, 2)),
      ],
    },
  };
}
