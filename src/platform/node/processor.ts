import { setTimeout as pause } from "node:timers/promises";
import { setEngineFlags, v8IsAtLeast } from "./limits/engineFlags.ts";
import { checkRuntime } from "./limits/runtime.ts";
import { type Arithmetic, fusesMultiplyAdd, tileProbe } from "../../engine/index.ts";

/** What this process may emit for its processor. */
export interface Processor {
  readonly arithmetic: Arithmetic;
  /** Outputs of a register tile, in floats. */
  readonly panel: 8 | 16;
}

/** V8 compiles hot code in the background; the probe has run optimised by the end of this many rounds. */
const ROUNDS = 6;

/**
 * Finds out what the processor and V8 offer. Relaxed SIMD is behind a flag before V8 11.4. From V8 13 pairs of 128-bit operations can
 * be packed into 256-bit ones: that must not change a bit, which is tried before it is used.
 */
export async function prepareProcessor({ exact }: { readonly exact: boolean }): Promise<Processor> {
  checkRuntime();
  if (!v8IsAtLeast(11, 4)) setEngineFlags(["--experimental-wasm-relaxed-simd"]);
  const arithmetic = !exact && fusesMultiplyAdd() ? "fused" : "exact";
  return { arithmetic, panel: v8IsAtLeast(13, 0) && (await packsVectors(arithmetic)) ? 16 : 8 };
}

let packed: Promise<boolean> | undefined;

/** Turns the packing on for this process, and off again if a result changes. */
function packsVectors(arithmetic: Arithmetic): Promise<boolean> {
  packed ??= (async () => {
    const expected = tileProbe(arithmetic, 16)();
    if (!setEngineFlags(["--experimental-wasm-revectorize"])) return false;
    const probe = tileProbe(arithmetic, 16);
    for (let round = 0; round < ROUNDS; round++) {
      for (let call = 0; call < 20; call++) {
        if (probe() === expected) continue;
        setEngineFlags(["--no-experimental-wasm-revectorize"]);
        return false;
      }
      await pause(2);
    }
    return true;
  })();
  return packed;
}
