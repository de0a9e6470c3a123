import { countText, decimalText, showShape } from "../../base/index.ts";
import type { Buffer, Kernel } from "../kernels/index.ts";
import { describeKernel } from "./describeKernel.ts";
import { buffersOf } from "./kernelBuffers.ts";
import type { AlgorithmChoice, PlacedBuffer, Plan, WorkSize } from "./types.ts";

/**
 * A plan as text in aligned columns: what each pass changed, which algorithm was chosen for each convolution and product and what the
 * others would have cost, the kernels in their order with the buffers that they read and write, and where every buffer stands and how long.
 */
export function describePlan(plan: Plan): string {
  return [
    "Passes",
    table([["", "work", "stores", "operations"], ...plan.passes.map(passRow)], "lrrr"),
    "",
    "Algorithms (expected cost of the others: times the chosen one's)",
    table(plan.algorithms.map(algorithmRow), "lll"),
    "",
    `Kernels (${plan.kernels.length}; the first ${plan.prologueLength} run again only after a parameter has changed)`,
    table([["", "", "reads", "writes"], ...plan.kernels.map(kernelRow)], "rlll"),
    "",
    `Buffers (arena: ${countText(plan.arenaBytes)} bytes; kernels from first to last use: nothing else stands there meanwhile)`,
    table(
      [
        ["", "name", "shape", "type", "bytes", "place", "kernels"],
        ...plan.buffers.map((placed) => bufferRow(placed, plan.kernels.length)),
      ],
      "rlllrll",
    ),
  ].join("\n");
}

type Row = readonly string[];

const passRow = ({ name, before, after }: Plan["passes"][number]): Row => [
  name,
  change(before, after, ({ count, unit }) => `${count} ${unit}`),
  change(before, after, ({ stores }) => `${stores}`),
  change(before, after, ({ operations }) => `${operations}`),
];

function change(before: WorkSize, after: WorkSize, show: (size: WorkSize) => string): string {
  const [from, to] = [show(before), show(after)];
  return from === to ? to : `${from} → ${to}`;
}

function algorithmRow({ workload, algorithm, candidates }: AlgorithmChoice): Row {
  const chosen = candidates.find((one) => one.algorithm === algorithm)?.cost ?? 1;
  const others = candidates
    .filter((one) => one.algorithm !== algorithm)
    .map((one) => `${one.algorithm} ${decimalText(one.cost / chosen, 2)}`);
  return [workload, algorithm, others.join(", ")];
}

function kernelRow(kernel: Kernel, i: number): Row {
  const { reads, writes } = buffersOf(kernel);
  return [`${i}`, describeKernel(kernel), names(reads), names(writes)];
}

/** "#3 #7": numbers of the table of buffers. */
const names = (buffers: readonly Buffer[]): string =>
  [...new Set(buffers.map(({ id }) => `#${id}`))].join(" ");

function bufferRow({ buffer, bytes, placement }: PlacedBuffer, end: number): Row {
  const { id, name, shape, dtype, role } = buffer;
  const start = [
    `#${id}`,
    role === "result" ? name : `${role} ${name}`,
    showShape(shape),
    dtype,
    countText(bytes),
  ];
  if (placement.kind === "parameter") return [...start, `parameter ${placement.name}`, "always"];
  const [first, last] = placement.lifetime;
  const [from, to] = [first < 0 ? "start" : `${first}`, last >= end ? "end" : `${last}`];
  return [...start, `arena + ${countText(placement.offset)}`, `${from} - ${to}`];
}

/** Rows in columns; `sides` has a letter for each: l left, r right. */
function table(rows: readonly Row[], sides: string): string {
  const widths = Array.from(sides, (_, column) =>
    Math.max(0, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows
    .map((row) =>
      widths
        .map((width, i) => (sides[i] === "r" ? (row[i] ?? "").padStart(width) : (row[i] ?? "").padEnd(width)))
        .join("  ")
        .trimEnd(),
    )
    .map((line) => `  ${line}`)
    .join("\n");
}
