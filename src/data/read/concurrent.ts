export interface ConcurrentOptions {
  /** Calls under way at any time. */
  readonly limit: number;
  readonly signal?: AbortSignal | undefined;
}

/** Calls `work` for each of 0 … count - 1, a few at a time; the first error stops the rest and is thrown. */
export async function forEachConcurrently(
  count: number,
  work: (index: number) => Promise<void>,
  { limit, signal }: ConcurrentOptions,
): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) {
      signal?.throwIfAborted();
      try {
        await work(next++);
      } catch (error) {
        next = count;
        throw error;
      }
    }
  };
  const lanes = await Promise.allSettled(Array.from({ length: Math.min(limit, count) }, lane));
  for (const lane of lanes) if (lane.status === "rejected") throw lane.reason;
}
