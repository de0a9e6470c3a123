import { type FoveaError, fault } from "../../../base/index.ts";
import type { FromWorker, Order, ToWorker, WorkerHandle } from "./protocol.ts";

/** All workers of a backend, as one: they carry out an order side by side, and fail together. */
export interface WorkerPool {
  readonly threads: number;
  /** @throws FoveaError that names `what` when the workers have failed or are closed */
  check(what: string): void;
  /** Lets one piece of work at a time give orders. */
  exclusive<T>(work: () => Promise<T>): Promise<T>;
  /**
   * Gives each worker its order and waits until all have answered: none is still at work when it settles.
   * @throws FoveaError that names `what` when one of them cannot carry it out, has ended, or ends before its answer
   */
  ask(what: string, order: (thread: number) => Order): Promise<void>;
  /** Has every worker forget a session that took so many bytes, once it has done what it was ordered before. */
  forget(session: number, bytes: number): void;
  /** Ends the workers; what they were doing fails. */
  close(): Promise<void>;
}

/** An order under way. */
interface Asked {
  readonly request: number;
  readonly what: string;
  /** Workers that have not answered. */
  missing: number;
  /** The first reason that is not the failure of another. */
  failure?: string;
  failed: boolean;
  readonly settle: (error?: FoveaError) => void;
}

const expected = "all engine threads to do it";

const trapped = (what: string, failure = "a thread that stopped"): FoveaError =>
  fault(what, { expected, received: failure, fix: "this is a bug in fovea; please report it" });

const lost = (what: string, { thread, error }: { thread: number; error: Error }): FoveaError =>
  fault(what, {
    expected,
    received: `the end of thread ${thread + 1} (${error.message})`,
    fix: "start again; in a program of your own, make a new backend",
    cause: error,
  });

/**
 * A closed session's memory is freed when every thread has collected its garbage; workers allocate so little that they never do by
 * themselves. So much may wait for that, bytes. Chosen: few collections, of some 10 ms each, beside the opening of so much.
 */
const MAX_GARBAGE = 2 ** 26;

/** Counted for a session on top of its memory, bytes: code, tables, and some GiB of addresses, which are not endless. Chosen. */
const SESSION_OVERHEAD = 2 ** 21;

/** Takes the workers over: it alone speaks to them from now on. `collect` frees garbage of this thread. */
export function poolOf(workers: readonly WorkerHandle[], collect: () => void = () => undefined): WorkerPool {
  let garbage = 0;
  let requests = 0;
  let asked: Asked | undefined;
  /** Makes the error of everything that is asked once they cannot work any more. */
  let refusal: ((what: string) => FoveaError) | undefined;
  let ending: Promise<unknown> = Promise.resolve();

  const settle = (error?: FoveaError): void => {
    const current = asked;
    asked = undefined;
    for (const worker of workers) worker.setIdle(true);
    current?.settle(error);
  };
  /** One that is gone leaves the others waiting for it, some asleep: all of them end. */
  const end = (reason: (what: string) => FoveaError): void => {
    if (refusal) return;
    refusal = reason;
    settle(asked && reason(asked.what));
    ending = Promise.allSettled(workers.map((worker) => worker.terminate()));
  };
  const take = (answer: FromWorker): void => {
    if (answer.request !== asked?.request) return;
    if (answer.type !== "done") asked.failed = true;
    if (answer.type === "failed") asked.failure ??= answer.message;
    asked.missing--;
    if (asked.missing === 0) settle(asked.failed ? trapped(asked.what, asked.failure) : undefined);
  };
  for (const [thread, worker] of workers.entries()) {
    worker.onMessage((answer) => take(answer as FromWorker));
    worker.onEnd((error) => end((what) => lost(what, { thread, error })));
  }
  const post = (thread: number, message: ToWorker): void => {
    try {
      workers[thread]?.post(message);
    } catch (error) {
      // Some may have the message and wait for the others.
      end((what) => lost(what, { thread, error: error instanceof Error ? error : new Error(String(error)) }));
    }
  };
  return {
    threads: workers.length,
    check: (what) => {
      if (refusal) throw refusal(what);
    },
    exclusive: oneAtATime(),
    ask: (what, order) =>
      new Promise((resolve, reject) => {
        if (refusal) return reject(refusal(what));
        if (workers.length === 0) return resolve();
        const request = ++requests;
        const finish = (error?: FoveaError): void => (error ? reject(error) : resolve());
        asked = { request, what, missing: workers.length, failed: false, settle: finish };
        for (const worker of workers) worker.setIdle(false);
        for (const thread of workers.keys()) if (!refusal) post(thread, { ...order(thread), request });
      }),
    forget: (session, bytes) => {
      garbage += bytes + SESSION_OVERHEAD;
      const full = garbage >= MAX_GARBAGE;
      for (const thread of workers.keys())
        if (!refusal) post(thread, { type: "close", session, collect: full });
      if (!full) return;
      garbage = 0;
      collect();
    },
    close: async () => {
      end((what) => fault(what, { expected: "an open backend", received: "a closed one" }));
      await ending;
    },
  };
}

/** Queues pieces of work, whether the earlier ones succeed or fail. */
function oneAtATime(): WorkerPool["exclusive"] {
  let last: Promise<unknown> = Promise.resolve();
  let turns = 0;
  return (work) => {
    // At once where nothing is under way: the caller may be about to keep this thread busy, and the workers must not wait for that.
    const turn = turns++ === 0 ? work() : last.then(work, work);
    const end = (): void => void turns--;
    last = turn;
    turn.then(end, end);
    return turn;
  };
}
