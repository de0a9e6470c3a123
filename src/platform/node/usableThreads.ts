import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";

/** More are refused: they would wait for each other longer than they work. */
export const MAX_THREADS = 64;

/** What a system says of its processors. */
export interface ProcessorFacts {
  /** Processors that this process may run on. */
  readonly processors: number;
  /** A small text file of the system; undefined where there is none. */
  readonly readText: (path: string) => string | undefined;
}

/**
 * Threads that can work side by side: as many as the process may have processors, or as its container may have of their time
 * (control groups of Linux, either version; 1.5 processors are 2 threads), from 1 to 64. More threads than that would be stopped
 * in turn while the others wait for them.
 */
export function usableThreads(facts: ProcessorFacts = thisSystem()): number {
  const share = Math.round(Math.min(...sharesOf(facts.readText)));
  return Math.max(1, Math.min(MAX_THREADS, facts.processors, share));
}

const thisSystem = (): ProcessorFacts => ({ processors: availableParallelism(), readText });

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

/** Processors' worth of time that each control group around this process may take; Infinity where none says. */
function sharesOf(read: ProcessorFacts["readText"]): readonly number[] {
  const lines = read("/proc/self/cgroup")?.split("\n") ?? [];
  return lines.flatMap((line) => {
    const [, controllers, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (controllers === undefined || path === undefined) return [];
    const groups = ancestorsOf(path);
    if (controllers === "") return groups.map((group) => shareOf(read(`/sys/fs/cgroup${group}/cpu.max`)));
    if (!controllers.split(",").includes("cpu")) return [];
    return ["cpu", controllers].flatMap((mount) =>
      groups.map((group) => {
        const at = `/sys/fs/cgroup/${mount}${group}/cpu.cfs`;
        return shareOf(`${read(`${at}_quota_us`)} ${read(`${at}_period_us`)}`);
      }),
    );
  });
}

/** "/a/b" as "", "/a" and "/a/b": a group may take no more than those around it. */
function ancestorsOf(path: string): readonly string[] {
  const parts = path.split("/").filter((part) => part !== "");
  return [0, ...parts.keys()].map((_, count) =>
    parts
      .slice(0, count)
      .map((part) => `/${part}`)
      .join(""),
  );
}

/** "200000 100000", microseconds of time in each period, is 2; without a limit ("max", -1) it is Infinity. */
function shareOf(text = ""): number {
  const [quota = 0, period = 0] = text.trim().split(/\s+/).map(Number);
  return quota > 0 && period > 0 ? quota / period : Infinity;
}
