import type { Kernel } from "../../kernels/index.ts";
import { buffersOf } from "../kernelBuffers.ts";
import { type Liveness, type Pass, kernelPass } from "./pass.ts";

/** Drops the stores of loop nests that nobody reads, as fusion leaves them, and nests that store nothing any more. */
export const deadStoreElimination: Pass = kernelPass("dead-store elimination", (kernels, state) => ({
  kernels: eliminateDeadStores(kernels, state),
}));

function eliminateDeadStores(
  kernels: readonly Kernel[],
  { storageOf, liveOut }: Liveness,
): readonly Kernel[] {
  const live = new Set([...liveOut, ...kernels.flatMap((kernel) => buffersOf(kernel).reads.map(storageOf))]);
  return kernels.flatMap((kernel): Kernel[] => {
    if (kernel.kind !== "nest") return [kernel];
    const writes = kernel.writes.filter(({ access }) => live.has(storageOf(access.buffer)));
    if (writes.length === kernel.writes.length) return [kernel];
    return writes.length > 0 ? [{ ...kernel, writes }] : [];
  });
}
