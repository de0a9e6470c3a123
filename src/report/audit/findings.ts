import type { AuditReport, Example, Finding, Severity } from "../../audit/index.ts";
import { type Content, type Html, html } from "../html.ts";
import { listed, section, sign } from "../shell.ts";
import { countText } from "../words.ts";

const kinds: readonly (readonly [severity: Severity, title: string, explained: string])[] = [
  [
    "error",
    "To put right",
    "What is learned from this as it stands is wrong, or the figures that judge it are.",
  ],
  ["warning", "Worth a look", "Training works, but look at these first: some are easily put right."],
  ["note", "Good to know", "Nothing to be done, unless it surprises you."],
];
const signs = { error: "warning", warning: "warning", note: "plain" } as const;
const mostExamples = 6;
// All of them stand in audit.json.
const mostFiles = 200;

/** What was found, by how much it matters. */
export const findingSections = (report: AuditReport): Content =>
  kinds.map(([severity, title, explained]) => {
    const found = report.findings.filter((finding) => finding.severity === severity);
    return (
      found.length > 0 &&
      section(
        title,
        explained,
        found.map((finding) => findingCard(finding, report)),
      )
    );
  });

function findingCard({ severity, sentence, tryThis, examples, images }: Finding, report: AuditReport): Html {
  const shown = examples
    .filter(({ paths }) => paths.some((path) => report.thumbnails[path]))
    .slice(0, mostExamples);
  const told = shown.length > 0 ? shown : examples.slice(0, mostExamples);
  const more = examples.length - told.length;
  return html`<article class="finding ${severity}">
    ${sign(signs[severity])}
    <div>
      <h3>${sentence}</h3>
      <p>${tryThis}</p>
      ${
        told.length > 0 &&
        html`<ul class="examples">
          ${told.map((example) => exampleCard(example, report))}
        </ul>`
      }
      ${images.length > 1 ? fileList(images) : more > 0 && html`<p class="more">and ${countText(more)} more like these</p>`}
    </div>
  </article>`;
}

/** Which files to go to; folded away, since it may be long. */
const fileList = (paths: readonly string[]): Html =>
  html`<details>
    <summary>All ${countText(paths.length)} files</summary>
    ${listed(paths, mostFiles, (path) => path)}
  </details>`;

const exampleCard = ({ paths, says }: Example, { thumbnails }: AuditReport): Html => {
  const images = paths.flatMap((path) => {
    const thumbnail = thumbnails[path];
    return thumbnail === undefined ? [] : [html`<img src="${thumbnail}" alt="${path}" />`];
  });
  return html`<li style="--count:${Math.max(images.length, 2)}">
    ${images.length > 0 && html`<div class="shots">${images}</div>`}
    <p class="says">${says}</p>
    <p class="path">${paths.slice(0, 2).join(" · ")}</p>
  </li>`;
};
