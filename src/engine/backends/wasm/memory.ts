import { comparedBytes, fault, shortageFault } from "../../../base/index.ts";
import { MAX_PAGES, PAGE } from "../../../simd/index.ts";

/** Bytes that a session may take, and whose limit that is. */
export interface MemoryLimit {
  readonly memoryLimit: number;
  /** "90% of this machine's memory" */
  readonly memoryLimitOf: string;
}

const REACH_OF = "which is what WebAssembly can address, whatever the machine has";

/** Refuses a session that would need more than it may take, or than 32-bit addresses reach. @throws naming the lower limit */
export function checkReach(bytes: number, { memoryLimit, memoryLimitOf }: MemoryLimit): void {
  const reachable = MAX_PAGES * PAGE;
  const isReach = reachable <= memoryLimit;
  const maxBytes = isReach ? reachable : memoryLimit;
  if (bytes <= maxBytes) return;
  const [most, needed] = comparedBytes(maxBytes, bytes);
  throw fault("memory", {
    expected: `at most ${most}, ${isReach ? REACH_OF : memoryLimitOf}`,
    received: `a model and batch that need ${needed}`,
    fix: "use a smaller batch or smaller images",
  });
}

/** So many bytes for all threads of a session. @throws where the system has no room for them */
export function sharedMemory(bytes: number): WebAssembly.Memory {
  const pages = Math.ceil(bytes / PAGE);
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  } catch (error) {
    throw shortageFault(error) ?? error;
  }
}
