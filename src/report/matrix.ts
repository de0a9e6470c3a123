import type { ClassMetrics } from "../evaluate/index.ts";
import { escapeHtml } from "./html.ts";
import { countText, percentText } from "./words.ts";

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
  return `<table class="matrix"><thead><tr><th>shows ↓ taken for →</th>${head}</tr></thead><tbody>${rows.join("")}</tbody></table>`;
}

function matrixCell(n: number, share: number, right: boolean): string {
  const colour = right ? "56, 142, 96" : "200, 80, 60";
  const style = n > 0 ? ` style="background:rgba(${colour}, ${(0.12 + 0.6 * share).toFixed(2)})"` : "";
  return `<td${style} title="${percentText(share)} of this row">${countText(n)}</td>`;
}

/** Precision, recall and F1 of each class. */
export function classTable(perClass: readonly ClassMetrics[]): string {
  const rows = perClass.map(
    ({ name, precision, recall, f1, support }) =>
      `<tr><th scope="row">${escapeHtml(name)}</th><td>${percentText(precision)}</td><td>${percentText(recall)}</td>` +
      `<td>${f1.toFixed(3)}</td><td>${countText(support)}</td></tr>`,
  );
  return `<table><thead><tr><th>class</th><th title="when it says this class, how often it is right">precision</th><th title="how many pictures of this class it finds">recall</th><th title="both in one number, 1 is best">F1</th><th>pictures</th></tr></thead><tbody>${rows.join("")}</tbody></table>`;
}
