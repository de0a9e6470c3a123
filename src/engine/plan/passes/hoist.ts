import type { Buffer, Kernel } from "../../kernels/index.ts";
import { buffersOf } from "../kernelBuffers.ts";
import { type Liveness, type Pass, type PlanState, kernelPass } from "./pass.ts";

/**
 * Hoists weight-only work, such as folding, packing and transforming filters, into a prologue that runs again only after a
 * parameter has changed. A program that updates parameters has none.
 */
export const hoisting: Pass = kernelPass("hoisting", (kernels, state) =>
  state.program.graph.updates.length > 0 ? {} : hoist(kernels, state),
);

function hoist(
  kernels: readonly Kernel[],
  { storageOf, liveOut }: Liveness,
): Pick<PlanState, "kernels" | "prologueLength" | "persistent"> {
  const made = new Set<Buffer>();
  const readLater = new Set(liveOut);
  const [prologue, rest]: [Kernel[], Kernel[]] = [[], []];
  for (const kernel of kernels) {
    const { reads, writes } = buffersOf(kernel);
    const sources = reads.map(storageOf);
    if (sources.every((buffer) => buffer.role === "parameter" || made.has(buffer))) {
      prologue.push(kernel);
      for (const buffer of writes) made.add(storageOf(buffer));
    } else {
      rest.push(kernel);
      for (const buffer of sources) readLater.add(buffer);
    }
  }
  return {
    kernels: [...prologue, ...rest],
    prologueLength: prologue.length,
    persistent: new Set([...made].filter((buffer) => readLater.has(buffer))),
  };
}
