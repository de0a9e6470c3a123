import type { Steps } from "./protocol.ts";

/** What work opens and makes, to be closed or taken back when it ends. */
export interface Cleanup {
  /** Runs at the end, however the work ended. */
  atEnd(close: () => Promise<void>): void;
  /** Runs at the end where the work threw, or where its reader broke it off. */
  onFailure(undo: () => Promise<void>): void;
}

/**
 * Runs steps that open things, and then their cleanup, the last first: what was opened later may need what was opened before.
 * @throws what the steps throw
 */
export async function* withCleanup<E, T>(steps: (cleanup: Cleanup) => Steps<E, T>): Steps<E, T> {
  const pending: ((failed: boolean) => Promise<void>)[] = [];
  const cleanup: Cleanup = {
    atEnd: (close) => void pending.push(close),
    onFailure: (undo) => void pending.push(async (failed) => (failed ? undo() : undefined)),
  };
  let failed = true;
  try {
    const result = yield* steps(cleanup);
    failed = false;
    return result;
  } finally {
    await runAll(pending, failed);
  }
}

/** Runs the last first, and every one, also where one of them fails. */
async function runAll(pending: ((failed: boolean) => Promise<void>)[], failed: boolean): Promise<void> {
  const last = pending.pop();
  if (!last) return;
  try {
    await last(failed);
  } finally {
    await runAll(pending, failed);
  }
}
