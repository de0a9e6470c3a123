import { bytesText, comparedBytes, fault } from "../../base/index.ts";
import type { Backend, MemoryUse } from "../../engine/index.ts";
import { trainingProgram } from "../../nn/index.ts";
import type { Services } from "../context.ts";
import type { TrainSettings } from "../train/settings.ts";

interface TrainingSize {
  readonly settings: Pick<TrainSettings, "model" | "size" | "optimizer" | "batchSize">;
  /** Images of the training set. */
  readonly trainCount: number;
}

/**
 * Lays out one training step, which takes more than any other program of a training, before any image is read.
 * @throws when it would take more memory than there is.
 */
export function checkMemory(
  { settings, trainCount }: TrainingSize,
  backend: Backend,
  { memoryBytes }: Services,
): void {
  const { model, size, optimizer, batchSize } = settings;
  const count = Math.min(batchSize, trainCount);
  refuseLargeBatch({ count, size }, memoryBytes);
  const train = trainingProgram(model, {
    inputShape: [size, size, 3],
    batchSize: count,
    loss: "sparseCategoricalCrossentropy",
    optimizer,
  });
  refuseTooMuch(backend.measure({ train }), memoryBytes);
}

/** Refuses a batch that alone takes too much: a plan for absurd shapes takes long to make. @throws when it does */
export function refuseLargeBatch(
  { count, size }: { readonly count: number; readonly size: number },
  memoryBytes: number,
): void {
  const batch = count * size * size * 3 * 4;
  refuseTooMuch({ parameters: 0, working: batch, code: 0, total: batch }, memoryBytes);
}

/** @throws when training would take more memory than there is. */
export function refuseTooMuch({ total, parameters, working }: MemoryUse, memoryBytes: number): void {
  if (total <= memoryBytes) return;
  const [most, needed] = comparedBytes(memoryBytes, total);
  throw fault("memory", {
    expected: `at most ${most}`,
    received: `a need of ${needed} (${bytesText(parameters)} of parameters, ${bytesText(working)} to work in)`,
    fix: "choose a smaller --size or --batch",
  });
}
