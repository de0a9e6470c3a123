import { type NdArray, at, fault, sizeOf } from "../../base/index.ts";
import type { BatchSource } from "../../evaluate/index.ts";
import type { Examples } from "./types.ts";

/**
 * Examples that are made while training goes on: rows [x, y] or [x, y, weights], as many at a time as it likes. A function is called anew for each
 * epoch, from 1; an iterable goes on from epoch to epoch. An epoch takes `stepsPerEpoch` batches of rows, in their order.
 * @example
 * async function* drawn(epoch: number): AsyncGenerator<Examples> {
 *   for (let i = 0; i < 3; i++) yield [x, y]; // from a camera, a database, a game …
 * }
 * model.compile({ optimizer: "adam", loss: "sparseCategoricalCrossentropy" });
 * await model.fit(drawn, { stepsPerEpoch: 3, batchSize: 6, epochs: 2 });
 */
export type ExampleStream = RowStream | ((epoch: number) => RowStream);

type RowStream = AsyncIterable<Examples> | Iterable<Examples>;

/** Whether a value can be read piece by piece; lists and arrays of numbers are rows themselves. */
export const isStream = (value: unknown): value is ExampleStream => {
  if (typeof value === "function") return true;
  if (typeof value !== "object" || value === null || Array.isArray(value) || ArrayBuffer.isView(value))
    return false;
  return Symbol.asyncIterator in value || Symbol.iterator in value;
};

/** ExampleRows as arrays, checked. */
export interface ExampleRows {
  readonly x: NdArray;
  readonly y: NdArray;
  /** Factor of each example's loss, [n]; absent where all count alike. */
  readonly weights?: NdArray | undefined;
}

/** Reads rows as they are asked for. */
export interface OpenStream {
  /** The first rows, which stay the first of the source. */
  readonly first: ExampleRows;
  /** An epoch of so many rows after the other. */
  source(count: number): BatchSource;
  /** Tells the stream that no more is wanted. */
  readonly close: () => Promise<void>;
}

/** Begins to read a stream; `parse` checks each piece of it. @throws when it has none */
export async function openStream(
  stream: ExampleStream,
  parse: (piece: unknown) => ExampleRows,
): Promise<OpenStream> {
  const reader = readerOf(stream, parse);
  const first = await firstOf(reader);
  return { first, close: reader.close, source: (count) => sourceOf(reader, first, count) };
}

/** @throws when the first piece is none, or there is none, after the stream was told that no more is wanted */
async function firstOf(reader: Reader): Promise<ExampleRows> {
  try {
    await reader.begin(1);
    const first = await reader.next();
    if (first) return first;
    throw fault("model.fit", {
      expected: "a stream of [x, y]",
      received: "one that ends at once",
      exitCode: 2,
    });
  } catch (error) {
    await reader.close();
    throw error;
  }
}

interface Reader {
  /** @returns whether the stream starts anew */
  begin(epoch: number): Promise<boolean>;
  next(): Promise<ExampleRows | undefined>;
  readonly close: () => Promise<void>;
}

function readerOf(stream: ExampleStream, parse: (piece: unknown) => ExampleRows): Reader {
  let iterator: AsyncIterator<unknown> | Iterator<unknown> | undefined;
  let begun = 0;
  const close = async (): Promise<void> => {
    await iterator?.return?.();
    iterator = undefined;
  };
  return {
    close,
    begin: async (epoch) => {
      if (epoch === begun || (iterator && typeof stream !== "function")) return false;
      await close();
      begun = epoch;
      iterator = iteratorOf(typeof stream === "function" ? stream(epoch) : stream);
      return true;
    },
    next: async () => {
      const step = await iterator?.next();
      return step && !step.done ? parse(step.value) : undefined;
    },
  };
}

const iteratorOf = (rows: RowStream): AsyncIterator<unknown> | Iterator<unknown> =>
  Symbol.asyncIterator in rows ? rows[Symbol.asyncIterator]() : rows[Symbol.iterator]();

/** ExampleRows that were read and not yet used. */
interface Rest {
  readonly rows: ExampleRows;
  /** Used of them. */
  from: number;
}

function sourceOf(reader: Reader, first: ExampleRows, count: number): BatchSource {
  const [inputShape, targetShape] = [first.x.shape.slice(1), first.y.shape.slice(1)];
  let rest: Rest | undefined = { rows: first, from: 0 };
  let [current, given] = [1, 0];
  const rows = async (): Promise<Rest> => {
    while (!rest || rest.from >= (rest.rows.x.shape[0] ?? 0)) {
      const next = await reader.next();
      if (!next) throw endedEarly(current, given, count);
      rest = { rows: next, from: 0 };
    }
    return rest;
  };
  return {
    count,
    inputShape,
    targetShape,
    inOrder: true,
    ...(first.weights && { weighted: true }),
    async write({ indices, epoch }, { x, y, weights }) {
      if (epoch !== current) {
        [current, given] = [epoch, 0];
        if (await reader.begin(epoch)) rest = undefined;
      }
      for (let done = 0; done < indices.length;) {
        const held = await rows();
        const taken = Math.min(indices.length - done, at(held.rows.x.shape, 0) - held.from);
        const part = { from: held.from, rows: taken, to: done };
        copy(held.rows.x, part, x);
        copy(held.rows.y, part, y);
        if (weights && held.rows.weights) copy(held.rows.weights, part, weights);
        held.from += taken;
        done += taken;
        given += taken;
      }
    },
  };
}

const endedEarly = (epoch: number, given: number, count: number): Error =>
  fault("model.fit", {
    expected: `${count} examples an epoch, stepsPerEpoch times batchSize`,
    received: `${given} in epoch ${epoch}, then the stream ended`,
    fix: "give a smaller stepsPerEpoch, or a function that starts the stream anew for each epoch",
    exitCode: 2,
  });

function copy(
  { shape, data }: NdArray,
  { from, rows, to }: { readonly from: number; readonly rows: number; readonly to: number },
  target: Float32Array,
): void {
  const size = sizeOf(shape.slice(1));
  target.set(data.subarray(from * size, (from + rows) * size), to * size);
}
