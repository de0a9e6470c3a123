import type { Worker } from "node:worker_threads";
import { at, faultOfThread } from "../../../base/index.ts";
import {
  type PrepareTransform,
  type ReadMany,
  type ReadResult,
  type ReadRequest,
  bytesToPrepare,
  forEachConcurrently,
} from "../../../data/index.ts";
import type { FilePlace, Places } from "../files/places.ts";
import { startWorkers } from "../workers/startWorker.ts";

/** What a decoding thread is given when it starts. */
export interface DecodeSetup {
  readonly transforms: readonly PrepareTransform[];
  readonly inspect: boolean;
  readonly maxPixels: number;
  /** Pixels that all threads together may still take, [1]. */
  readonly freePixels: Int32Array;
  /** Where prepared pixels go, shared by all threads. */
  readonly pixels: SharedArrayBuffer;
}

/** A file to decode, and where it lies. */
export interface PlacedFile extends FilePlace {
  readonly path: string;
}

/** Asks for a few images. */
export interface DecodeOrder {
  readonly order: number;
  readonly files: readonly PlacedFile[];
  /** Offset in the shared memory of the first image; the others follow. */
  readonly offset: number;
}

/** Results for an image besides its pixels. */
export type DecodedImage = Exclude<ReadResult, ReadWell> | Omit<ReadWell, "data">;
type ReadWell = Extract<ReadResult, { readonly data: Uint8Array }>;

/** One answer for each order; the images stand as their files did. */
export interface DecodeAnswer {
  readonly order: number;
  readonly images: readonly DecodedImage[];
}

export interface ThreadedRequest extends ReadRequest {
  readonly places: Places;
  readonly maxPixels: number;
  readonly threads: number;
}

// Enough that a message costs little, few enough that the threads end together; chosen, not measured.
const maxImagesPerOrder = 8;
const maxBytesPerOrder = 2 ** 22;
// One being worked on and one waiting.
const ordersAThread = 2;

/** Reads, decodes and prepares on threads of their own, which end with the call. @throws what `done` throws, and when aborted. */
export async function readInThreads(request: ThreadedRequest, done: Parameters<ReadMany>[1]): Promise<void> {
  const { places, paths, transforms, inspect = false, maxPixels, threads, signal } = request;
  signal?.throwIfAborted();
  const room = roomFor(bytesToPrepare(transforms), threads * ordersAThread);
  const freePixels = new Int32Array(new SharedArrayBuffer(4)).fill(maxPixels);
  const setup: DecodeSetup = { transforms, inspect, maxPixels, freePixels, pixels: room.pixels };
  const pool = startWorkers("decode", threads, setup).map(decodeThread);
  const stop = (): void => pool.forEach((thread) => thread.fail(signal?.reason));
  signal?.addEventListener("abort", stop);
  const carryOut = async (order: number): Promise<void> => {
    const first = order * room.images;
    const thread = pool.reduce((least, other) => (other.waiting() < least.waiting() ? other : least));
    const offset = room.take();
    const files = paths.slice(first, first + room.images).map((path) => ({ path, ...places(path) }));
    const answers = await thread.ask({ order, offset, files });
    for (const [i, answer] of answers.entries()) {
      await done(first + i, "reason" in answer ? answer : { ...answer, data: room.imageAt(offset, i) });
    }
    room.giveBack(offset);
  };
  try {
    const orders = Math.ceil(paths.length / room.images);
    await forEachConcurrently(orders, carryOut, { limit: threads * ordersAThread, signal });
  } finally {
    signal?.removeEventListener("abort", stop);
    await Promise.all(pool.map((thread) => thread.end()));
  }
}

/** Shared memory for the images of all orders under way. */
interface Room {
  readonly pixels: SharedArrayBuffer;
  /** Images of one order. */
  readonly images: number;
  /** Offset of free room for the images of an order. */
  take(): number;
  giveBack(offset: number): void;
  imageAt(offset: number, i: number): Uint8Array;
}

function roomFor(imageBytes: number, orders: number): Room {
  const images = Math.min(Math.max(Math.floor(maxBytesPerOrder / imageBytes), 1), maxImagesPerOrder);
  const pixels = new SharedArrayBuffer(orders * images * imageBytes);
  const free = Array.from({ length: orders }, (_, i) => i * images * imageBytes);
  return {
    pixels,
    images,
    // There are never more orders under way than free offsets.
    take() {
      const offset = at(free, free.length - 1);
      free.pop();
      return offset;
    },
    giveBack: (offset) => void free.push(offset),
    imageAt: (offset, i) => new Uint8Array(pixels, offset + i * imageBytes, imageBytes),
  };
}

interface DecodeThread {
  ask(order: DecodeOrder): Promise<readonly DecodedImage[]>;
  /** Orders without an answer. */
  waiting(): number;
  /** Answers every order, also later ones, with that error. */
  fail(error: unknown): void;
  end(): Promise<void>;
}

interface Waiting {
  readonly resolve: (images: readonly DecodedImage[]) => void;
  readonly reject: (error: unknown) => void;
}

function decodeThread(worker: Worker): DecodeThread {
  const waiting = new Map<number, Waiting>();
  let failure: { readonly error: unknown } | undefined;
  const fail = (error: unknown): void => {
    failure ??= { error: faultOfThread(error) };
    for (const { reject } of waiting.values()) reject(failure.error);
    waiting.clear();
  };
  worker.on("message", ({ order, images }: DecodeAnswer) => {
    waiting.get(order)?.resolve(images);
    waiting.delete(order);
  });
  worker.on("error", fail);
  worker.on("exit", (code) => fail(new Error(`a decoding thread ended with code ${code}`)));
  return {
    ask: (order) =>
      new Promise((resolve, reject) => {
        if (failure) return reject(failure.error);
        waiting.set(order.order, { resolve, reject });
        worker.postMessage(order);
      }),
    waiting: () => waiting.size,
    fail,
    end: async () => void (await worker.terminate()),
  };
}
