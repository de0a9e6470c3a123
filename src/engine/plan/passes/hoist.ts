import type { Buffer, Kernel } from "../../kernels/index.ts";
import { type TouchedStorage, touchedStorage } from "../kernelBuffers.ts";
import { type Pass, type PlanState, kernelPass } from "./pass.ts";

/**
 * Hoists weight-only work, such as folding, packing and transforming filters, into a prologue that runs again only after such a
 * weight has changed. What follows from a parameter that the program updates is work of every run.
 */
export const hoisting: Pass = kernelPass("hoisting", hoist);

function hoist(
  kernels: readonly Kernel[],
  state: PlanState,
): Pick<PlanState, "kernels" | "prologueLength" | "persistent"> {
  const { storageOf, liveOut } = state;
  const touched = kernels.map((kernel) => touchedStorage(kernel, storageOf));
  const varying = varyingStorage(touched, updatedStorage(state));
  const stays = ({ reads, writes }: TouchedStorage): boolean =>
    [...reads, ...writes].some((buffer) => varying.has(buffer));
  const [prologue, rest] = [touched.filter((one) => !stays(one)), touched.filter(stays)];
  const readLater = new Set([...liveOut, ...rest.flatMap(({ reads }) => [...reads])]);
  const made = prologue.flatMap(({ writes }) => [...writes]);
  return {
    kernels: [...prologue, ...rest].map(({ kernel }) => kernel),
    prologueLength: prologue.length,
    persistent: new Set(made.filter((buffer) => readLater.has(buffer))),
  };
}

/** Parameters that the program updates, and the results that are computed straight into them: what the program changes itself. */
function updatedStorage({ program, buffers, inPlace }: PlanState): ReadonlySet<Buffer> {
  return new Set([...program.graph.updates.map(({ target }) => buffers.of(target)), ...inPlace.keys()]);
}

/**
 * What changes from run to run, beside what the program updates. Several kernels may write one buffer, as concatenation does: it
 * follows from parameters alone only where all of them do, and a kernel that stays makes all that it writes vary; hence pass
 * after pass until nothing is added.
 */
function varyingStorage(
  kernels: readonly TouchedStorage[],
  updated: ReadonlySet<Buffer>,
): ReadonlySet<Buffer> {
  const varying = new Set(updated);
  const varies = (buffer: Buffer): boolean => buffer.role === "input" || varying.has(buffer);
  for (let known = -1; known < varying.size;) {
    known = varying.size;
    for (const { reads, writes } of kernels)
      if ([...reads, ...writes].some(varies)) for (const buffer of writes) varying.add(buffer);
  }
  return varying;
}
