import { decimalText, printableText } from "../base/index.ts";
import type * as Plot from "@observablehq/plot";
import { aloneSvg, inPaperColours } from "./alone.ts";
import { type Series, key } from "./charts/key.ts";
import { type Html, html, markup } from "./html.ts";
import { templateClass } from "./script.ts";
import { anchorOf } from "./words.ts";

/** One chart of a page. */
export interface Chart {
  readonly title: string;
  /** What a reader who cannot see it should know of it. */
  readonly description: string;
  /** Between title and drawing: what the marks mean. */
  readonly series?: readonly Series[];
  /** It is never drawn larger than its size; where there is less room its frame scrolls. @default false */
  readonly fixed?: boolean;
  /** Marks and scales. */
  readonly options: Plot.PlotOptions;
}

/** Draws charts as inline SVG. */
export interface Charts {
  /** The library's marks. */
  readonly plot: typeof Plot;
  readonly draw: (chart: Chart) => Html;
  /** An SVG file of its own, as text. */
  readonly file: (chart: Chart) => string;
}

/** A drawing of fixed size is made smaller by no more than this; its letters stay legible. */
const minScale = 0.8;

/** Width of a chart in its own units: that of a phone's column, so that its letters are never made small. */
export const chartWidth = 352;

/** Loads the chart library over a document in memory; only where a page is written, since loading takes longer than drawing. */
export async function openCharts(): Promise<Charts> {
  const [plot, { parseHTML }] = await Promise.all([import("@observablehq/plot"), import("linkedom")]);
  const { document } = parseHTML("<!doctype html><html><body></body></html>");
  const drawingOf = ({ title, description, options }: Chart): Html => {
    const svg: { readonly outerHTML: string } = plot.plot({
      document,
      className: "chart",
      width: chartWidth,
      ...options,
    });
    return drawing(svg.outerHTML, `${title}. ${description}`);
  };
  return {
    plot,
    draw: (chart) => figure(chart, drawingOf(chart)),
    file: (chart) => `${inPaperColours(aloneSvg(sizedOf(chart), drawingOf(chart)).html)}\n`,
  };
}

const sizedOf = ({ title, series = [], options }: Chart) => ({
  title,
  series,
  width: options.width ?? chartWidth,
  height: options.height ?? chartWidth,
});

function figure(chart: Chart, svg: Html): Html {
  const { title, fixed = false } = chart;
  const { width, series } = sizedOf(chart);
  const drawn = fixed
    ? html`<div class="scroll" tabindex="0" role="group" aria-label="${title}">
        <div style="max-width:${width}px;min-width:${Math.floor(minScale * width)}px">${svg}</div>
      </div>`
    : svg;
  return html`<figure class="plot" data-file="${anchorOf(title)}">
    <figcaption>${title}</figcaption>
    ${series.length > 0 && html`<p class="legend">${series.map(key)}</p>`}${drawn}
    <template class="${templateClass}">${aloneSvg(sizedOf(chart))}</template>
  </figure>`;
}

const places = /\b(d|x|y|x1|x2|y1|y2|cx|cy|width|height|transform)="[^"]*"/g;

/** Without the library's style sheet, since the page has one, and without digits below a tenth of a pixel; names are printable. */
const drawing = (svg: string, label: string): Html =>
  markup(
    printableText(svg.replace(/<style>[^<]*<\/style>/, ""))
      .replace(places, (attribute) => attribute.replace(/\d+\.\d+/g, tenths))
      .replace("<svg ", () => html`<svg role="img" aria-label="${label}" `.html),
  );

const tenths = (digits: string): string => String(Number(decimalText(Number(digits), 1)));
