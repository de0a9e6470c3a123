import { type Buffer, type Kernel, bytesOf } from "../../kernels/index.ts";
import { buffersOf } from "../kernelBuffers.ts";
import type { PlanState } from "../passes/pass.ts";
import type { PlacedBuffer, Placement } from "../types.ts";
import { type Lifetime, aligned, placeLifetimes } from "./arena.ts";

/** The buffers that a plan's caller reads and writes. */
export interface PlanEnds {
  readonly inputs: readonly Buffer[];
  readonly outputs: readonly Buffer[];
}

/** Gives every buffer of a program its place: parameters and constants by their names, all others in an arena by their lifetimes. */
export function placeBuffers(
  kernels: readonly Kernel[],
  state: Pick<PlanState, "storageOf" | "inPlace" | "persistent">,
  { inputs, outputs }: PlanEnds,
): { readonly buffers: readonly PlacedBuffer[]; readonly arenaBytes: number } {
  const { inPlace, persistent } = state;
  const storageOf = (buffer: Buffer): Buffer => {
    const storage = state.storageOf(buffer);
    return inPlace.get(storage) ?? storage;
  };
  const spans = new Map<Buffer, readonly [first: number, last: number]>();
  const touch = (buffer: Buffer, position: number): void => {
    const storage = storageOf(buffer);
    if (storage.role === "parameter" || storage.role === "constant") return;
    const [first, last] = spans.get(storage) ?? [position, position];
    spans.set(storage, [Math.min(first, position), Math.max(last, position)]);
  };
  const touched = kernels.map((kernel) => Object.values(buffersOf(kernel)).flat());
  for (const buffer of inputs) touch(buffer, -1);
  for (const [i, buffers] of touched.entries()) for (const buffer of buffers) touch(buffer, i);
  for (const buffer of outputs) touch(buffer, kernels.length);
  for (const buffer of persistent) for (const end of [-1, kernels.length]) touch(buffer, end);
  const lifetimes = [...spans].map(([key, [first, last]]): Lifetime<Buffer> => {
    return { key, bytes: bytesOf(key), first, last };
  });
  const { offsets, bytes } = placeLifetimes(lifetimes);
  const placementOf = (buffer: Buffer): Placement => {
    const storage = storageOf(buffer);
    if (storage.role === "parameter" || storage.role === "constant")
      return { kind: storage.role, name: storage.name };
    return { kind: "arena", offset: offsets.get(storage) ?? 0, lifetime: spans.get(storage) ?? [-1, -1] };
  };
  const all = new Set([...inputs, ...touched.flat(), ...outputs]);
  return {
    buffers: [...all].map((buffer) => ({
      buffer,
      bytes: bytesOf(buffer),
      placement: placementOf(buffer),
    })),
    arenaBytes: aligned(bytes),
  };
}
