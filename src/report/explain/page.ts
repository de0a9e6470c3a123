import { colourTable } from "../../explain/index.ts";
import { type ColourScale, messageText, written } from "../../messages/index.ts";
import { type Content, type Html, html } from "../html.ts";
import { skippedNote } from "../lists.ts";
import { explained, factTable, notes, page, section } from "../shell.ts";
import { explainStyle } from "./style.ts";
import type { ExplanationReport, ReportExplained, ReportMap, ReportMethod } from "./types.ts";

/** Writes an explanation as a page that needs no other file and no network; it links to the PNG files beside it. */
export function renderExplanation(report: ExplanationReport): string {
  const { title, summary, methods, images, filters, more, skipped, provenance } = report;
  const head = {
    tab: `${title}: explanation`,
    kind: "explanation",
    title,
    lead: written(summary).text,
    style: explainStyle,
  };
  return page(head, [
    (report.notes.length > 0 || skipped.length > 0) &&
      html`<div class="stack">
        ${notes(report.notes.map((statement) => ({ kind: "plain", statement })))}
        ${skippedNote(skipped, "explanation")}
      </div>`,
    section("How to read it", undefined, [html`<div class="methods">${methods.map(methodText)}</div>`]),
    filters.length > 0 && section("Filters", undefined, [mapsOf(filters)]),
    imagesSection(images, more),
    section("Provenance", undefined, [factTable(provenance)]),
  ]);
}

const methodText = ({ name, colours, statements }: ReportMethod): Html =>
  html`<div>
    <h3>${name}</h3>
    ${ramp(colours)} ${statements.map((one) => html`<p>${messageText(written(one))}</p>`)}
  </div> `;

/** The colours from the least to the most, with the ends named. */
const ramp = ({ colours, least, most }: ColourScale): Html =>
  html`<div class="ramp">
    <i style="background: linear-gradient(90deg, ${stops(colours).join(", ")})"></i>
    <div><span>${least}</span><span>${most}</span></div>
  </div>`;

// As many as the colour maps are made from.
const stopCount = 16;

function stops(colours: ColourScale["colours"]): readonly string[] {
  if (colours === "grey") return ["rgb(0 0 0)", "rgb(255 255 255)"];
  const table = colourTable(colours);
  return Array.from({ length: stopCount }, (_, i) => {
    const step = Math.round((255 * i) / (stopCount - 1));
    return `rgb(${[...table.subarray(step * 3, step * 3 + 3)].join(" ")})`;
  });
}

/** All images in one part, so that the list of contents stays short however many there are. */
const imagesSection = (images: readonly ReportExplained[], more: number): Content =>
  images.length > 0 &&
  section("Images", explained("network-view"), [
    html`<div class="subjects ${images.every(isPair) && "pairs"}">${images.map(subject)}</div>`,
    more > 0 && html`<p class="soft">${written({ code: "explain-more", data: { images: more } }).text}</p>`,
  ]);

/** The image and one map: two of these fit beside each other. */
const isPair = ({ maps, layers }: ReportExplained): boolean => maps.length === 1 && layers.length === 0;

const subject = ({ path, prediction, url, maps, layers }: ReportExplained): Html =>
  html`<article>
    <h3>${path}</h3>
    <div class="maps">
      <figure>
        <img src="${url}" alt="${path}" />
        <figcaption>${written(prediction).text}</figcaption>
      </figure>
      ${maps.map(figure)}
    </div>
    ${layers.length > 0 && mapsOf(layers)}
  </article> `;

const mapsOf = (maps: readonly ReportMap[]): Html => html`<div class="maps">${maps.map(figure)}</div>`;

function figure({ file, url, sharp, caption, remark }: ReportMap): Content {
  const { text } = written(caption);
  return html`<figure>
    <img src="${url}" alt="${text}" class="${sharp && "sharp"}" />
    <figcaption>
      ${text} ${remark && html`<span class="remark">${sentence(written(remark).text)}</span>`}
      <p class="path"><a href="${encodeURIComponent(file)}">${file}</a></p>
    </figcaption>
  </figure> `;
}

/** A remark stands in a table elsewhere, without a capital and a full stop. */
const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
