import type { Steps } from "../protocol.ts";

interface Mailbox<E> {
  latest: E | undefined;
  wake: (() => void) | undefined;
  finished: boolean;
}

/** Runs work that reports through a callback as a stream of its reports; one that nobody read in time is replaced by the next. */
export async function* reporting<E, T>(work: (report: (event: E) => void) => Promise<T>): Steps<E, T> {
  const box: Mailbox<E> = { latest: undefined, wake: undefined, finished: false };
  const result = work((event) => {
    box.latest = event;
    box.wake?.();
  });
  const stop = (): void => {
    box.finished = true;
    box.wake?.();
  };
  void result.then(stop, stop);
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
  return result;
}
