import { createInterface } from "node:readline";
import { peakBytes } from "../../src/platform/node/peakBytes.ts";
import type { Done, Ready, Request } from "./protocol.ts";

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
