import { plural } from "../base/index.ts";
import { type SkippedFile, countSkipped } from "../data/index.ts";
import { type Content, type Html, html, markup } from "./html.ts";
import { style } from "./style.ts";
import { type ExplainedPart, type Fact, messageText, namedFact, written } from "../messages/index.ts";
import type { ReportNote } from "./types.ts";

// A pupil in an iris.
const mark = markup(
  `<svg viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="12" r="10.5" fill="none" stroke="currentColor" stroke-width="2"/><circle cx="12" cy="12" r="4.5" fill="currentColor"/></svg>`,
);

export interface PageHead {
  /** Of the browser's tab. */
  readonly tab: string;
  /** What kind of page it is. */
  readonly kind: string;
  readonly title: string;
  readonly lead: string;
  /** Rules of this kind of page, beside those of every page. */
  readonly style?: string;
}

/** A whole page that needs no other file and no network. */
export const page = (
  { tab, kind, title, lead, style: own = "" }: PageHead,
  sections: readonly Content[],
): string =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="generator" content="Fovea" />
        <title>${tab}</title>
        <style>
          ${markup(style + own)}
        </style>
      </head>
      <body>
        <main>
          <header>
            <p class="mark">
              ${mark}<span><b>Fovea</b> · ${kind}</span>
            </p>
            <h1>${title}</h1>
            <p class="lead">${lead}</p>
          </header>
          ${sections}
        </main>
      </body>
    </html> `.html;

/** A part of the page: its name and how to read it beside what it shows. */
export const section = (title: string, explained: Content, body: readonly Content[]): Html =>
  html`<section>
    <header>
      <h2>${title}</h2>
      ${explained !== undefined && explained !== false && html`<p>${explained}</p>`}
    </header>
    <div>${body}</div>
  </section> `;

/** How to read a part of the page. */
export const explained = (part: ExplainedPart): string =>
  written({ code: "part-explained", data: { part } }).text;

const icons: Readonly<Record<ReportNote["kind"], Html>> = {
  good: markup(
    `<svg viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><circle cx="10" cy="10" r="8.5"/><path d="m6.2 10.4 2.6 2.6 5-5.6"/></svg>`,
  ),
  plain: markup(
    `<svg viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" aria-hidden="true"><circle cx="10" cy="10" r="8.5"/><path d="M10 9.2v5M10 5.9v.1"/></svg>`,
  ),
  warning: markup(
    `<svg viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="M10 2.2 18.6 17H1.4z"/><path d="M10 8v4M10 14.4v.1"/></svg>`,
  ),
};

/** An icon for the severity; hidden from screen readers. */
export const sign = (kind: ReportNote["kind"]): Html => icons[kind];

/** Notes that must not be overlooked, each with an icon of its kind. */
export const notes = (all: readonly ReportNote[]): Content =>
  all.length > 0 &&
  html`<div class="stack">
    ${all.map(
      ({ kind, statement }) =>
        html`<div class="note ${kind}">
          ${icons[kind]}
          <p>${messageText(written(statement))}</p>
        </div>`,
    )}
  </div>`;

/** Names beside values. */
export const factTable = (facts: readonly Fact[]): Content =>
  facts.length > 0 &&
  html`<table class="facts">
    <tbody>
      ${facts.map(namedFact).map(
        ({ name, value }) =>
          html`<tr>
            <th scope="row">${name}</th>
            <td>${value}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;

/** The first of many, and how many more there are. */
export function listed<T>(all: readonly T[], max: number, show: (one: T) => Content): Html {
  const more = all.length - max;
  return html`<ul class="plainlist">
    ${all.slice(0, max).map((one) => html`<li>${show(one)}</li>`)}${more > 0 && html`<li class="soft">and ${plural(more, "more", "more")}</li>`}
  </ul>`;
}

const maxSkipped = 100;

/** Files that could not be used, and why. */
export const skippedSection = (
  skipped: readonly SkippedFile[],
  by: "training" | "audit" | "evaluation" | "explanation",
): Content =>
  skipped.length > 0 &&
  section(
    "Skipped files",
    written({ code: "skipped-files", data: { files: countSkipped(skipped), by } }).text,
    [listed(skipped, maxSkipped, ({ path, reason }) => [path, html`<span class="soft"> — ${reason}</span>`])],
  );
