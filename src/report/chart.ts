import { decimalText } from "../base/index.ts";
import type * as Plot from "@observablehq/plot";
import { type Content, type Html, html, markup } from "./html.ts";

/** One chart of a page. */
export interface Chart {
  readonly title: string;
  /** What a reader who cannot see it should know of it. */
  readonly description: string;
  /** Between title and drawing: what the marks mean. */
  readonly legend?: Content;
  /** It needs twice the room of the others. @default false */
  readonly broad?: boolean;
  /** Marks and scales. */
  readonly options: Plot.PlotOptions;
}

/** Draws charts as inline SVG. */
export interface Charts {
  /** The library's marks. */
  readonly plot: typeof Plot;
  readonly draw: (chart: Chart) => Html;
}

/** Width of a chart in its own units: that of a phone's column, so that its letters are never made small. */
export const chartWidth = 352;

/** Loads the chart library over a document in memory; only where a page is written, since loading takes longer than drawing. */
export async function openCharts(): Promise<Charts> {
  const [plot, { parseHTML }] = await Promise.all([import("@observablehq/plot"), import("linkedom")]);
  const { document } = parseHTML("<!doctype html><html><body></body></html>");
  return {
    plot,
    draw: ({ title, description, legend, broad = false, options }) => {
      const svg: { readonly outerHTML: string } = plot.plot({
        document,
        className: "chart",
        width: chartWidth,
        ...options,
      });
      return html`<figure class="plot${broad && " broad"}">
        <figcaption>${title}</figcaption>
        ${legend !== undefined && html`<p class="legend">${legend}</p>`}${drawing(svg.outerHTML, `${title}. ${description}`)}
      </figure>`;
    },
  };
}

const places = /\b(d|x|y|x1|x2|y1|y2|cx|cy|width|height|transform)="[^"]*"/g;

/** Without the library's style sheet, since the page has one, and without digits below a tenth of a pixel. */
const drawing = (svg: string, label: string): Html =>
  markup(
    svg
      .replace(/<style>[^<]*<\/style>/, "")
      .replace(places, (attribute) => attribute.replace(/\d+\.\d+/g, tenths))
      .replace("<svg ", () => html`<svg role="img" aria-label="${label}" `.html),
  );

const tenths = (digits: string): string => String(Number(decimalText(Number(digits), 1)));
