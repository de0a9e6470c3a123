import { bytesText, comparedBytes, fault, sizeOf } from "../../base/index.ts";
import type { Backend, MemoryUse } from "../../engine/index.ts";
import { parametersOf, trainingProgram } from "../../nn/index.ts";
import type { MemoryBudget } from "../context.ts";
import type { TrainSettings } from "../train/settings.ts";

interface TrainingSize {
  readonly settings: Pick<TrainSettings, "model" | "size" | "optimizer" | "batchSize">;
  /** Images of the training set. */
  readonly trainCount: number;
}

/** What the program itself takes with its threads, before any image or network: 290 MB were measured on two threads (Node 20.20). */
const PROGRAM_BYTES = 300e6;

/**
 * Lays out one training step, which takes more than any other program of a training, before any image is read.
 * Gives the bytes that are left for the images.
 * @throws when the training would take more memory than there is.
 */
export function checkMemory(
  { settings, trainCount }: TrainingSize,
  backend: Backend,
  memory: MemoryBudget,
): number {
  const { model, size, optimizer, batchSize } = settings;
  const count = Math.min(batchSize, trainCount);
  refuseLargeBatch({ count, size }, memory);
  const inputShape = [size, size, 3];
  const train = trainingProgram(model, {
    inputShape,
    batchSize: count,
    loss: "sparseCategoricalCrossentropy",
    optimizer,
  });
  const session = backend.measure({ train });
  const weights = parametersOf(model, inputShape).reduce((sum, { shape }) => sum + 4 * sizeOf(shape), 0);
  const copies = copiesOf({ weights, parameters: session.parameters, batch: batchBytes({ count, size }) });
  const outside = copies + PROGRAM_BYTES;
  refuseTooMuch(session, memory, outside);
  return memory.bytes - session.total - outside;
}

/** Bytes of what a session's numbers are copied from and to. */
interface Copied {
  /** The model's own parameters. */
  readonly weights: number;
  /** Those, and what the optimiser keeps beside them. */
  readonly parameters: number;
  readonly batch: number;
}

/**
 * Bytes that a training holds outside its session when it writes a checkpoint: the weights of the last, the current and the best
 * epoch, a copy of all parameters, the bytes of the file (all of them and the best weights), and two batches, one of them
 * being assembled.
 */
export const copiesOf = ({ weights, parameters, batch }: Copied): number =>
  4 * weights + 2 * parameters + 2 * batch;

const batchBytes = ({ count, size }: { readonly count: number; readonly size: number }): number =>
  count * size * size * 3 * 4;

/** Refuses a batch that alone takes too much: a plan for absurd shapes takes long to make. @throws when it does */
export function refuseLargeBatch(
  batch: { readonly count: number; readonly size: number },
  memory: MemoryBudget,
): void {
  const bytes = batchBytes(batch);
  refuseTooMuch({ parameters: 0, working: bytes, code: 0, total: bytes }, memory);
}

/** `outside` are bytes beside the session. @throws when all would take more memory than there is. */
export function refuseTooMuch(
  { total, parameters, working }: MemoryUse,
  { bytes, of }: MemoryBudget,
  outside = 0,
): void {
  if (total + outside <= bytes) return;
  const [most, needed] = comparedBytes(bytes, total + outside);
  const parts = [
    `${bytesText(parameters)} of parameters`,
    `${bytesText(working)} to work in`,
    ...(outside > 0 ? [`${bytesText(outside)} for copies of weights, batches and the program`] : []),
  ];
  throw fault("memory", {
    expected: `at most ${most}, ${of}`,
    received: `a need of ${needed} (${parts.join(", ")})`,
    fix: "choose a smaller --size or --batch",
  });
}
