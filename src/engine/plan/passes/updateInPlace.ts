import { type Buffer, type Kernel, elementwise } from "../../kernels/index.ts";
import { type TouchedStorage, loadsOf, touchedStorage } from "../kernelBuffers.ts";
import { type Pass, type PlanState, type StorageOf, kernelPass } from "./pass.ts";

/**
 * Computes a parameter's new value straight into the parameter where nobody needs the old one any more (buffer donation), and
 * copies it over at the end of the run where somebody does.
 */
export const inPlaceUpdates: Pass = kernelPass("in-place updates", updateInPlace);

interface Update {
  readonly target: Buffer;
  /** The new value, under its storage. */
  readonly value: Buffer;
}

function updateInPlace(
  kernels: readonly Kernel[],
  { program: { graph, outputs }, buffers, storageOf }: PlanState,
): Pick<PlanState, "kernels" | "inPlace" | "oldValues"> {
  const returned = Object.values(outputs).map(buffers.of);
  const asked = new Set(returned.map(storageOf));
  const inPlace = new Map<Buffer, Buffer>();
  const [snapshots, copies]: [Kernel[], Kernel[]] = [[], []];
  const oldValues = new Map<Buffer, Buffer>();
  const touched = kernels.map((kernel) => touchedStorage(kernel, storageOf));
  for (const update of graph.updates) {
    const [target, made] = [buffers.of(update.target), buffers.of(update.value)];
    const value = storageOf(made);
    const free = !inPlace.has(value) && !asked.has(target) && value.dtype === "f32";
    if (free && isOverwritable(touched, { target, value }, storageOf)) {
      inPlace.set(value, target);
      continue;
    }
    // Another parameter may have changed by the end of the run, so its value is taken at the start.
    const source = value.role === "parameter" ? buffers.temporary("old value", made) : made;
    if (source !== made) snapshots.push(elementwise("snapshot", source, [made], (x) => x));
    copies.push(elementwise("copy", target, [source], (x) => x));
    // Whoever asks for the parameter gets what it held during the run, not what it holds afterwards.
    for (const output of returned)
      if (storageOf(output) === target) oldValues.set(output, buffers.temporary("old value", output));
  }
  const kept = [...oldValues].map(([from, to]) => elementwise("snapshot", to, [from], (x) => x));
  return { kernels: [...snapshots, ...kernels, ...kept, ...copies], inPlace, oldValues };
}

/** Whether the kernel that makes the new value is the last to read the old one, if any does. */
function isOverwritable(kernels: readonly TouchedStorage[], update: Update, storageOf: StorageOf): boolean {
  const writer = kernels.findIndex(({ writes }) => writes.has(update.value));
  const lastReader = kernels.findLastIndex(({ reads }) => reads.has(update.target));
  const found = kernels[writer];
  if (!found || lastReader > writer) return false;
  return lastReader < writer || readsWhereItWrites(found.kernel, update, storageOf);
}

/** An elementwise kernel may write over what it reads at the very same element. */
function readsWhereItWrites(kernel: Kernel, { target, value }: Update, storageOf: StorageOf): boolean {
  if (kernel.kind !== "nest" || kernel.reduce.length > 0) return false;
  const write = kernel.writes.find(({ access }) => storageOf(access.buffer) === value);
  return (
    write !== undefined &&
    loadsOf(kernel).every(
      (access) =>
        storageOf(access.buffer) !== target ||
        (access.offset === write.access.offset &&
          kernel.axes.every((extent, i) => extent === 1 || access.strides[i] === write.access.strides[i])),
    )
  );
}
