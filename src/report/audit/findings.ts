import { countText } from "../../base/index.ts";
import type { AuditReport, Example, Finding, Severity } from "../../audit/index.ts";
import { type ExplainedPart, written } from "../../messages/index.ts";
import { type Content, type Html, html } from "../html.ts";
import { type Mark, sign } from "../icons.ts";
import { listed } from "../lists.ts";
import { explained, folded, section } from "../shell.ts";

const kinds: readonly (readonly [severity: Severity, title: string, part: ExplainedPart])[] = [
  ["error", "Fix before training", "errors"],
  ["warning", "Check before training", "warnings"],
  ["note", "Notes", "notes"],
];
const signs: Readonly<Record<Severity, Mark>> = { error: "bad", warning: "caution", note: "plain" };
const maxExamples = 6;
const maxPaths = 2;
// All of them stand in audit.json.
const maxFiles = 200;

/** What was found, by how much it matters. */
export const findingSections = (report: AuditReport): Content =>
  kinds.map(([severity, title, part]) => {
    const found = report.findings.filter((finding) => finding.severity === severity);
    return (
      found.length > 0 &&
      section(
        title,
        explained(part),
        found.map((finding) => findingCard(finding, report)),
      )
    );
  });

function findingCard(finding: Finding, report: AuditReport): Html {
  const { severity, examples, images } = finding;
  const { text, suggestion = "" } = written(finding);
  const shown = examples
    .filter(({ paths }) => paths.some((path) => report.thumbnails[path]))
    .slice(0, maxExamples);
  const told = shown.length > 0 ? shown : examples.slice(0, maxExamples);
  const more = examples.length - told.length;
  return html`<article class="finding ${signs[severity]}">
    ${sign(signs[severity])}
    <div>
      <h3>${text}</h3>
      <p>${suggestion}</p>
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
  folded(
    `All ${countText(paths.length)} files`,
    listed(paths, maxFiles, (path) => path),
  );

const exampleCard = (example: Example, { thumbnails }: AuditReport): Html => {
  const { paths } = example;
  const images = paths.flatMap((path) => {
    const thumbnail = thumbnails[path];
    return thumbnail === undefined ? [] : [html`<img src="${thumbnail}" alt="${path}" />`];
  });
  return html`<li style="--count:${Math.max(images.length, 2)}">
    ${images.length > 0 && html`<div class="shots">${images}</div>`}
    <p class="legend">${written(example).text}</p>
    <p class="path">
      ${[...paths.slice(0, maxPaths), ...(paths.length > maxPaths ? ["…"] : [])].join(" · ")}
    </p>
  </li>`;
};
