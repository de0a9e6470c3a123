import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

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

/** That of Bun, or of V8, which gives it to contexts that begin while a flag is set. */
function findCollector(): () => void {
  const bun = globalThis.Bun;
  if (bun) return () => bun.gc(true);
  setFlagsFromString("--expose-gc");
  const gc: unknown = runInNewContext("globalThis.gc");
  setFlagsFromString("--no-expose-gc");
  return typeof gc === "function" ? () => void gc() : () => undefined;
}
