import { type Content, type Html, html, markup } from "./html.ts";
import { type Mark, logo, sign } from "./icons.ts";
import { type ExplainedPart, type Fact, messageText, namedFact, written } from "../messages/index.ts";
import { pageScript } from "./script.ts";
import { style } from "./style.ts";
import type { ReportNote } from "./types.ts";
import { anchorOf, shortName } from "./words.ts";

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

/** A part of a page that its list of contents names. */
export interface Section extends Html {
  readonly title: string;
}

/** A whole page that needs no other file and no network. Its contents list names the sections among what is given. */
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
              ${logo}<span><b>Fovea</b> · ${kind}</span>
            </p>
            <h1>${title}</h1>
            <p class="lead">${lead}</p>
          </header>
          ${contentsList(sectionsIn(sections))} ${sections}
        </main>
        ${pageScript}
      </body>
    </html> `.html;

/** What long titles are in the list of contents. */
const shortTitles: Readonly<Record<string, string>> = {
  "ROC and precision-recall": "ROC curves",
  "Most confident errors": "Errors",
  "Least confident predictions": "Least confident",
  "Per-class metrics": "Classes",
  "Training curves": "Training",
  "Fix before training": "To fix",
  "Check before training": "To check",
};

const contentsList = (sections: readonly Section[]): Content =>
  sections.length > 1 &&
  html`<nav aria-label="Contents">
    <ul>
      ${sections.map(({ title }) => html`<li><a href="#${anchorOf(title)}">${shortTitles[title] ?? shortName(title)}</a></li>`)}
    </ul>
  </nav>`;

const sectionsIn = (contents: readonly Content[]): readonly Section[] =>
  contents.flatMap((content) => {
    if (Array.isArray(content)) return sectionsIn(content);
    return isSection(content) ? [content] : [];
  });

const isSection = (content: Content): content is Section =>
  typeof content === "object" && "html" in content && "title" in content;

/** A part of the page that its contents list names; its markup has the place that `anchorOf` gives the title. */
export const titled = (title: string, { html: text }: Html): Section => ({ title, html: text });

/** A part of the page: its name and how to read it, above what it shows. */
export const section = (title: string, explained: Content, body: readonly Content[]): Section =>
  titled(
    title,
    html`<section id="${anchorOf(title)}">
      <header>
        <h2>${title}</h2>
        ${explained !== undefined && explained !== false && html`<p>${explained}</p>`}
      </header>
      <div>${body}</div>
    </section> `,
  );

/** Two parts beside each other where there is room; one alone where there is only one. */
export function pair(
  first: Section | false,
  second: Section | false,
  kind: "even" | "broad second",
): Content {
  if (!first || !second) return first || second;
  return [
    markup(`<div class="pair ${kind === "even" ? "even" : "uneven"}">`),
    first,
    second,
    markup("</div>"),
  ];
}

/** How to read a part of the page. */
export const explained = (part: ExplainedPart): string =>
  written({ code: "part-explained", data: { part } }).text;

const noteMarks: Readonly<Record<ReportNote["kind"], Mark>> = {
  good: "good",
  plain: "plain",
  warning: "caution",
};

/** Notes that must not be overlooked, each with an icon of its kind. */
export const notes = (all: readonly ReportNote[]): Content =>
  all.map(
    ({ kind, statement }) =>
      html`<div class="note ${kind}">
        ${sign(noteMarks[kind])}
        <p>${messageText(written(statement))}</p>
      </div>`,
  );

/** What few readers need, folded away; opened for the printer. */
export const folded = (summary: Content, body: Content): Html =>
  html`<details>
    <summary>${summary}</summary>
    <div>${body}</div>
  </details>`;

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
