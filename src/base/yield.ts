/** Lets whatever else waits in this thread run, such as timers and signals, before long work goes on. */
export const yieldToEventLoop = (): Promise<void> => new Promise((resolve) => void setTimeout(resolve));
