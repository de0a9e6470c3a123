import { type Html, html } from "../html.ts";

/** An entry of a legend: a mark in its colour, and what it stands for. */
export const key = (colour: string, name: string, mark: "dot" | "line" | "dashes" = "dot"): Html =>
  html`<span class="key"><i class="${mark}" style="--colour:${colour}"></i>${name}</span>`;

/** Colours that a reader who is blind to red and green tells apart (Okabe and Ito 2008), by their names in the style sheet. */
export const seriesColours: readonly string[] = Array.from({ length: 8 }, (_, i) => `var(--series-${i})`);
