import { type Fault, FoveaError, fault } from "./errors.ts";

/** Something that a system may refuse to give. */
interface Shortage extends Fault {
  readonly who: string;
  /** Codes of such errors, where they have one. */
  readonly codes: readonly string[];
  /** What such errors say where they have no code. */
  readonly says?: RegExp;
}

const shortages: readonly Shortage[] = [
  {
    who: "memory",
    codes: ["ERR_WORKER_OUT_OF_MEMORY"],
    expected: "room in the JavaScript heap of a thread",
    received: "none",
    fix: "start Node with a larger --max-old-space-size (in MB)",
  },
  {
    who: "files",
    codes: ["EMFILE", "ENFILE"],
    expected: "one more open file",
    received: "the system's limit of open files",
    fix: "raise it (ulimit -n)",
  },
  {
    who: "threads",
    codes: ["EAGAIN", "ERR_WORKER_INIT_FAILED"],
    // glib
    says: /error creating thread/i,
    expected: "one more thread",
    received: "the system's limit of threads or of memory",
    fix: "use fewer threads, or raise the limit (ulimit -u, ulimit -v, or that of the container)",
  },
  {
    who: "memory",
    codes: ["ENOMEM"],
    // V8, libvips, emscripten and the dynamic linker
    says: /out of memory|(could not|cannot) allocate memory|array buffer allocation failed|unable to grow instance memory|failed to map segment|\bOOM\b/i,
    expected: "more memory from the system",
    received: "none",
    fix: "use smaller images or a smaller batch, close other programs, or raise the limit (ulimit -v, or that of the container)",
  },
];

/**
 * The error for something that the system would not give to this process (memory, threads, open files, a permission of Node's own);
 * undefined where another thing went wrong. Such an error says nothing about the file or the network that was being worked on.
 */
export function shortageFault(cause: unknown): FoveaError | undefined {
  if (!(cause instanceof Error) || cause instanceof FoveaError) return undefined;
  const code = "code" in cause ? String(cause.code) : "";
  if (code === "ERR_ACCESS_DENIED") return notPermitted(cause);
  // The system's own messages name files, and those may have any name.
  const isOfSystem = /^E[A-Z0-9]+$/.test(code);
  const found = shortages.find(
    ({ codes, says }) => codes.includes(code) || (!isOfSystem && says?.test(cause.message)),
  );
  return found && fault(found.who, { ...found, ofProcess: true, cause });
}

/** An error that ended another thread, as it was there: on the way here it keeps its properties and loses its class. */
export function faultOfThread(error: unknown): unknown {
  if (error instanceof Error && error.name === "FoveaError") return new FoveaError(error.message, error);
  return shortageFault(error) ?? error;
}

/** Options of Node that allow what its permission model refuses, by the name of the permission. */
const permissions: Readonly<Record<string, string>> = {
  WorkerThreads: "--allow-worker",
  FileSystemRead: "--allow-fs-read",
  FileSystemWrite: "--allow-fs-write",
};

function notPermitted(cause: Error): FoveaError {
  const name = "permission" in cause ? String(cause.permission) : "";
  const resource = "resource" in cause && typeof cause.resource === "string" ? cause.resource : "";
  return fault(resource || "permission", {
    expected: permissions[name] ?? (name || "a permission"),
    received: "Node's permission model without it",
    fix: "add it to Node's options, or start Node without its permission model",
    ofProcess: true,
    cause,
  });
}
