import { type Shape, at, entryOf, fault, sizeOf } from "../base/index.ts";
import type { Backend, Program, Session } from "../engine/index.ts";
import { type ModelSpec, inferenceProgram } from "../nn/index.ts";

/** A model with its weights. */
export interface RowModel {
  readonly model: ModelSpec;
  /** Of one example, e.g. [96, 96, 3]. */
  readonly inputShape: Shape;
  /** By parameter name. */
  readonly weights: Readonly<Record<string, Float32Array>>;
}

export interface RowOptions {
  readonly backend: Backend;
  /** Examples at a time. @default 1 and up to 16, as many as `maxBytes` allows */
  readonly batchSize?: number;
}

/** Writes the numbers of one example to target[offset …]. */
export type WriteRow = (target: Float32Array, offset: number) => void;

/** A model that answers for one example after the other; what is asked for at one time shares a run. */
export interface Rows {
  /** The model's outputs for one example, uncalibrated. A write that throws rejects this example alone. */
  outputs(write: WriteRow): Promise<Float32Array>;
  /** Takes other weights, by parameter name; equal ones cost a comparison. */
  write(weights: RowModel["weights"]): Promise<void>;
  /** Frees its memory; examples that wait are rejected. */
  close(): void;
}

/** Examples of a full run; chosen, not measured. */
const maxBatch = 16;
/** An idle session holds its memory, so a batch is halved until it fits. Chosen, not measured. */
const maxBytes = 256e6;

/** Opens a session with the model's weights. */
export async function openRows(model: RowModel, { backend, batchSize }: RowOptions): Promise<Rows> {
  const many = batchSize ?? batchWithin(maxBytes, model, backend);
  if (batchSize === undefined) {
    // A batch of one may be computed by another algorithm, whose sums round otherwise; one of two hardly ever is.
    for (const few of [1, 2].filter((size) => size < many)) {
      const opened = await openSession(model, [few, many], backend);
      if (await agree(opened)) return rowsOf(opened);
      opened.session.close();
    }
  }
  return rowsOf(await openSession(model, [many], backend));
}

function batchWithin(bytes: number, model: RowModel, backend: Backend): number {
  let size = maxBatch;
  while (size > 1 && backend.measure(programsOf(model, [size])).total > bytes) size /= 2;
  return size;
}

const nameOf = (batchSize: number): string => `predict ${batchSize}`;

const programsOf = ({ model, inputShape }: RowModel, sizes: readonly number[]): Record<string, Program> =>
  Object.fromEntries(
    sizes.map((batchSize) => [nameOf(batchSize), inferenceProgram(model, { inputShape, batchSize })]),
  );

interface OpenRows {
  readonly session: Session;
  /** Examples of a run, the fewest first. */
  readonly sizes: readonly number[];
  /** Numbers of one example. */
  readonly size: number;
}

async function openSession(
  { weights, ...model }: RowModel,
  sizes: readonly number[],
  backend: Backend,
): Promise<OpenRows> {
  const session = await backend.open(programsOf({ ...model, weights }, sizes));
  await writeAll(session, weights);
  return { session, sizes, size: sizeOf(model.inputShape) };
}

async function writeAll(session: Session, weights: RowModel["weights"]): Promise<void> {
  await Promise.all(Object.entries(weights).map(([name, data]) => session.write(name, data)));
}

/** Outputs of a run, all examples one behind the other. */
async function runOf({ session }: OpenRows, batchSize: number, x: Float32Array): Promise<Float32Array> {
  return entryOf(await session.run(nameOf(batchSize), { x }), "predictions");
}

/** Whether an example gets the same bits in a run of any size, tried with numbers that round at every sum. */
async function agree(opened: OpenRows): Promise<boolean> {
  const { sizes, size } = opened;
  const example = Float32Array.from({ length: size }, (_, i) => (((i + 1) * 7919) % 1013) / 1013);
  const [first, ...others] = await Promise.all(
    sizes.map(async (count) => {
      const x = new Float32Array(count * size);
      x.set(example);
      const all = await runOf(opened, count, x);
      return all.subarray(0, all.length / count);
    }),
  );
  return others.every((row) => row.every((value, i) => Object.is(value, first?.[i])));
}

interface Waiting {
  readonly write: WriteRow;
  readonly resolve: (outputs: Float32Array) => void;
  readonly reject: (error: unknown) => void;
}

function rowsOf(opened: OpenRows): Rows {
  const waiting: Waiting[] = [];
  let running = false;
  let closed = false;
  const few = at(opened.sizes, 0);
  const many = at(opened.sizes, opened.sizes.length - 1);
  const runAll = async (): Promise<void> => {
    // Calls of the same turn of the event loop come together.
    await Promise.resolve();
    while (waiting.length > 0) {
      // Half of a large run is quicker than as many small ones; chosen, not measured.
      const batchSize = waiting.length >= many / 2 ? many : few;
      await answer(waiting.splice(0, batchSize), batchSize, opened);
    }
    running = false;
  };
  return {
    outputs: (write) =>
      new Promise((resolve, reject) => {
        if (closed) return reject(fault("predict", { expected: "an open model", received: "a closed one" }));
        waiting.push({ write, resolve, reject });
        if (running) return;
        running = true;
        void runAll();
      }),
    write: (weights) => writeAll(opened.session, weights),
    close: () => {
      closed = true;
      opened.session.close();
    },
  };
}

/** Runs the examples together; what goes wrong is handed to those that it concerns. */
async function answer(asked: readonly Waiting[], batchSize: number, opened: OpenRows): Promise<void> {
  const x = new Float32Array(batchSize * opened.size);
  const written = asked.filter(({ write, reject }, slot) => {
    try {
      write(x, slot * opened.size);
      return true;
    } catch (error) {
      reject(error);
      return false;
    }
  });
  try {
    const all = written.length > 0 ? await runOf(opened, batchSize, x) : x;
    const width = all.length / batchSize;
    asked.forEach(({ resolve }, slot) => resolve(all.slice(slot * width, (slot + 1) * width)));
  } catch (error) {
    for (const { reject } of asked) reject(error);
  }
}
