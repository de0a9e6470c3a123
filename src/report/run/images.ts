import { type Content, type Html, html } from "../html.ts";
import { section } from "../shell.ts";
import type { ReportImage, RunReport } from "../types.ts";
import { wholePercent } from "../words.ts";

/** Images worth looking at, with what the network looked at beside each. */
export const imageSections = ({ mistakes, uncertain }: RunReport): Content => [
  mistakes.length > 0 &&
    section(
      "Its surest mistakes",
      [
        "Wrong, and most certain of it. Look here first: a wrong label in the data shows up here too.",
        looked(mistakes),
      ],
      [gallery(mistakes)],
    ),
  uncertain.length > 0 &&
    section(
      "Where it wavered",
      ["The images it was least certain of, right or wrong.", looked(uncertain)],
      [gallery(uncertain)],
    ),
];

const looked = (images: readonly ReportImage[]): Content =>
  images.some(({ gradCam }) => gradCam !== undefined) &&
  " Right of each image, warm colours mark what spoke most for what it said (Grad-CAM).";

const gallery = (images: readonly ReportImage[]): Html =>
  html`<ul class="images">
    ${images.map(card)}
  </ul>`;

function card({ path, label, said, probability, thumbnail, gradCam }: ReportImage): Html {
  const sure = html`<span class="whole">${wholePercent(probability)} sure</span>`;
  return html`<li>
    <div class="shots">
      ${
        thumbnail === undefined
          ? html`<span class="missing">no longer there</span>`
          : html`<img src="${thumbnail}" alt="${label}" />`
      }${gradCam !== undefined && html`<img src="${gradCam}" alt="what it looked at" />`}
    </div>
    <p class="said">
      <b>${label}</b> ${said === label ? "named rightly" : html`taken for <b>${said}</b>`}, ${sure}
    </p>
    <p class="path">${path}</p>
  </li>`;
}
