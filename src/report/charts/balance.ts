import type { Chart, Charts } from "../chart.ts";
import { countText, plural, shortName } from "../words.ts";
import { key } from "./key.ts";

/** Pictures of one class, part by part, in the order of the parts' names. */
export interface ClassCounts {
  readonly name: string;
  readonly counts: readonly number[];
}

const partColours = ["var(--quiet)", "var(--accent)", "var(--warm)"];
const rowHeight = 24;
const letterWidth = 6.6;

/** How many pictures each class has, as bars under each other; `parts` name the pieces of a bar, one name means no pieces. */
export function balanceChart(
  { plot }: Charts,
  classes: readonly ClassCounts[],
  parts: readonly string[],
): Chart {
  const total = ({ counts }: ClassCounts): number => counts.reduce((sum, count) => sum + count, 0);
  const pieces = classes.flatMap((one) => {
    let from = 0;
    return one.counts.map((count, part) => ({ name: one.name, part, count, x1: from, x2: (from += count) }));
  });
  const longest = Math.max(...classes.map(({ name }) => shortName(name).length));
  return {
    title: "Pictures of each class",
    description: classes.map((one) => `${one.name}: ${countText(total(one))}.`).join(" "),
    ...(parts.length > 1 && { legend: parts.map((part, i) => key(partColours[i] ?? "", part)) }),
    options: {
      height: classes.length * rowHeight + 16,
      marginLeft: Math.min(longest * letterWidth + 14, 150),
      marginRight: 46,
      marginTop: 6,
      marginBottom: 6,
      x: { axis: null, domain: [0, Math.max(...classes.map(total), 1)] },
      y: { domain: classes.map(({ name }) => name), padding: 0.3 },
      color: { type: "identity" },
      marks: [
        plot.axisY({ tickSize: 0, label: null, tickFormat: shortName }),
        plot.barX(
          pieces.filter(({ count }) => count > 0),
          {
            x1: "x1",
            x2: "x2",
            y: "name",
            fill: ({ part }: { readonly part: number }) =>
              parts.length > 1 ? (partColours[part] ?? "") : "var(--accent)",
            insetRight: 1,
            title: ({ name, part, count }) =>
              `${name}: ${plural(count, "picture")}${parts.length > 1 ? `, ${parts[part] ?? ""}` : ""}`,
          },
        ),
        plot.text([...classes], {
          x: total,
          y: "name",
          text: (one: ClassCounts) => countText(total(one)),
          textAnchor: "start",
          dx: 6,
          fill: "var(--ink)",
        }),
      ],
    },
  };
}
