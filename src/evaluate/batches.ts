import { sizeOf } from "../base/index.ts";
import type { BatchSource, ExampleTarget, TrainingSource } from "./source.ts";

/** Examples of one batch; rows past `count` are left over from earlier ones. */
export interface Batch extends ExampleTarget {
  /** Position in the order of the first example. */
  readonly from: number;
  readonly count: number;
}

export interface BatchPlan {
  readonly source: BatchSource | TrainingSource;
  /** Indices of the examples, in the order to take them. */
  readonly order: Int32Array;
  /** How often each of `order` came before. @default 0 each */
  readonly repeats?: Int32Array;
  /** Rows of a full batch. */
  readonly batchSize: number;
  /** For augmentation. @default 0 */
  readonly epoch?: number;
  /**
   * Whether a batch begins to run before what came of the one before it is handed on: the engine waits less. Where the loop is left,
   * one batch more has run. Asked before each. @default false
   */
  readonly startsAhead?: boolean | (() => boolean);
}

/** One batch and what came of it; valid until the next one is asked for. */
export interface BatchResult<T> {
  readonly batch: Batch;
  readonly result: T;
}

/** Runs each batch in order and, while it runs, assembles the next, so that the engine never waits. */
export async function* runBatches<T>(
  plan: BatchPlan,
  run: (batch: Batch) => Promise<T>,
): AsyncGenerator<BatchResult<T>, void, undefined> {
  // Two buffers: one is read by the engine while the other is written.
  const buffers = [bufferOf(plan), bufferOf(plan)] as const;
  let batch = await assemble(plan, 0, buffers[0]);
  const { startsAhead = false } = plan;
  const goesAhead = typeof startsAhead === "function" ? startsAhead : (): boolean => startsAhead;
  let ahead: Promise<T> | undefined;
  try {
    for (let step = 1; batch; step++) {
      const from = step * plan.batchSize;
      const running: Promise<T> = ahead ?? run(batch);
      const [result, next] = await both(running, assemble(plan, from, buffers[step % 2 === 0 ? 0 : 1]));
      ahead = next && goesAhead() ? run(next) : undefined;
      // If it fails meanwhile, the next turn throws its error.
      ahead?.catch(() => undefined);
      yield { batch, result };
      batch = next;
    }
  } finally {
    // Whoever has left the loop finds nothing running.
    if (ahead) await Promise.allSettled([ahead]);
  }
}

function bufferOf({ source, batchSize }: BatchPlan): ExampleTarget {
  return {
    x: new Float32Array(batchSize * sizeOf(source.inputShape)),
    y: new Float32Array(batchSize * sizeOf(source.targetShape)),
    ...(source.weighted && { weights: new Float32Array(batchSize) }),
  };
}

async function assemble(plan: BatchPlan, from: number, target: ExampleTarget): Promise<Batch | undefined> {
  const { source, order, repeats, batchSize, epoch = 0 } = plan;
  if (from >= order.length) return undefined;
  const indices = order.subarray(from, from + batchSize);
  // A buffer of the exact size, since a source may take its length for the number of examples.
  const before = repeats && { repeats: repeats.subarray(from, from + batchSize) };
  await source.write({ indices, epoch, ...before }, rowsOf(target, indices.length, source));
  return { ...target, from, count: indices.length };
}

/** The first rows of a buffer, sharing its memory. */
export function rowsOf(
  { x, y, weights }: ExampleTarget,
  count: number,
  source: BatchSource | TrainingSource,
): ExampleTarget {
  return {
    x: x.subarray(0, count * sizeOf(source.inputShape)),
    y: y.subarray(0, count * sizeOf(source.targetShape)),
    ...(weights && { weights: weights.subarray(0, count) }),
  };
}

/** Waits for both even when one fails, so that nothing still runs when its error is thrown. */
async function both<A, B>(a: Promise<A>, b: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([a, b]);
  return [await a, await b];
}
