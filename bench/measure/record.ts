import { appendFile, mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import type { Machine } from "../../src/platform/node/machine.ts";
import { slugOf } from "./machine.ts";
import type { Spread } from "../../src/base/statistics.ts";

/** One line of a results file. */
export interface Result extends Spread {
  /** Who did the work: "Fovea", "PyTorch tuned". */
  readonly who: string;
  /** Of who did it, with the version of Node or Python. */
  readonly version: string;
  readonly work: string;
  readonly threads: number;
  /** What was measured: "step", "kernel …", "peak memory". */
  readonly quantity: string;
  readonly unit: "ms" | "us" | "MiB";
  /** Work of one run, 10^9 floating-point operations of the plain algorithm. */
  readonly gflop?: number;
  /** Ours over this one. */
  readonly ratio?: number;
}

const columns = [
  "date",
  "who",
  "version",
  "work",
  "threads",
  "quantity",
  "unit",
  "median",
  "low",
  "high",
  "count",
  "gflop",
  "ratio",
] as const;

const cell = (value: string | number | undefined = ""): string => {
  const text = typeof value === "number" ? String(Number(value.toPrecision(5))) : value;
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** Adds lines to results/<machine>.csv; gives its path. */
export async function record(machine: Machine, results: readonly Result[]): Promise<string> {
  const path = fileURLToPath(new URL(`../results/${slugOf(machine)}.csv`, import.meta.url));
  const date = new Date().toISOString().slice(0, 10);
  await mkdir(dirname(path), { recursive: true });
  const isNew = await stat(path).then(
    () => false,
    () => true,
  );
  const lines = results.map((result) => {
    const row: Readonly<Record<string, string | number>> = { date, ...result };
    return columns.map((column) => cell(row[column])).join(",");
  });
  await appendFile(path, [...(isNew ? [columns.join(",")] : []), ...lines, ""].join("\n"));
  return path;
}
