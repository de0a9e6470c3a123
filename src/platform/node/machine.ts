import { cpus, totalmem } from "node:os";
import { usableThreads } from "./usableThreads.ts";

/** The machine and the program that runs this one, for people. */
export interface Machine {
  /** "AMD EPYC" */
  readonly processor: string;
  /** Threads that can work side by side here, 64 at most. */
  readonly cores: number;
  readonly memoryBytes: number;
  /** "linux x64" */
  readonly system: string;
  /** "Node 24.21.0, V8 13.6" */
  readonly runtime: string;
}

export function thisMachine(): Machine {
  const { node, v8 } = process.versions;
  return {
    processor: cpus()[0]?.model.trim() ?? "unknown processor",
    cores: usableThreads(),
    memoryBytes: totalmem(),
    system: `${process.platform} ${process.arch}`,
    runtime: `Node ${node}, V8 ${v8.split(".").slice(0, 2).join(".")}`,
  };
}
