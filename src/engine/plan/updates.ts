import { type Value, temporaryValue } from "../graph/graph.ts";
import { type Nest, elementwise } from "../kernels/index.ts";
import { buffersOf, loadsIn } from "./buffers.ts";
import type { ChosenKernel } from "./choose.ts";

interface Update {
  readonly target: Value;
  readonly value: Value;
}

/**
 * A new value of a parameter is computed straight into the parameter where nobody needs the old one any more; else it is
 * copied over at the end. `homes` maps the buffers of the first kind to their parameters.
 */
export function placeUpdates(
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

/** An elementwise kernel, or the elementwise end of a product, may write over what it reads at the very same element. */
function readsWhereItWrites(
  kernel: ChosenKernel,
  { target, value, root }: Update & { root: (value: Value) => Value },
): boolean {
  const writes = elementwiseWrites(kernel, (buffer) => root(buffer) === target);
  const write = writes?.find(({ access }) => root(access.buffer) === value);
  if (!writes || !write) return false;
  return loadsIn(writes.map((each) => each.value)).every(
    (access) =>
      root(access.buffer) !== target ||
      (access.offset === write.access.offset &&
        access.strides.every((s, i) => s === write.access.strides[i])),
  );
}

/** What a kernel writes element by element; undefined if it reads a target in another way too. */
function elementwiseWrites(
  kernel: ChosenKernel,
  isTarget: (buffer: Value) => boolean,
): Nest["writes"] | undefined {
  if (kernel.kind === "nest") return kernel.reduce.length === 0 ? kernel.writes : undefined;
  if (kernel.kind !== "product" || isTarget(kernel.a) || isTarget(kernel.b)) return undefined;
  return kernel.finish;
}
