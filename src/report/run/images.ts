import { wholePercent } from "../../base/index.ts";
import { type Content, type Html, html } from "../html.ts";
import { explained, section } from "../shell.ts";
import type { ReportImage, RunReport } from "../types.ts";

/** Images worth looking at, each with its Grad-CAM. */
export const imageSections = ({
  mistakes,
  uncertain,
}: Pick<RunReport, "mistakes" | "uncertain">): Content => [
  mistakes.length > 0 &&
    section(
      "Most confident errors",
      [explained("most-confident-errors"), looked(mistakes)],
      [gallery(mistakes)],
    ),
  uncertain.length > 0 &&
    section(
      "Least confident predictions",
      [explained("least-confident"), looked(uncertain)],
      [gallery(uncertain)],
    ),
];

const looked = (images: readonly ReportImage[]): Content =>
  images.some(({ gradCam }) => gradCam !== undefined) && ` ${explained("grad-cam")}`;

const gallery = (images: readonly ReportImage[]): Html =>
  html`<ul class="images">
    ${images.map(card)}
  </ul>`;

function card({ path, label, predicted, probability, thumbnail, gradCam }: ReportImage): Html {
  const confidence = html`<span class="whole">${wholePercent(probability)} confidence</span>`;
  return html`<li>
    <div class="shots">
      ${
        thumbnail === undefined
          ? html`<span class="missing">file not found</span>`
          : html`<img src="${thumbnail}" alt="${label}" />`
      }${gradCam !== undefined && html`<img src="${gradCam}" alt="Grad-CAM" />`}
    </div>
    <p class="prediction">
      <b>${label}</b> ${predicted === label ? "correct" : html`predicted as <b>${predicted}</b>`},
      ${confidence}
    </p>
    <p class="path">${path}</p>
  </li>`;
}
