import { plural, wholePercent } from "../../base/index.ts";
import { written } from "../../messages/index.ts";
import { type Content, type Html, html } from "../html.ts";
import { explained, folded, section } from "../shell.ts";
import type { ReportErrors, ReportImage, RunReport } from "../types.ts";
import { type MeasuredReport, measuredOn } from "./measured.ts";

// Two rows of a wide page, and one.
const openErrors = 10;
const openUncertain = 5;

/** Images worth looking at, each with its Grad-CAM. */
export const imageSections = (run: MeasuredReport & Pick<RunReport, "errors" | "uncertain">): Content => [
  run.errors.count > 0 && errorSection(run.errors, measuredOn(run).images),
  run.uncertain.length > 0 &&
    section(
      "Least confident predictions",
      [explained("least-confident"), looked(run.uncertain)],
      [gallery(run.uncertain, openUncertain)],
    ),
];

function errorSection(
  { count: errors, threshold, confident, images: shown, file }: ReportErrors,
  images: number,
) {
  const missing = errors - shown.length;
  const data = { errors, images, threshold, confident, missing, file };
  const [high, lower] = [shown.slice(0, confident), shown.slice(confident)];
  return section(
    "Most confident errors",
    [
      `${written({ code: "confident-errors", data }).text} ${explained("most-confident-errors")}`,
      looked(shown),
    ],
    [
      high.length > 0 && gallery(high, openErrors),
      lower.length > 0 &&
        folded(
          `${plural(lower.length, "error")} of lower confidence (${rangeOf(lower)})`,
          gallery(lower, lower.length),
        ),
    ],
  );
}

/** "44% to 79%" */
const rangeOf = (images: readonly ReportImage[]): string => {
  const all = images.map(({ probability }) => probability);
  return `${wholePercent(Math.min(...all))} to ${wholePercent(Math.max(...all))}`;
};

const looked = (images: readonly ReportImage[]): Content =>
  images.some(({ gradCam }) => gradCam !== undefined) && ` ${explained("grad-cam")}`;

/** The first images; the others are folded away. */
const gallery = (images: readonly ReportImage[], open: number): Content => [
  html`<ul class="images">
    ${images.slice(0, open).map(card)}
  </ul>`,
  images.length > open &&
    folded(
      plural(images.length - open, "more", "more"),
      html`<ul class="images">
        ${images.slice(open).map(card)}
      </ul>`,
    ),
];

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
