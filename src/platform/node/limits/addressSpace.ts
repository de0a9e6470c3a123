import { readFileSync } from "node:fs";
import { bytesText, fault, plural } from "../../../base/index.ts";

/**
 * Address space that a thread takes, bytes: code range, heap, stack and the allocator's arena. 590 MB were measured on Linux x64 with
 * Node 20.20 and 24.22. Where less is left, V8 ends the process without an error that could be caught.
 */
const THREAD_BYTES = 620e6;
/** What the first thread still takes beside: heap that grows, threads of libuv, libvips. */
const OTHER_BYTES = 300e6;

/** What is known of this process's address space, bytes. */
export interface AddressSpace {
  readonly limit: number;
  readonly used: number;
}

/** A small text file of the system; undefined where there is none. */
type ReadText = (path: string) => string | undefined;

const readText: ReadText = (path) => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
};

/** The address space of this process where something limits it (`ulimit -v`; only Linux says so); undefined where nothing does. */
export function addressSpace(read: ReadText = readText): AddressSpace | undefined {
  const limit = /^Max address space\s+(\d+)/m.exec(read("/proc/self/limits") ?? "")?.[1];
  if (limit === undefined) return undefined;
  const used = /^VmSize:\s+(\d+) kB/m.exec(read("/proc/self/status") ?? "")?.[1];
  return used === undefined ? undefined : { limit: Number(limit), used: 1024 * Number(used) };
}

/** Threads that are to be started, and the WebAssembly memories that they will have. */
export interface Starting {
  readonly threads: number;
  /** Of all threads together. */
  readonly memories: number;
}

/** Threads and memories that were started and have not ended; they may not have taken their room yet. */
const running = { threads: 0, memories: 0 };
/** Before the first of them. */
let before: AddressSpace | undefined;

/**
 * Refuses threads for which a limited address space has no room, and counts the others until `release` is called.
 * @throws naming the limit, before anything is started
 */
export function takeAddressSpace(starting: Starting): () => void {
  before ??= addressSpace();
  if (before) {
    checkAddressSpace(before, {
      threads: running.threads + starting.threads,
      memories: running.memories + starting.memories,
      memoryBytes: memoryBytes(),
    });
  }
  running.threads += starting.threads;
  running.memories += starting.memories;
  return () => {
    running.threads -= starting.threads;
    running.memories -= starting.memories;
  };
}

/** What {@link checkAddressSpace} compares with the limit. */
export interface Needs extends Starting {
  /** Address space that each memory takes, however small it is; undefined where there is no room for a single one. */
  readonly memoryBytes: number | undefined;
}

/** @throws where so much does not fit into the address space */
export function checkAddressSpace({ limit, used }: AddressSpace, needs: Needs): void {
  const { threads, memories, memoryBytes: each } = needs;
  const needed = used + OTHER_BYTES + threads * THREAD_BYTES + memories * (each ?? MEMORY_BYTES);
  if (each !== undefined && needed <= limit) return;
  throw fault("address space", {
    expected: `${bytesText(needed)} or more${threads > 0 ? ` for ${plural(threads, "thread")}` : ""}`,
    received: `a limit of ${bytesText(limit)}`,
    fix: "raise it (ulimit -v unlimited), or use fewer threads",
    ofProcess: true,
  });
}

/** V8 reserves what 32-bit addresses reach, and more around it, so that it need not look at every address. */
const MEMORY_BYTES = 10 * 2 ** 30;

let measured: number | undefined;

/** Address space of one WebAssembly memory, by making one; undefined where that fails. */
function memoryBytes(): number | undefined {
  if (measured !== undefined) return measured;
  const used = (): number => addressSpace()?.used ?? 0;
  const first = used();
  try {
    const { buffer } = new WebAssembly.Memory({ initial: 1 });
    measured = Math.max(used() - first, buffer.byteLength);
  } catch {
    return undefined;
  }
  return measured;
}
