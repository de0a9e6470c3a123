import type { Result } from "./record.ts";
import { figure, range, renderTable } from "./table.ts";

/** One line a step: its time, its work, its memory, its start. `nameOf` must differ for any two steps. */
export function stepTable(results: readonly Result[], nameOf: (result: Result) => string): string {
  const find = (step: Result, quantity: string): number | undefined =>
    results.find((result) => result.quantity === quantity && nameOf(result) === nameOf(step))?.median;
  const seconds = (ms: number | undefined): string => (ms === undefined ? "-" : `${figure(ms / 1000)} s`);
  const rows = results
    .filter(({ quantity }) => quantity === "step")
    .map((step) => [
      nameOf(step),
      `${figure(step.median)} ms`,
      range(step),
      figure(step.gflop && (1000 * step.gflop) / step.median),
      figure(step.ratio),
      `${figure(find(step, "peak memory"))} MiB`,
      seconds(find(step, "compile and first step")),
      seconds(find(step, "start of process to first step")),
    ]);
  const head = ["", "step", "quartiles", "GFLOP/s", "ours / this", "peak", "compile and first", "from start"];
  return renderTable(head, rows);
}
