import { type Html, html, markup } from "./html.ts";

/** What a mark says before any word is read. */
export type Mark = "good" | "plain" | "caution" | "bad";

const icon = (drawn: string): Html =>
  markup(
    `<svg viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${drawn}</svg>`,
  );

const icons: Readonly<Record<Mark, Html>> = {
  good: icon(`<circle cx="10" cy="10" r="8.5"/><path d="m6.2 10.4 2.6 2.6 5-5.6"/>`),
  plain: icon(`<circle cx="10" cy="10" r="8.5"/><path d="M10 9.2v5M10 5.9v.1"/>`),
  caution: icon(`<path d="M10 2.2 18.6 17H1.4z"/><path d="M10 8v4M10 14.4v.1"/>`),
  bad: icon(`<circle cx="10" cy="10" r="8.5"/><path d="m6.9 6.9 6.2 6.2M13.1 6.9l-6.2 6.2"/>`),
};

/** An icon for the severity; hidden from screen readers. */
export const sign = (mark: Mark): Html => icons[mark];

// A pupil in an iris.
/** Fovea's own mark. */
export const logo: Html = html`${markup(
  `<svg viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="12" r="10.5" fill="none" stroke="currentColor" stroke-width="2"/><circle cx="12" cy="12" r="4.5" fill="currentColor"/></svg>`,
)}`;
