import { plural, wholePercent } from "../../base/index.ts";
import type { Chart, Charts } from "../chart.ts";
import { shortName } from "../words.ts";
import { key } from "./key.ts";

const letterWidth = 0.56;

/** A confusion matrix of many classes: the darker a cell, the larger its share of the row. */
export function heatChart(
  { plot }: Charts,
  names: readonly string[],
  matrix: readonly (readonly number[])[],
): Chart {
  const width = 720;
  const fontSize = Math.max(Math.min(12, 400 / names.length), 4);
  const margin = Math.max(...names.map((name) => shortName(name).length)) * fontSize * letterWidth + 14;
  const cells = matrix.flatMap((row, truth) => {
    const total = row.reduce((sum, n) => sum + n, 0);
    return row.flatMap((n, predicted) =>
      n === 0 ? [] : [{ truth: names[truth] ?? "", predicted: names[predicted] ?? "", n, share: n / total }],
    );
  });
  const right = cells.filter(({ truth, predicted }) => truth === predicted);
  const wrong = cells.filter(({ truth, predicted }) => truth !== predicted);
  const cell = (some: typeof cells, fill: string): ReturnType<typeof plot.cell> =>
    plot.cell(some, {
      x: "predicted",
      y: "truth",
      fill,
      fillOpacity: ({ share }: (typeof cells)[number]) => 0.12 + 0.88 * share,
      inset: 0.5,
      title: ({ truth, predicted, n, share }: (typeof cells)[number]) =>
        `${truth} predicted as ${predicted}: ${plural(n, "time")}, ${wholePercent(share)}`,
    });
  return {
    title: "Confusion matrix",
    description: `${names.length} classes by ${names.length}; the diagonal holds the correct predictions.`,
    broad: true,
    legend: [key("rgb(var(--right))", "correct"), key("rgb(var(--wrong))", "wrong")],
    options: {
      width,
      height: width,
      marginLeft: margin,
      marginTop: margin,
      marginRight: 4,
      marginBottom: 4,
      x: { domain: [...names], padding: 0 },
      y: { domain: [...names], padding: 0 },
      opacity: { type: "identity" },
      marks: [
        plot.axisX({
          anchor: "top",
          tickSize: 0,
          tickRotate: -90,
          label: null,
          tickFormat: shortName,
          fontSize,
        }),
        plot.axisY({ tickSize: 0, label: null, tickFormat: shortName, fontSize }),
        plot.frame({ stroke: "var(--line)" }),
        cell(right, "rgb(var(--right))"),
        cell(wrong, "rgb(var(--wrong))"),
      ],
    },
  };
}
