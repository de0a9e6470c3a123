import { readFileSync } from "node:fs";

/** The most memory that this process has held, bytes. */
export function peakBytes(): number {
  try {
    // The kernel's own mark begins anew with the program; that of getrusage may be inherited from the parent.
    const mark = /VmHWM:\s+(\d+) kB/.exec(readFileSync("/proc/self/status", "utf8"));
    if (mark) return Number(mark[1]) * 1024;
  } catch {
    // Not Linux.
  }
  return process.resourceUsage().maxRSS * 1024;
}
