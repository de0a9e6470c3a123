/**
 * Runs the work with a signal that Ctrl-C and a polite kill abort once; a second one ends the process.
 * `say` is called at the first, so that the reader knows it was heard.
 */
export async function interruptible<T>(
  work: (signal: AbortSignal) => Promise<T>,
  say: () => void,
): Promise<T> {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(130);
    say();
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
