import { decimalText } from "../base/index.ts";
import type * as Plot from "@observablehq/plot";
import { type Content, type Html, html, markup } from "./html.ts";
import { paperColours } from "./style.ts";

/** One chart of a page. */
export interface Chart {
  readonly title: string;
  /** What a reader who cannot see it should know of it. */
  readonly description: string;
  /** Between title and drawing: what the marks mean. */
  readonly legend?: Content;
  /** Colours of the marks with their names, for a drawing that stands alone. */
  readonly series?: readonly { readonly name: string; readonly colour: string }[];
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
  /** An SVG file of its own, as text. */
  readonly file: (chart: Chart) => string;
}

/** Width of a chart in its own units: that of a phone's column, so that its letters are never made small. */
export const chartWidth = 352;

/** Loads the chart library over a document in memory; only where a page is written, since loading takes longer than drawing. */
export async function openCharts(): Promise<Charts> {
  const [plot, { parseHTML }] = await Promise.all([import("@observablehq/plot"), import("linkedom")]);
  const { document } = parseHTML("<!doctype html><html><body></body></html>");
  const svgOf = (options: Plot.PlotOptions): string => {
    const svg: { readonly outerHTML: string } = plot.plot({
      document,
      className: "chart",
      width: chartWidth,
      ...options,
    });
    return svg.outerHTML;
  };
  return {
    plot,
    draw: ({ title, description, legend, broad = false, options }) =>
      html`<figure class="plot${broad && " broad"}">
        <figcaption>${title}</figcaption>
        ${legend !== undefined && html`<p class="legend">${legend}</p>`}${drawing(svgOf(options), `${title}. ${description}`)}
      </figure>`,
    file: (chart) =>
      svgFile(drawing(svgOf(chart.options), `${chart.title}. ${chart.description}`).html, chart),
  };
}

/** Height of a line of text above a drawing that stands alone, pixels. */
const lineHeight = 18;

/** A drawing as a file of its own: its title and the names of its colours above it, and the colours of paper. */
function svgFile(svg: string, { title, series = [], options }: Chart): string {
  const height = options.height ?? chartWidth;
  const above = (series.length + 2) * lineHeight;
  const names = series.map(
    ({ name, colour }, i) =>
      html`<rect x="8" y="${(i + 1.75) * lineHeight}" width="10" height="10" fill="${colour}" /><text
          x="24"
          y="${(i + 2.25) * lineHeight}"
          >${name}</text
        >`,
  );
  const inner = svg.replace("<svg ", `<svg y="${above}" `);
  const file = html`<svg
    xmlns="http://www.w3.org/2000/svg"
    width="${chartWidth}"
    height="${height + above}"
    viewBox="0 0 ${chartWidth} ${height + above}"
    font-family="sans-serif"
    font-size="11.5"
    style="color:#17202b"
  >
    <rect width="100%" height="100%" fill="#fff" />
    <text x="8" y="${lineHeight}" font-weight="600">${title}</text>
    ${names}${markup(inner)}
  </svg> `.html;
  return `${inPlainColours(file.trim())}\n`;
}

/** Colours by value in place of names: programs other than browsers know no variables. */
function inPlainColours(svg: string): string {
  const colours = new Map(
    [...paperColours.matchAll(/(--[\w-]+): ([^;]+);/g)].map(([, name = "", colour = ""]) => [name, colour]),
  );
  return svg.replaceAll(/var\((--[\w-]+)\)/g, (_, name: string) => colours.get(name) ?? "currentColor");
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
