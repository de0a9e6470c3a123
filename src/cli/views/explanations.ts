import { basename } from "node:path";
import { type ExplainResult, type Explanation, percentText, plural } from "../../app/index.ts";
import { at } from "../../base/index.ts";
import type { Look, Paint } from "../terminal/style.ts";
import { columns } from "../terminal/table.ts";
import { wrapped } from "../terminal/wrap.ts";

type Method = Extract<Explanation, { readonly method: string }>["method"];

/** One row an image and method, then how to read them. */
export function explainResultText(
  { page, explanations, methods }: ExplainResult,
  { paint, width }: Look,
): string {
  const rows: (readonly string[])[] = [];
  let last: string | undefined;
  for (const [i, one] of explanations.entries()) {
    const path = "path" in one ? one.path : undefined;
    const before = explanations[i - 1];
    const continued =
      method(one) === "activations" && before && method(before) === "activations" && pathOf(before) === path;
    if (continued) continue;
    const again = path !== undefined && path === last;
    last = path;
    rows.push(rowOf(one, { paint, again, explanations }));
  }
  const lines = [columns(rows, ["left", "left", "right", "left", "left"])];
  if (methods.length > 0) lines.push("");
  // The page also tells the limits of each method.
  for (const { statements } of methods) lines.push(wrapped(at(statements, 0).text, { width, indent: 0 }));
  if (page !== undefined) lines.push("", `Results: ${paint.bold(page)} (open it in a browser)`);
  return `${lines.join("\n")}\n`;
}

const method = (one: Explanation): Method | undefined => ("method" in one ? one.method : undefined);
const pathOf = (one: Explanation): string | undefined => ("path" in one ? one.path : undefined);

interface RowOptions {
  readonly paint: Paint;
  /** The image stands in the row above. */
  readonly again: boolean;
  readonly explanations: readonly Explanation[];
}

function rowOf(one: Explanation, { paint, again, explanations }: RowOptions): readonly string[] {
  if ("error" in one) return [one.path, paint.warn("not read"), "", one.error];
  const file = basename(one.file);
  if (one.method === "filters") {
    const left = one.filters - one.shownFilters;
    return [one.layer, "", "", file, left > 0 ? `the first ${one.shownFilters} of ${one.filters}` : ""];
  }
  const named = again ? ["", "", ""] : [one.path, paint.bold(one.label), percentText(one.probability)];
  switch (one.method) {
    case "gradcam":
    case "occlusion":
      return [...named, file, one.remark?.text ?? ""];
    case "activations": {
      const layers = explanations.filter(
        (other) => method(other) === "activations" && pathOf(other) === one.path,
      ).length;
      return [...named, file, layers > 1 ? `and ${plural(layers - 1, "more layer")}` : ""];
    }
    default:
      return one satisfies never;
  }
}
