import { plural, groupBy } from "../base/index.ts";
import { type SkippedFile, countSkipped } from "../data/index.ts";
import { type SectionStatement, written } from "../messages/index.ts";
import { type Content, type Html, html } from "./html.ts";
import { sign } from "./icons.ts";

/** The first of many, and how many more there are. */
export function listed<T>(all: readonly T[], max: number, show: (one: T) => Content): Html {
  const more = all.length - max;
  return html`<ul class="plainlist">
    ${all.slice(0, max).map((one) => html`<li>${show(one)}</li>`)}${more > 0 && html`<li class="soft">and ${plural(more, "more", "more")}</li>`}
  </ul>`;
}

// All of them stand in the JSON document.
const maxSkipped = 200;

type SkippedStatement = Extract<SectionStatement, { readonly code: "skipped-files" }>["data"];

/** How many files could not be used, and why; each of them is folded away. */
export const skippedNote = (skipped: readonly SkippedFile[], by: SkippedStatement["by"]): Content =>
  skipped.length > 0 &&
  html`<details class="note plain">
    <summary>
      ${sign("plain")}
      <span
        >${written({ code: "skipped-files", data: { files: countSkipped(skipped), by, reasons: reasonsOf(skipped) } }).text}</span
      >
    </summary>
    ${listed(skipped, maxSkipped, ({ path, reason }) => [path, html`<span class="soft"> — ${reason}</span>`])}
  </details>`;

/** The most frequent first. */
const reasonsOf = (skipped: readonly SkippedFile[]): SkippedStatement["reasons"] =>
  [...groupBy(skipped, ({ reason }) => reason)]
    .map(([reason, files]) => ({ reason, files: countSkipped(files) }))
    .sort((a, b) => b.files - a.files);
