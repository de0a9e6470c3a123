import { type Html, html } from "../html.ts";

/** A colour of a chart and what it stands for. */
export interface Series {
  readonly name: string;
  readonly colour: string;
  /** How it is drawn. @default "dot" */
  readonly mark?: "dot" | "ring" | "line" | "dashes";
}

/** An entry of a legend. */
export const key = ({ colour, name, mark = "dot" }: Series): Html =>
  html`<span class="key"><i class="${mark}" style="--colour:${colour}"></i>${name}</span>`;

/** Colours that a reader who is blind to red and green tells apart (Okabe and Ito 2008), by their names in the style sheet. */
export const seriesColours: readonly string[] = Array.from({ length: 8 }, (_, i) => `var(--series-${i})`);
