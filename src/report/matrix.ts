import type { ClassMetrics } from "../evaluate/index.ts";
import { escapeHtml } from "./html.ts";
import { countText, percentText } from "./words.ts";

// With more columns than this their names stand upright.
const namesAcross = 8;

/** The confusion matrix as a table: a row is what a picture shows, a column what it was taken for. */
export function matrixTable(
  classNames: readonly string[],
  confusionMatrix: readonly (readonly number[])[],
): string {
  const head = classNames.map((name) => `<th scope="col">${escapeHtml(name)}</th>`).join("");
  const rows = confusionMatrix.map((row, truth) => {
    const total = row.reduce((sum, n) => sum + n, 0);
    const cells = row.map((n, taken) => matrixCell(n, total > 0 ? n / total : 0, truth === taken));
    return `<tr><th scope="row">${escapeHtml(classNames[truth] ?? "")}</th>${cells.join("")}</tr>`;
  });
  const kind = classNames.length > namesAcross ? "matrix many" : "matrix";
  return `<table class="${kind}"><thead><tr><th></th>${head}</tr></thead><tbody>${rows.join("")}</tbody></table>`;
}

function matrixCell(n: number, share: number, right: boolean): string {
  if (n === 0) return `<td class="none">·</td>`;
  const colour = `rgba(var(${right ? "--good" : "--bad"}), ${(0.12 + 0.6 * share).toFixed(2)})`;
  return `<td style="background:${colour}" title="${percentText(share)} of this row">${countText(n)}</td>`;
}

/** Precision, recall and F1 of each class. */
export function classTable(perClass: readonly ClassMetrics[]): string {
  const rows = perClass.map(
    ({ name, precision, recall, f1, support }) =>
      `<tr><th scope="row">${escapeHtml(name)}</th><td>${percentText(precision)}</td><td>${percentText(recall)}</td>` +
      `<td>${f1.toFixed(3)}</td><td>${countText(support)}</td></tr>`,
  );
  return `<table><thead><tr><th></th><th>precision</th><th>recall</th><th>F1</th><th>pictures</th></tr></thead><tbody>${rows.join("")}</tbody></table>`;
}
