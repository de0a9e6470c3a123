import { runInNewContext } from "node:vm";
import { setEngineFlags } from "../limits/engineFlags.ts";

declare global {
  /** In Bun only. */
  var Bun: { readonly gc: (now: boolean) => void } | undefined;
}

let collector: (() => void) | undefined;
let planned = false;

/** Frees what nothing in this thread refers to any more, once what runs now has ended and let go of it; takes some 10 ms. */
export function collectGarbage(): void {
  if (planned) return;
  planned = true;
  const collect = (): void => {
    planned = false;
    collector ??= findCollector();
    collector();
  };
  setImmediate(collect);
}

/**
 * Lets contexts and threads of this process that begin from now on have V8's collector. Called once, before threads are started, and
 * not taken back: flags belong to the whole process, and a thread that takes one back may do so while another is about to use it.
 */
export function exposeCollector(): void {
  if (!globalThis.Bun) setEngineFlags(["--expose-gc"]);
}

/** That of Bun, or of V8: a thread has it from its beginning, this one in a context that begins now. */
function findCollector(): () => void {
  const bun = globalThis.Bun;
  if (bun) return () => bun.gc(true);
  const gc: unknown = globalThis.gc ?? runInNewContext("globalThis.gc");
  return typeof gc === "function" ? () => void gc() : () => undefined;
}
