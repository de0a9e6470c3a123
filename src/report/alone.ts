import type { Series } from "./charts/key.ts";
import { type Html, html, markup } from "./html.ts";
import { paperColours } from "./style.ts";

/** What a chart that stands alone says above its drawing. */
export interface Alone {
  readonly title: string;
  readonly series: readonly Series[];
  /** Of the drawing, pixels. */
  readonly width: number;
  readonly height: number;
}

/** Height of a line of text above the drawing, pixels. */
const lineHeight = 18;

/** A drawing as a file of its own: title and legend above it. Without one, `data-above` says at which height it belongs. */
export function aloneSvg({ title, series, width, height }: Alone, drawing?: Html): Html {
  const above = (series.length + 2) * lineHeight;
  const attributes = [
    html`width="${width}" height="${height + above}" viewBox="0 0 ${width} ${height + above}"`,
    html` font-family="sans-serif" font-size="11.5" style="color:${paperColours["--ink"]}"`,
    drawing === undefined && html` data-above="${above}"`,
  ];
  const content = [
    html`<rect width="100%" height="100%" fill="#fff" />`,
    html`<text x="8" y="${lineHeight}" font-weight="600" fill="var(--ink)">${title}</text>`,
    series.map((one, i) => legendLine(one, (i + 2) * lineHeight)),
    drawing && markup(drawing.html.replace("<svg ", `<svg y="${above}" `)),
  ];
  return html`<svg xmlns="http://www.w3.org/2000/svg" ${attributes}>${content}</svg>`;
}

/** An entry of the legend whose letters stand on a line. */
const legendLine = (one: Series, line: number): Html =>
  html`${legendMark(one, line - 4)}<text x="28" y="${line}" fill="var(--ink)">${one.name}</text>`;

function legendMark({ colour, mark = "dot" }: Series, middle: number): Html {
  switch (mark) {
    case "dot":
      return html`<circle cx="15" cy="${middle}" r="5" fill="${colour}" />`;
    case "ring":
      return html`<circle cx="15" cy="${middle}" r="4" fill="none" stroke="${colour}" stroke-width="2" />`;
    case "line":
    case "dashes":
      return html`<path
        d="M7,${middle}h16"
        stroke="${colour}"
        stroke-width="2"
        ${mark === "dashes" && html`stroke-dasharray="2 4"`}
      />`;
    default:
      return mark satisfies never;
  }
}

/** Colours by value in place of names: programs other than browsers know no variables. Text that looks like a name stays. */
export const inPaperColours = (svg: string): string =>
  svg.replaceAll(/<[^>]*>/g, (tag) =>
    tag.replaceAll(/ (?:fill|stroke)="[^"]*"/g, (attribute) =>
      attribute.replace(/var\((--[\w-]+)\)/, (_, name: string) => paperColours[name] ?? "currentColor"),
    ),
  );
