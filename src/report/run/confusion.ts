import { percentText, plural } from "../../base/index.ts";
import { confusionsOf } from "../../evaluate/index.ts";
import { written } from "../../messages/index.ts";
import type { Charts } from "../chart.ts";
import { confusionChart } from "../charts/confusion.ts";
import { html } from "../html.ts";
import { listed } from "../lists.ts";
import { type Section, section } from "../shell.ts";
import type { RunReport } from "../types.ts";
import { type MeasuredReport, measuredOn } from "./measured.ts";

const maxConfusions = 6;
/** A matrix of more classes takes two thirds of the width. */
const maxHalfWidth = 9;

/** Which class was predicted as which. */
export function confusionSection(
  charts: Charts,
  run: MeasuredReport & Pick<RunReport, "classNames" | "confusionMatrix">,
): Section {
  const { classNames, confusionMatrix } = run;
  const confusions = confusionsOf(confusionMatrix);
  const explained = written({ code: "confusion-matrix", data: { of: measuredOn(run) } }).text;
  return section("Confusion matrix", explained, [
    html`<div class="beside${classNames.length > maxHalfWidth && " broad"}">
      ${charts.draw(confusionChart(charts, classNames, confusionMatrix))}
      <div>
        <h3>Most frequent confusions</h3>
        ${
          confusions.length > 0
            ? listed(confusions, maxConfusions, ({ truth, predicted, count, share }) => [
                html`<b>${classNames[truth]}</b> predicted as <b>${classNames[predicted]}</b>`,
                html`<span class="soft">
                  — ${plural(count, "time")}, ${percentText(share)} of the class</span
                >`,
              ])
            : html`<p>${written({ code: "no-confusions", data: {} }).text}</p>`
        }
      </div>
    </div>`,
  ]);
}
