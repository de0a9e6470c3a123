import { countText, plural, wholePercent } from "../../base/index.ts";
import type { Chart, Charts } from "../chart.ts";
import { shortName } from "../words.ts";

/** One cell that holds images. */
interface Cell {
  /** Class indices. */
  readonly truth: number;
  readonly predicted: number;
  readonly n: number;
  /** Of the images of the true class. */
  readonly share: number;
}

// With more classes, cells are too small for percentages, then for numbers, then for an outline.
const maxPercentages = 6;
const maxNumbers = 12;
const maxOutlines = 30;
/** Of a matrix whose cells hold no numbers, pixels. */
const crowdedWidth = 720;
/** Of axis titles and the space around them, pixels. */
const titleRoom = 30;
// Capitals in a broad font.
const letterWidth = 0.68;

/** Sizes in pixels. */
interface Layout {
  readonly fontSize: number;
  readonly cellWidth: number;
  readonly cellHeight: number;
  /** For the names of the classes, with the title of their axis. */
  readonly left: number;
  readonly top: number;
  /** Names above the columns stand upright. */
  readonly turned: boolean;
}

function layoutOf(names: readonly string[]): Layout {
  const classes = names.length;
  const fontSize = classes <= maxNumbers ? 11.5 : Math.max(Math.min(11, 400 / classes), 4);
  const nameWidth = Math.max(...names.map((name) => shortName(name).length)) * fontSize * letterWidth + 8;
  const left = nameWidth + titleRoom;
  const roomy = classes <= maxPercentages;
  const crowded = Math.max((crowdedWidth - left) / classes, 5);
  const cellWidth = roomy ? Math.min(Math.max(nameWidth, 68), 92) : classes <= maxNumbers ? 46 : crowded;
  const cellHeight = roomy ? 54 : classes <= maxNumbers ? 38 : crowded;
  const turned = nameWidth > cellWidth;
  return {
    fontSize,
    cellWidth,
    cellHeight,
    left,
    top: titleRoom + (turned ? nameWidth : fontSize + 8),
    turned,
  };
}

/** The confusion matrix, a row for each true class: the fuller a cell's colour, the larger its share of the row. */
export function confusionChart(
  charts: Charts,
  names: readonly string[],
  matrix: readonly (readonly number[])[],
): Chart {
  const layout = layoutOf(names);
  const cells = cellsOf(matrix);
  const classes = [...names.keys()];
  const width = Math.ceil(layout.left + names.length * layout.cellWidth + 6);
  const height = Math.ceil(layout.top + names.length * layout.cellHeight + 6);
  return {
    title: "Confusion matrix",
    description: descriptionOf(names, cells),
    series: [
      { name: "correct", colour: "rgb(var(--right))" },
      { name: "wrong", colour: "rgb(var(--wrong))" },
    ],
    fixed: true,
    options: {
      width,
      height,
      marginLeft: layout.left,
      marginTop: layout.top,
      marginRight: 6,
      marginBottom: 6,
      x: { domain: classes, padding: 0 },
      y: { domain: classes, padding: 0 },
      opacity: { type: "identity" },
      marks: [
        ...axes(charts, names, layout),
        ...colours(charts, names, cells),
        ...numbers(charts, names, cells),
      ],
    },
  };
}

const cellsOf = (matrix: readonly (readonly number[])[]): readonly Cell[] =>
  matrix.flatMap((row, truth) => {
    const total = row.reduce((sum, n) => sum + n, 0);
    return row.flatMap((n, predicted) => (n === 0 ? [] : [{ truth, predicted, n, share: n / total }]));
  });

/** All of a small matrix; what a large one is. */
function descriptionOf(names: readonly string[], cells: readonly Cell[]): string {
  if (names.length > maxPercentages)
    return `${names.length} classes by ${names.length}; the diagonal holds the correct predictions.`;
  return cells
    .map(
      ({ truth, predicted, n }) =>
        `${names[truth] ?? ""} predicted as ${names[predicted] ?? ""}: ${countText(n)}.`,
    )
    .join(" ");
}

function axes({ plot }: Charts, names: readonly string[], layout: Layout) {
  const { fontSize, left, top, turned } = layout;
  const titled = { tickSize: 0, labelAnchor: "center", labelArrow: "none" } as const;
  const named = { ...titled, fontSize, tickFormat: (c: number) => shortName(names[c] ?? "") };
  // The titles keep their size where the names are small.
  const untitled = { tickFormat: () => "", fontSize: 11.5 };
  return [
    plot.axisX({ ...named, anchor: "top", label: null, tickRotate: turned ? -90 : 0 }),
    plot.axisX({ ...titled, ...untitled, anchor: "top", label: "predicted class", labelOffset: top - 8 }),
    plot.axisY({ ...named, label: null }),
    plot.axisY({ ...titled, ...untitled, label: "true class", labelOffset: left - 6 }),
    plot.frame({ stroke: "var(--line)" }),
  ];
}

function colours({ plot }: Charts, names: readonly string[], cells: readonly Cell[]) {
  const numbered = names.length <= maxNumbers;
  // Under numbers no colour is so full that they could not be read on it.
  const opacity = ({ share }: Cell): number => (numbered ? 0.16 + 0.4 * share : 0.3 + 0.7 * share);
  return (["right", "wrong"] as const).map((kind) => {
    const colour = `rgb(var(--${kind}))`;
    return plot.cell(
      cells.filter(({ truth, predicted }) => (truth === predicted) === (kind === "right")),
      {
        x: "predicted",
        y: "truth",
        fill: colour,
        fillOpacity: opacity,
        ...(names.length <= maxOutlines && { stroke: colour }),
        inset: numbered ? 2 : 0.5,
        rx: numbered ? 5 : 0,
        title: ({ truth, predicted, n, share }: Cell) =>
          `${names[truth] ?? ""} predicted as ${names[predicted] ?? ""}: ${plural(n, "time")}, ${wholePercent(share)}`,
      },
    );
  });
}

/** Images of each cell, and their share of the row. */
function numbers({ plot }: Charts, names: readonly string[], cells: readonly Cell[]) {
  if (names.length > maxNumbers) return [];
  const both = names.length <= maxPercentages;
  const place = { x: "predicted", y: "truth", fill: "var(--ink)", pointerEvents: "none" } as const;
  const held = new Set(cells.map(({ truth, predicted }) => truth * names.length + predicted));
  const empty = [...names.keys()].flatMap((truth) =>
    [...names.keys()].flatMap((predicted) =>
      held.has(truth * names.length + predicted) ? [] : [{ truth, predicted }],
    ),
  );
  return [
    plot.text(cells, {
      ...place,
      text: ({ n }: Cell) => countText(n),
      dy: both ? -7 : 0,
      fontSize: both ? 14 : 12,
      fontWeight: 650,
    }),
    both
      ? plot.text(cells, { ...place, text: ({ share }: Cell) => wholePercent(share), dy: 10, fontSize: 11.5 })
      : undefined,
    plot.text(empty, { ...place, text: () => "0", fill: "var(--soft)", fontSize: 11.5 }),
  ];
}
