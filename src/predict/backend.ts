/**
 * Options of every call that computes.
 * @example
 * const options: BackendOptions = { threads: 2 };
 */
export interface BackendOptions {
  /** Threads that do arithmetic, 1-64; the results do not depend on it. @default all that the machine has */
  readonly threads?: number;
  /**
   * Round every product and sum by itself: the same bits on processors and runtimes without a fused multiply-add too (Bun), at a lower
   * speed. @default false
   */
  readonly exact?: boolean;
}

/** What of a call's options starts the engine. */
export const backendOptions = ({ threads, exact }: BackendOptions): BackendOptions => ({
  ...(threads !== undefined && { threads }),
  ...(exact !== undefined && { exact }),
});
