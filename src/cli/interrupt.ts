import { type Events, resultOf } from "../app/index.ts";
import { printableData } from "../base/index.ts";
import type { Progress } from "./terminal/progress.ts";

/**
 * Runs the work with a signal that Ctrl-C and a polite kill abort once; a second one ends the process.
 * `acknowledge` is called at the first, so that the user sees it was received.
 */
export async function interruptible<T>(
  work: (signal: AbortSignal) => Promise<T>,
  acknowledge: () => void,
): Promise<T> {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(130);
    acknowledge();
    controller.abort();
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  try {
    return await work(controller.signal);
  } finally {
    process.off("SIGINT", stop);
    process.off("SIGTERM", stop);
  }
}

export interface ShowOptions<E> {
  readonly progress: Progress;
  readonly show: (event: E) => void;
  /** Printed at the first Ctrl-C. @default "Stopping" */
  readonly leaving?: string;
}

/** Shows what happens until the end, every name in it as it can be shown, and gives the result as it is; Ctrl-C ends it early. */
export const shown = <E extends { readonly type: string }, T>(
  start: (signal: AbortSignal) => Events<E, T>,
  { progress, show, leaving = "Stopping" }: ShowOptions<E>,
): Promise<T> =>
  interruptible(
    (signal) => resultOf(start(signal), (event) => show(printableData(event))),
    () => progress.line(leaving),
  ).finally(() => progress.clear());
