import { countText, decimalText, plural, showShape } from "../../base/index.ts";
import { type Buffer, type Kernel, bytesOf } from "../kernels/index.ts";
import { describeKernel, gflopOfKernel } from "./describeKernel.ts";
import { buffersOf } from "./kernelBuffers.ts";
import { aligned } from "./memory/arena.ts";
import type { AlgorithmChoice, PlacedBuffer, Plan, WorkSize } from "./types.ts";

/**
 * A plan as text in aligned columns: what each pass changed, which algorithm was chosen for each convolution and product and what the
 * others would have cost, the kernels in their order with their work and the buffers that they read and write, where every buffer
 * stands and how long, and what the columns mean.
 */
export function describePlan(plan: Plan): string {
  const { passes, algorithms, kernels, prologueLength, buffers, arenaBytes } = plan;
  return [
    summaryOf(plan),
    section(
      "Passes",
      table([["", "size", "stores", "operations", "in place", "hoisted"], ...passes.map(passRow)], "lrrrrr"),
    ),
    algorithms.length > 0 &&
      section(
        "Algorithms",
        table([["work", "chosen", "cost of the others"], ...algorithms.map(algorithmRow)], "lll"),
      ),
    section(
      `Kernels, in the order in which they run${prologueText(prologueLength)}`,
      table([["", "kernel", "FLOP", "bytes", "reads", "writes"], ...kernels.map(kernelRow)], "rlrrll"),
    ),
    section(
      `Buffers (arena: ${countText(arenaBytes)} bytes, of which ${countText(maxLiveBytes(plan))} are needed at once at most)`,
      table(
        [
          ["", "buffer", "shape", "type", "bytes", "location", "needed"],
          ...bufferRows(buffers, kernels.length),
        ],
        "rlllrll",
      ),
    ),
    section("Legend", table(legend, "ll")),
  ]
    .filter((part) => part !== false)
    .join("\n\n");
}

const legend: readonly Row[] = [
  ["size", "nodes of the graph, then ops that they are lowered to, then kernels"],
  ["stores", "arrays written"],
  ["operations", "distinct parts of the expressions of one element, summed over the loop nests"],
  ["in place", "results computed straight into a parameter"],
  ["hoisted", "kernels that run again only after a parameter has changed that the program does not update"],
  ["2x8x8x3 -> 4", "a convolution: images x height x width x channels -> filters"],
  ["2x8 · 8x4, 2x8x4", "a product of matrices: m x k · k x n, m x k x n; ᵀ: stored transposed"],
  ["2x8x4", "a loop nest: how often each loop runs, those of a sum or maximum last"],
  ["cost", "expected time as a multiple of the chosen algorithm's"],
  ["FLOP", "floating-point operations of convolutions and products, two for a multiply-add"],
  ["bytes", "of the buffers that a kernel reads and writes; of a buffer"],
  ["#7", "the buffer of that number"],
  ["needed", "from the first to the last kernel that uses the buffer"],
];

/** A plan that says what it is as a string. The text is made when it is asked for, and a copy of the plan has none. */
export const printable = (plan: Omit<Plan, "toString">): Plan =>
  Object.defineProperty(plan, "toString", {
    enumerable: false,
    value(this: Plan) {
      return describePlan(this);
    },
  });

const section = (title: string, body: string): string => `${title}\n${body}`;

function summaryOf({ passes, kernels, parameters }: Plan): string {
  const nodes = passes[0]?.before.count ?? 0;
  const flop = kernels.reduce((sum, kernel) => sum + flopOf(kernel), 0);
  const bytes = parameters.reduce((sum, buffer) => sum + bytesOf(buffer), 0);
  return `${plural(nodes, "node")} of the graph as ${plural(kernels.length, "kernel")}: ${countText(flop)} FLOP, ${countText(bytes)} bytes of parameters`;
}

const flopOf = (kernel: Kernel): number => Math.round(1e9 * gflopOfKernel(kernel));

const prologueText = (length: number): string =>
  length > 0
    ? `; the first ${length} run again only after a parameter has changed that the program does not update`
    : "";

/** Bytes of the arena that are taken while the kernel that needs most of them runs. */
function maxLiveBytes({ buffers, kernels }: Plan): number {
  const rooms = new Map<string, { bytes: number; first: number; last: number }>();
  for (const { bytes, placement } of buffers) {
    if (placement.kind !== "arena") continue;
    const [first, last] = placement.lifetime;
    rooms.set(placeKey(placement), { bytes: aligned(bytes), first, last });
  }
  const all = [...rooms.values()];
  const liveAt = (kernel: number): number =>
    all.reduce((sum, { bytes, first, last }) => sum + (first <= kernel && kernel <= last ? bytes : 0), 0);
  return Math.max(0, ...Array.from({ length: kernels.length + 2 }, (_, i) => liveAt(i - 1)));
}

/** Buffers with one key are views of one another. */
const placeKey = (placement: Extract<PlacedBuffer["placement"], { kind: "arena" }>): string =>
  [placement.offset, ...placement.lifetime].join(" ");

type Row = readonly string[];

const passRow = ({ name, before, after }: Plan["passes"][number]): Row => [
  name,
  change(before, after, ({ count, unit }) => `${count} ${unit}`),
  change(before, after, ({ stores }) => `${stores}`),
  change(before, after, ({ operations }) => `${operations}`),
  change(before, after, ({ inPlace }) => `${inPlace}`),
  change(before, after, ({ hoisted }) => `${hoisted}`),
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
  const flop = flopOf(kernel);
  const bytes = [...new Set([...reads, ...writes])].reduce((sum, buffer) => sum + bytesOf(buffer), 0);
  return [
    `${i}`,
    describeKernel({ ...kernel, label: shortened(kernel.label) }),
    flop > 0 ? countText(flop) : "",
    countText(bytes),
    names(reads),
    names(writes),
  ];
}

/** Names of merged ops that are shown; an optimiser's update merges a dozen. */
const SHOWN_OPS = 4;

/** "affine, affine, add, ... (12 ops)" */
function shortened(label: string): string {
  const ops = label.split(", ");
  return ops.length > SHOWN_OPS
    ? `${ops.slice(0, SHOWN_OPS - 1).join(", ")}, ... (${ops.length} ops)`
    : label;
}

/** "#3 #7": numbers of the table of buffers. */
const names = (buffers: readonly Buffer[]): string =>
  [...new Set(buffers.map(({ id }) => `#${id}`))].join(" ");

function bufferRows(buffers: readonly PlacedBuffer[], end: number): readonly Row[] {
  const storages = new Map<string, number>();
  return buffers.map(({ buffer, bytes, placement }) => {
    const { id, name, shape, dtype, role } = buffer;
    const title = role === "result" ? name : `${role} ${name}`;
    const start = [`#${id}`, title, showShape(shape), dtype, countText(bytes)];
    const { kind } = placement;
    if (kind !== "arena")
      return [...start, role === kind ? "its own" : `in ${kind} ${placement.name}`, "always"];
    const [first, last] = placement.lifetime;
    const needed = `${first < 0 ? "start" : first} - ${last >= end ? "end" : last}`;
    const storage = storages.get(placeKey(placement));
    storages.set(placeKey(placement), storage ?? id);
    return [
      ...start,
      storage === undefined ? `arena + ${countText(placement.offset)}` : `view of #${storage}`,
      needed,
    ];
  });
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
