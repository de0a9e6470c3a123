import { countText, plural } from "../../base/index.ts";
import type { Chart, Charts } from "../chart.ts";
import { shortName } from "../words.ts";

/** One bar, in pieces that follow each other. */
export interface Bar {
  readonly name: string;
  /** In the order of the pieces' names; one number where there are none. */
  readonly counts: readonly number[];
}

export interface BarsOptions {
  readonly title: string;
  /** What is counted, one of it. */
  readonly of: string;
  /** Names of the pieces of each bar. @default the bars are whole */
  readonly pieces?: readonly string[];
}

const pieceColours = ["var(--quiet)", "var(--accent)", "var(--warm)"];
const rowHeight = 24;
const letterWidth = 6.8;

/** Counts as bars below each other. */
export function barsChart({ plot }: Charts, bars: readonly Bar[], { title, of, pieces }: BarsOptions): Chart {
  // Places stand for names, since two long names may be cut to the same letters.
  const rows = bars.map((bar, row) => ({ ...bar, row, total: bar.counts.reduce((sum, n) => sum + n, 0) }));
  const drawn = rows.flatMap(({ counts, row }) => {
    let end = 0;
    return counts.map((count, piece) => ({ row, piece, count, start: end, end: (end += count) }));
  });
  const longest = Math.max(...bars.map(({ name }) => shortName(name).length));
  const named = (row: number): string => bars[row]?.name ?? "";
  return {
    title,
    description: rows.map(({ name, total }) => `${name}: ${countText(total)}.`).join(" "),
    ...(pieces && { series: pieces.map((name, i) => ({ name, colour: pieceColours[i] ?? "" })) }),
    options: {
      height: bars.length * rowHeight + 12,
      marginLeft: Math.min(longest * letterWidth + 14, 152),
      marginRight: 52,
      marginTop: 4,
      marginBottom: 4,
      x: { axis: null, domain: [0, Math.max(...rows.map(({ total }) => total), 1)] },
      y: { domain: rows.map(({ row }) => row), padding: 0.32 },
      marks: [
        plot.axisY({ tickSize: 0, label: null, tickFormat: (row: number) => shortName(named(row)) }),
        plot.barX(
          drawn.filter(({ count }) => count > 0),
          {
            x1: "start",
            x2: "end",
            y: "row",
            fill: ({ piece }: { readonly piece: number }) =>
              pieces ? (pieceColours[piece] ?? "") : "var(--accent)",
            insetRight: pieces ? 1 : 0,
            title: ({ row, piece, count }) =>
              `${named(row)}: ${plural(count, of)}${pieces ? `, ${pieces[piece] ?? ""}` : ""}`,
          },
        ),
        plot.text(rows, {
          x: "total",
          y: "row",
          text: ({ total }: { readonly total: number }) => countText(total),
          textAnchor: "start",
          dx: 6,
          fill: "var(--ink)",
        }),
      ],
    },
  };
}
