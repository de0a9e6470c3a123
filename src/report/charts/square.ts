import { wholePercent } from "../../base/index.ts";
import type { PlotOptions } from "@observablehq/plot";
import type { Charts } from "../chart.ts";

export type ChartPoint = readonly [x: number, y: number];

/** Scales, axes and grid of a chart whose both axes are shares. */
export function unitSquare(
  { plot }: Charts,
  { x, y }: { readonly x: string; readonly y: string },
): PlotOptions & { readonly marks: NonNullable<PlotOptions["marks"]> } {
  const ticks = [0, 0.25, 0.5, 0.75, 1];
  const axis = {
    ticks,
    tickSize: 0,
    tickFormat: wholePercent,
    labelArrow: "none",
    labelAnchor: "center",
  } as const;
  const grid = { ticks, stroke: "var(--line)", strokeOpacity: 1 };
  return {
    height: 340,
    marginLeft: 60,
    marginRight: 16,
    marginTop: 12,
    marginBottom: 46,
    x: { domain: [0, 1] },
    y: { domain: [0, 1] },
    marks: [
      plot.gridX(grid),
      plot.gridY(grid),
      plot.axisX({ ...axis, label: x, labelOffset: 40 }),
      plot.axisY({ ...axis, label: y, labelOffset: 54 }),
    ],
  };
}

/** A line through points of the unit square. */
export const pathOf = (points: readonly ChartPoint[]): [number, number][] => points.map(([x, y]) => [x, y]);
