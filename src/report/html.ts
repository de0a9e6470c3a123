import { printableText } from "../base/index.ts";

/** Text that is markup already; everything else is escaped where it enters a page. */
export interface Html {
  readonly html: string;
}

/** What may stand in a page: text is escaped, markup and lists of it are not; false and undefined leave nothing. */
export type Content = string | number | false | undefined | Html | readonly Content[];

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Makes any text safe and visible inside an element or a quoted attribute; class names and paths come from the user's disk. */
const escapeHtml = (text: string): string =>
  printableText(text).replace(/[&<>"']/g, (mark) => entities[mark] ?? "");

/** Markup from a template; what is filled in is escaped unless it is markup. */
export const html = (parts: TemplateStringsArray, ...filled: readonly Content[]): Html => ({
  html: parts.map((part, i) => (i === 0 ? part : markupOf(filled[i - 1]) + part)).join(""),
});

/** Markup from a source that escapes by itself. */
export const markup = (text: string): Html => ({ html: text });

function markupOf(content: Content): string {
  if (content === undefined || content === false) return "";
  if (typeof content === "string") return escapeHtml(content);
  if (typeof content === "number") return String(content);
  if ("html" in content) return content.html;
  return content.map(markupOf).join("");
}
