import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import type { Done, Ready, Request } from "./protocol.ts";

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

/** A step's result, some number out of what it computed. */
export type Step = () => Promise<number>;

const say = (message: Ready | Done): void => void process.stdout.write(`${JSON.stringify(message)}\n`);

/** The whole life of a child that does steps on request: compile, first step, then whatever is asked until input ends. */
export async function serve(version: string, compile: () => Promise<Step>): Promise<void> {
  const started = performance.now();
  const step = await compile();
  const compiled = performance.now();
  await step();
  const done = performance.now();
  say({ type: "ready", version, compileMs: compiled - started, firstStepMs: done - compiled });
  for await (const line of createInterface({ input: process.stdin })) {
    const { steps } = JSON.parse(line) as Request;
    const ms: number[] = [];
    let result = Number.NaN;
    for (let i = 0; i < steps; i++) {
      const before = performance.now();
      result = await step();
      ms.push(performance.now() - before);
    }
    say({ type: "done", ms, result, peakBytes: peakBytes() });
  }
  process.exit(0);
}
