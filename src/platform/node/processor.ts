import { setTimeout as pause } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { type Arithmetic, fusesMultiplyAdd, tileProbe } from "../../engine/index.ts";

/** What this process may emit for its processor. */
export interface Processor {
  readonly arithmetic: Arithmetic;
  /** Outputs of a register tile, in floats. */
  readonly panel: 8 | 16;
}

const [major = 0, minor = 0] = process.versions.v8.split(".").map(Number);
const v8IsAtLeast = (wantedMajor: number, wantedMinor: number): boolean =>
  major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);

/** V8 compiles hot code in the background; the probe has run optimised by the end of this many rounds. */
const ROUNDS = 6;

/**
 * Finds out what the processor and V8 offer. Relaxed SIMD is behind a flag before V8 11.4. From V8 13 pairs of 128-bit operations can
 * be packed into 256-bit ones: that must not change a bit, which is tried before it is used.
 */
export async function prepareProcessor({ exact }: { readonly exact: boolean }): Promise<Processor> {
  if (!v8IsAtLeast(11, 4)) setFlagsFromString("--experimental-wasm-relaxed-simd");
  const arithmetic = !exact && fusesMultiplyAdd() ? "fused" : "exact";
  return { arithmetic, panel: v8IsAtLeast(13, 0) && (await packsVectors(arithmetic)) ? 16 : 8 };
}

let packed: Promise<boolean> | undefined;

/** Turns the packing on for this process, and off again if a result changes. */
function packsVectors(arithmetic: Arithmetic): Promise<boolean> {
  packed ??= (async () => {
    const expected = tileProbe(arithmetic, 16)();
    setFlagsFromString("--experimental-wasm-revectorize");
    const probe = tileProbe(arithmetic, 16);
    for (let round = 0; round < ROUNDS; round++) {
      for (let call = 0; call < 20; call++) {
        if (probe() === expected) continue;
        setFlagsFromString("--no-experimental-wasm-revectorize");
        return false;
      }
      await pause(2);
    }
    return true;
  })();
  return packed;
}
