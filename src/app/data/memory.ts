import { FoveaError, bytesText, comparedBytes, fault, isRefusal, sizeOf } from "../../base/index.ts";
import type { Backend, MemoryUse, Program } from "../../engine/index.ts";
import { parametersOf, trainingProgram } from "../../nn/index.ts";
import type { MemoryBudget } from "../context.ts";
import type { TrainSettings } from "../train/settings.ts";

interface TrainingSize {
  readonly settings: Pick<TrainSettings, "model" | "size" | "optimizer" | "batchSize" | "loss">;
  /** Images of the training set. */
  readonly trainCount: number;
}

/** What the program itself takes with its threads, before any image or network: 290 MB were measured on two threads (Node 20.20). */
const PROGRAM_BYTES = 300e6;

/**
 * Lays out one training step, which takes more room than any other program of a training, before any image is read.
 * Gives the bytes that are left for the images.
 * @throws when the training would take more memory than there is.
 */
export function checkMemory(
  { settings, trainCount }: TrainingSize,
  backend: Backend,
  memory: MemoryBudget,
): number {
  const count = Math.min(settings.batchSize, trainCount);
  const { size } = settings;
  const fix = (): string => fixFor(largestBatch(settings, { below: count, backend, memory }));
  refuseLargeBatch({ count, size }, memory, fix);
  const need = needOf(settings, count, backend);
  if (need instanceof FoveaError)
    throw new FoveaError(`${need.message}: ${fix()}`, { exitCode: need.exitCode, cause: need });
  const { session, outside } = need;
  refuseTooMuch(session, memory, { outside, fix });
  return memory.bytes - session.total - outside;
}

/** What a session of this program takes, or the engine's refusal of what no address reaches. */
function measured(train: Program, backend: Backend): MemoryUse | FoveaError {
  try {
    return backend.measure({ train });
  } catch (error) {
    if (isRefusal(error)) return error;
    throw error;
  }
}

interface Need {
  readonly session: MemoryUse;
  /** Bytes beside the session. */
  readonly outside: number;
}

/** What training takes at this batch size, by laying one step out. @throws where the model itself is wrong, whatever the memory */
function needOf(
  { model, size, optimizer, loss }: TrainingSize["settings"],
  count: number,
  backend: Backend,
): Need | FoveaError {
  const inputShape = [size, size, 3];
  const step = { inputShape, batchSize: count, optimizer };
  const train = trainingProgram(model, { ...step, loss: loss ?? "sparseCategoricalCrossentropy" });
  const planned = measured(train, backend);
  if (planned instanceof FoveaError) return planned;
  const specs = parametersOf(model, inputShape);
  const bytesOf = (some: typeof specs): number => some.reduce((sum, { shape }) => sum + 4 * sizeOf(shape), 0);
  const averages = specs.filter(({ trainable }) => !trainable);
  const session = withOthers(planned, { estimates: bytesOf(averages), arrays: averages.length });
  const weights = bytesOf(specs);
  const copies = copiesOf({ weights, parameters: session.parameters, batch: batchBytes({ count, size }) });
  return { session, outside: copies + PROGRAM_BYTES };
}

/** Bytes of one of a session's arrays that an array of few numbers takes more. */
const PADDING = 64;

/**
 * A step's session with what the other programs of a training add (the last batch, accumulated batches, validation, a look at the layers,
 * batch norm's statistics): code, at most three times a step's (twice for plain4, resnet9 and mobilenetv2), and batch norm's estimates,
 * a second array for each moving average. They need no more room to work in than a step.
 */
function withOthers(
  { parameters, working, code }: MemoryUse,
  { estimates, arrays }: { readonly estimates: number; readonly arrays: number },
): MemoryUse {
  const all = { parameters: parameters + estimates + PADDING * arrays, working, code: 4 * code };
  return { ...all, total: all.parameters + all.working + all.code };
}

interface BatchSearch {
  readonly below: number;
  readonly backend: Backend;
  readonly memory: MemoryBudget;
}

/** The largest batch of fewer than `below` images whose training fits into the memory; 0 where not even one image does. */
function largestBatch(settings: TrainingSize["settings"], { below, backend, memory }: BatchSearch): number {
  const { size } = settings;
  const bytesAt = (count: number): number => {
    // A plan for absurd shapes takes long to make.
    if (batchBytes({ count, size }) > memory.bytes) return Infinity;
    const need = needOf(settings, count, backend);
    return need instanceof FoveaError ? Infinity : need.session.total + need.outside;
  };
  const one = bytesAt(1);
  if (one > memory.bytes || below <= 1) return 0;
  // Nearly all of it grows with the images, so that two sizes foretell the rest; algorithms may change with the batch, and buffers
  // with the padding of their addresses, so that the foretold size is tried too.
  let [fits, tooMany] = [1, below];
  let guess = 2;
  for (let tries = 0; tooMany - fits > 1; tries++) {
    const tried = Math.min(Math.max(guess, fits + 1), tooMany - 1);
    const bytes = bytesAt(tried);
    if (bytes <= memory.bytes) fits = tried;
    else tooMany = tried;
    const each = (bytes - one) / (tried - 1);
    const isForetold = bytes < Infinity && tries < 4;
    guess = Math.floor(isForetold ? 1 + (memory.bytes - one) / each : (fits + tooMany) / 2);
  }
  return fits;
}

const fixFor = (largest: number): string =>
  largest === 0
    ? "not even one image at a time fits: choose a smaller --size, or another --model"
    : `the largest batch that fits is --batch ${largest}; or choose a smaller --size`;

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

/** Refuses a batch that alone takes too much: a plan for absurd shapes takes long to make. @param fix default: a smaller --size or --batch. @throws when it does */
export function refuseLargeBatch(
  batch: { readonly count: number; readonly size: number },
  memory: MemoryBudget,
  fix?: RefusalOptions["fix"],
): void {
  const bytes = batchBytes(batch);
  const use = { parameters: 0, working: bytes, code: 0, total: bytes };
  refuseTooMuch(use, memory, { ...(fix && { fix }) });
}

interface RefusalOptions {
  /** Bytes beside the session. @default 0 */
  readonly outside?: number;
  /** What to do. @default a smaller --size or --batch */
  readonly fix?: () => string;
}

/** @throws when all would take more memory than there is. */
export function refuseTooMuch(
  { total, parameters, working }: MemoryUse,
  { bytes, of }: MemoryBudget,
  { outside = 0, fix = () => "choose a smaller --size or --batch" }: RefusalOptions = {},
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
    fix: fix(),
  });
}
