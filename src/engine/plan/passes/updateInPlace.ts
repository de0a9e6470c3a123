import { type Buffer, type Kernel, elementwise } from "../../kernels/index.ts";
import { loadsOf, touchedStorage } from "../kernelBuffers.ts";
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
  const uses = usesOf(kernels, storageOf);
  for (const update of graph.updates) {
    const [target, made] = [buffers.of(update.target), buffers.of(update.value)];
    const value = storageOf(made);
    const free = !inPlace.has(value) && !asked.has(target) && value.dtype === "f32";
    if (free && isOverwritable({ target, value }, uses, storageOf)) {
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

/** A kernel and its position in the order of the kernels. */
interface Use {
  readonly kernel: Kernel;
  readonly position: number;
}

/** Who writes a buffer first, and who reads it last. */
interface Uses {
  readonly firstWriter: ReadonlyMap<Buffer, Use>;
  readonly lastReader: ReadonlyMap<Buffer, Use>;
}

function usesOf(kernels: readonly Kernel[], storageOf: StorageOf): Uses {
  const [firstWriter, lastReader] = [new Map<Buffer, Use>(), new Map<Buffer, Use>()];
  for (const [position, kernel] of kernels.entries()) {
    const { reads, writes } = touchedStorage(kernel, storageOf);
    for (const buffer of reads) lastReader.set(buffer, { kernel, position });
    for (const buffer of writes) if (!firstWriter.has(buffer)) firstWriter.set(buffer, { kernel, position });
  }
  return { firstWriter, lastReader };
}

/** Whether the kernel that makes the new value is the last to read the old one, if any does. */
function isOverwritable(update: Update, { firstWriter, lastReader }: Uses, storageOf: StorageOf): boolean {
  const writer = firstWriter.get(update.value);
  if (!writer) return false;
  const last = lastReader.get(update.target)?.position ?? -1;
  return (
    last < writer.position ||
    (last === writer.position && readsWhereItWrites(writer.kernel, update, storageOf))
  );
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
