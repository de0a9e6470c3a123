import { countText, percentText } from "../../base/index.ts";
import { groupWord } from "../../data/index.ts";
import type { Charts } from "../chart.ts";
import { barsChart } from "../charts/bars.ts";
import { type Html, html } from "../html.ts";
import { type Section, explained, folded, section } from "../shell.ts";
import type { RunReport } from "../types.ts";

/** Of more classes the bars are folded away. */
const maxBars = 30;

/** The data set and its split. */
export function dataSection(charts: Charts, run: RunReport): Section {
  const { parts, classNames } = run;
  const classes = classNames.map((name, i) => ({
    name,
    counts: parts.map(({ perClass }) => perClass[i] ?? 0),
  }));
  const pieces = parts.map(({ name }) => name);
  const title = "Images per class";
  const bars = charts.draw(
    barsChart(charts, classes, { title, of: "image", ...(pieces.length > 1 && { pieces }) }),
  );
  return section("Data", explained("validation-set"), [
    partTable(run),
    classes.length > maxBars ? folded(`${title} (${countText(classes.length)})`, bars) : bars,
  ]);
}

function partTable({ parts, groupSource }: RunReport): Html {
  const total = parts.reduce((sum, { images }) => sum + images, 0);
  const grouped = parts.some(({ groups }) => groups !== undefined);
  const several = parts.length > 1;
  return html`<div class="scroll">
    <table>
      <thead>
        <tr>
          <th></th>
          <th>images</th>
          ${several && html`<th>share</th>`} ${grouped && html`<th>${groupWord(groupSource)}s</th>`}
        </tr>
      </thead>
      <tbody>
        ${parts.map(
          ({ name, images, groups }) =>
            html`<tr>
              <th scope="row">${name}</th>
              <td>${countText(images)}</td>
              ${several && html`<td>${percentText(images / total)}</td>`}
              ${grouped && html`<td>${groups === undefined ? "–" : countText(groups)}</td>`}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}
