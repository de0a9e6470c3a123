import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { Done, Ready, Request } from "./protocol.ts";

/** How to start one that does the work, alone in a process of its own. */
export interface Entrant {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** One that does the work, started and past its first step. */
export interface Contestant {
  readonly name: string;
  readonly ready: Ready;
  /** From the start of the process to the end of its first step, milliseconds. */
  readonly startMs: number;
  run(steps: number): Promise<Done>;
  /** Asks the process to end, and waits until it has, so that its last work disturbs nobody. */
  close(): Promise<void>;
}

/** Threads of the one before may spin a little before they sleep; chosen, not measured. */
const SETTLE_MS = 50;

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

/** Starts a child and waits for its first step. @throws with the end of its error output when it dies */
export async function startContestant({ name, command, args, env = {} }: Entrant): Promise<Contestant> {
  const started = performance.now();
  const child: Child = spawn(command, args, {
    env: { ...process.env, ...env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  const next = messagesOf(name, child);
  const ready = (await next()) as Ready;
  const startMs = performance.now() - started;
  return {
    name,
    ready,
    startMs,
    run: async (steps) => {
      await sleep(SETTLE_MS);
      child.stdin.write(`${JSON.stringify({ steps } satisfies Request)}\n`);
      const done = (await next()) as Done;
      if (!Number.isFinite(done.result)) throw new Error(`${name}: result: ${done.result}`);
      return done;
    },
    close: async () => {
      const ended = child.exitCode === null && child.signalCode === null ? once(child, "exit") : undefined;
      child.stdin.end();
      await ended;
    },
  };
}

/** A function that waits for the child's next message; what else it prints is passed over. */
function messagesOf(name: string, child: Child): () => Promise<Ready | Done> {
  let errors = "";
  child.stderr.on("data", (bytes) => {
    errors = (errors + String(bytes)).slice(-2_000);
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ended = once(child, "exit").then(
    () => `ended: ${errors.trim().split("\n").slice(-3).join(" | ")}`,
    (error: unknown) => String(error),
  );
  // Broken pipes show as the end of the output.
  child.stdin.on("error", () => {});
  return async () => {
    for (;;) {
      const { value, done } = await lines.next();
      if (done) throw new Error(`${name}: ${await ended}`);
      if (value.startsWith("{")) return JSON.parse(value) as Ready | Done;
    }
  };
}

/** Does steps for `ms` milliseconds or `least` steps, whichever is more; gives the last step's time. Chosen, not measured. */
export async function warmUp(
  contestant: Contestant,
  { ms = 1_500, least = 3 }: { readonly ms?: number; readonly least?: number } = {},
): Promise<number> {
  let last = Infinity;
  for (let [steps, spent] = [0, 0]; steps < least || spent < ms; steps++) {
    last = (await contestant.run(1)).ms[0] ?? Infinity;
    spent += last;
  }
  return last;
}

/** How many steps fill `roundMs`, from 1 to 100; chosen, not measured. */
export const stepsFor = (roundMs: number, stepMs: number): number =>
  Math.max(1, Math.min(100, Math.round(roundMs / stepMs)));
