import type { Steps } from "../protocol.ts";

interface Mailbox<E> {
  latest: E | undefined;
  wake: (() => void) | undefined;
  finished: boolean;
}

export interface ReportingOptions<T> {
  readonly signal: AbortSignal;
  /** Closes what the work came to where nobody reads on to take it. */
  readonly discard?: (result: T) => Promise<void>;
}

/**
 * Runs work that reports through a callback as a stream of its reports; one that nobody read in time is replaced by the next.
 * Work whose reader breaks off is aborted and waited for, so that nothing goes on behind the reader's back.
 */
export async function* reporting<E, T>(
  work: (report: (event: E) => void, signal: AbortSignal) => Promise<T>,
  { signal, discard = async () => undefined }: ReportingOptions<T>,
): Steps<E, T> {
  const box: Mailbox<E> = { latest: undefined, wake: undefined, finished: false };
  const brokenOff = new AbortController();
  const result = work(
    (event) => {
      box.latest = event;
      box.wake?.();
    },
    AbortSignal.any([signal, brokenOff.signal]),
  );
  const stop = (): void => {
    box.finished = true;
    box.wake?.();
  };
  void result.then(stop, stop);
  let readOn = false;
  try {
    while (!box.finished) {
      if (box.latest === undefined) {
        await new Promise<void>((resolve) => {
          box.wake = resolve;
        });
      }
      const event = box.latest;
      box.latest = undefined;
      if (event !== undefined) yield event;
    }
    readOn = true;
  } finally {
    if (!readOn) {
      brokenOff.abort();
      await result.then(discard, () => undefined);
    }
  }
  return result;
}
