import { sizeOf } from "../../base/index.ts";
import type { Program } from "../backend.ts";
import { type Value, temporaryValue } from "../graph/graph.ts";
import { elementwise } from "../kernels/index.ts";
import { type Lifetime, aligned, placeBuffers } from "./memory/arena.ts";
import { buffersOf, loadsOf } from "./kernelBuffers.ts";
import { type ChosenKernel, cheapest, chooseAlgorithms } from "./algorithms/candidates.ts";
import { foldChannels } from "./passes/foldConstants.ts";
import { type FuseOptions, fuseNests, withoutDeadWrites } from "./passes/fuseLoops.ts";
import { aliasRoots, lowerNodes } from "./passes/fuseEpilogues.ts";
import { prepareFirst } from "./passes/hoist.ts";
import { recomputeCheaply } from "./passes/rematerialize.ts";
import { settledIn } from "./constants.ts";
import type { Choose, Site } from "./site.ts";

/** Where a buffer stands: in the room that all programs of a session share for parameters, or in this program's arena. */
export type Placement =
  | { readonly kind: "parameter"; readonly name: string }
  | { readonly kind: "arena"; readonly offset: number };

/** A program ready to be emitted: kernels in order, a place for every buffer, and how much room they take. */
export interface Plan {
  readonly kernels: readonly ChosenKernel[];
  /** This many kernels at the start depend on parameters alone; their results stay in the arena when the program has run. */
  readonly prepared: number;
  placementOf(buffer: Value): Placement;
  readonly inputs: readonly Value[];
  readonly outputs: Readonly<Record<string, Value>>;
  /** Parameters that the program reads or writes. */
  readonly parameters: readonly Value[];
  readonly arenaBytes: number;
}

export const bytesOf = (value: Value): number => sizeOf(value.shape) * (value.dtype === "u8" ? 1 : 4);

/** What planning may be told; neither `panel` nor threads change a bit, another choice of algorithms does. */
export interface PlanOptions {
  /** @default 8 */
  readonly panel?: Site["panel"];
  /** @default {@link cheapest} */
  readonly choose?: Choose;
}

/** Lowers, fuses, chooses algorithms, and places every buffer by its lifetime. */
export function planProgram(given: Program, { panel = 8, choose = cheapest }: PlanOptions = {}): Plan {
  const program = foldChannels(given);
  const { graph, outputs } = program;
  const wanted = Object.values(outputs);
  const lowered = lowerNodes(program);
  const root = aliasRoots(lowered);
  const kept = new Set([...wanted, ...graph.updates.map(({ value }) => value)].map(root));
  const chosen = chooseAlgorithms({ graph, panel, choose, settled: settledIn(program) }, lowered);
  const computed = fuse(chosen, { root, kept });
  const updates = graph.updates.map(({ target, value }) => ({ target, value: root(value) }));
  const placed = placeUpdates(computed, updates, { root, wanted: new Set(wanted.map(root)) });
  const { kernels, prepared, lasting } =
    updates.length === 0
      ? prepareFirst(computed, { root, kept })
      : { kernels: placed.kernels, prepared: 0, lasting: [] };
  const home = (value: Value): Value => placed.homes.get(root(value)) ?? root(value);
  const inputs = graph.values.filter((value) => value.role === "input");
  const { offsets, bytes } = placeBuffers(lifetimes(kernels, { home, inputs, wanted, lasting }));
  const used = new Set(
    kernels
      .flatMap((kernel) => Object.values(buffersOf(kernel)).flat())
      .concat(wanted)
      .map(home),
  );
  return {
    kernels,
    prepared,
    inputs,
    outputs,
    parameters: graph.values.filter((value) => value.role === "parameter" && used.has(value)),
    arenaBytes: aligned(bytes),
    placementOf: (buffer) => {
      const at = home(buffer);
      return at.role === "parameter"
        ? { kind: "parameter", name: at.name }
        : { kind: "arena", offset: offsets.get(at)! };
    },
  };
}

/** Merges loop nests, first those that can be one, then those for which doing work twice saves memory traffic. */
const fuse = (kernels: readonly ChosenKernel[], options: FuseOptions): ChosenKernel[] =>
  withoutDeadWrites(
    recomputeCheaply(withoutDeadWrites(fuseNests(kernels, options), options), options),
    options,
  );

interface Update {
  readonly target: Value;
  readonly value: Value;
}

/**
 * A new value of a parameter is computed straight into the parameter where nobody needs the old one any more; else it is
 * copied over at the end. `homes` maps the buffers of the first kind to their parameters.
 */
function placeUpdates(
  kernels: readonly ChosenKernel[],
  updates: readonly Update[],
  { root, wanted }: { root: (value: Value) => Value; wanted: ReadonlySet<Value> },
): { kernels: ChosenKernel[]; homes: Map<Value, Value> } {
  const homes = new Map<Value, Value>();
  const snapshots: ChosenKernel[] = [];
  const copies: ChosenKernel[] = [];
  const touched = kernels.map((kernel) => {
    const { reads, writes } = buffersOf(kernel);
    return { reads: new Set(reads.map(root)), writes: new Set(writes.map(root)) };
  });
  for (const { target, value } of updates) {
    const writer = touched.findIndex(({ writes }) => writes.has(value));
    const lastReader = touched.findLastIndex(({ reads }) => reads.has(target));
    const free = writer >= 0 && !homes.has(value) && !wanted.has(target) && value.dtype === "f32";
    const inPlace =
      lastReader < writer ||
      (lastReader === writer && readsWhereItWrites(kernels[writer]!, { target, value, root }));
    if (free && inPlace) {
      homes.set(value, target);
      continue;
    }
    // Another parameter may have changed by the end of the run, so its value is taken at the start.
    const source = value.role === "parameter" ? temporaryValue(value.graph, value) : value;
    if (source !== value) snapshots.push(elementwise("snapshot", source, [value], (x) => x));
    copies.push(elementwise("copy", target, [source], (x) => x));
  }
  return { kernels: [...snapshots, ...kernels, ...copies], homes };
}

/** An elementwise kernel may write over what it reads at the very same element. */
function readsWhereItWrites(
  kernel: ChosenKernel,
  { target, value, root }: Update & { root: (value: Value) => Value },
): boolean {
  if (kernel.kind !== "nest" || kernel.reduce.length > 0) return false;
  const write = kernel.writes.find(({ access }) => root(access.buffer) === value);
  return (
    write !== undefined &&
    loadsOf(kernel).every(
      (access) =>
        root(access.buffer) !== target ||
        (access.offset === write.access.offset &&
          kernel.axes.every((extent, i) => extent === 1 || access.strides[i] === write.access.strides[i])),
    )
  );
}

function lifetimes(
  kernels: readonly ChosenKernel[],
  {
    home,
    inputs,
    wanted,
    lasting,
  }: {
    home: (value: Value) => Value;
    inputs: readonly Value[];
    wanted: readonly Value[];
    lasting: Iterable<Value>;
  },
): Lifetime<Value>[] {
  const spans = new Map<Value, { first: number; last: number }>();
  const touch = (value: Value, at: number): void => {
    const key = home(value);
    if (key.role === "parameter") return;
    const span = spans.get(key);
    spans.set(key, { first: Math.min(span?.first ?? at, at), last: Math.max(span?.last ?? at, at) });
  };
  for (const value of inputs) touch(value, -1);
  for (const [i, kernel] of kernels.entries())
    for (const buffers of Object.values(buffersOf(kernel))) for (const value of buffers) touch(value, i);
  for (const value of wanted) touch(value, kernels.length);
  for (const value of lasting) for (const at of [-1, kernels.length]) touch(value, at);
  return [...spans].map(([key, span]) => ({ key, bytes: bytesOf(key), ...span }));
}
