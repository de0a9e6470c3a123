import {
  type PrepareTransform,
  type ReadMany,
  type ReadPicture,
  type ReadRequest,
  forEachConcurrently,
} from "../../data/index.ts";
import { startWorker } from "./startWorker.ts";

/** What a decoding thread is given when it starts. */
export interface DecodeSetup {
  /** Where the paths begin. */
  readonly folder: string;
  readonly transforms: readonly PrepareTransform[];
  readonly maxPixels: number;
  /** Pixels that all threads together may still take, [1]. */
  readonly freePixels: Int32Array;
}

/** Asks for a few pictures. */
export interface DecodeOrder {
  readonly order: number;
  readonly paths: readonly string[];
}

/** One answer for each order; the pictures stand as their paths did. */
export interface DecodeAnswer {
  readonly order: number;
  readonly pictures: readonly ReadPicture[];
}

export interface ThreadedRequest extends ReadRequest {
  readonly folder: string;
  readonly maxPixels: number;
  readonly threads: number;
}

// Enough that a message costs little, few enough that the threads end together.
const picturesAnOrder = 8;
// One being worked on and one waiting.
const ordersAThread = 2;

/** Reads, decodes and prepares on threads of their own, which end with the call. @throws what `done` throws, and when aborted. */
export async function readInThreads(request: ThreadedRequest, done: Parameters<ReadMany>[1]): Promise<void> {
  const { folder, paths, transforms, maxPixels, threads, signal } = request;
  signal?.throwIfAborted();
  const freePixels = new Int32Array(new SharedArrayBuffer(4)).fill(maxPixels);
  const setup: DecodeSetup = { folder, transforms, maxPixels, freePixels };
  const pool = Array.from({ length: threads }, () => decodeThread(setup));
  const stop = (): void => pool.forEach((thread) => thread.fail(signal?.reason));
  signal?.addEventListener("abort", stop);
  const carryOut = async (order: number): Promise<void> => {
    const first = order * picturesAnOrder;
    const thread = pool.reduce((least, other) => (other.waiting() < least.waiting() ? other : least));
    const pictures = await thread.ask({ order, paths: paths.slice(first, first + picturesAnOrder) });
    for (const [i, picture] of pictures.entries()) await done(first + i, picture);
  };
  try {
    const orders = Math.ceil(paths.length / picturesAnOrder);
    await forEachConcurrently(orders, carryOut, { limit: threads * ordersAThread, signal });
  } finally {
    signal?.removeEventListener("abort", stop);
    await Promise.all(pool.map((thread) => thread.end()));
  }
}

interface DecodeThread {
  ask(order: DecodeOrder): Promise<readonly ReadPicture[]>;
  /** Orders without an answer. */
  waiting(): number;
  /** Answers every order, also later ones, with that error. */
  fail(error: unknown): void;
  end(): Promise<void>;
}

interface Waiting {
  readonly resolve: (pictures: readonly ReadPicture[]) => void;
  readonly reject: (error: unknown) => void;
}

function decodeThread(setup: DecodeSetup): DecodeThread {
  const worker = startWorker("decodeWorker", setup);
  const waiting = new Map<number, Waiting>();
  let failure: { readonly error: unknown } | undefined;
  const fail = (error: unknown): void => {
    failure ??= { error };
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  worker.on("message", ({ order, pictures }: DecodeAnswer) => {
    waiting.get(order)?.resolve(pictures);
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
