import { setTimeout as pause } from "node:timers/promises";
import { setEngineFlags, v8IsAtLeast } from "./limits/engineFlags.ts";
import { type Panel, fasterPanel } from "./panel.ts";
import { checkRuntime } from "./limits/runtime.ts";
import { type Arithmetic, fusesMultiplyAdd, tileProbe } from "../../engine/index.ts";

/** What this process may emit for its processor. */
export interface Processor {
  readonly arithmetic: Arithmetic;
  readonly panel: Panel;
}

/** V8 compiles hot code in the background; the probe has run optimised by the end of this many rounds. */
const ROUNDS = 6;

/**
 * Finds out what the processor and V8 offer. Relaxed SIMD is behind a flag before V8 11.4. From V8 13 pairs of 128-bit operations can
 * be packed into 256-bit ones where the processor has AVX2: that must not change a bit, and must be faster; both are tried.
 */
export async function prepareProcessor({ exact }: { readonly exact: boolean }): Promise<Processor> {
  checkRuntime();
  if (!v8IsAtLeast(11, 4)) setEngineFlags(["--experimental-wasm-relaxed-simd"]);
  const arithmetic = !exact && fusesMultiplyAdd() ? "fused" : "exact";
  return { arithmetic, panel: v8IsAtLeast(13, 0) ? await triedPanel(arithmetic) : 8 };
}

let tried: Promise<Panel> | undefined;

/** Turns the packing on for this process, and off again where a result changes or nothing is gained. */
function triedPanel(arithmetic: Arithmetic): Promise<Panel> {
  tried ??= (async () => {
    const expected = tileProbe(arithmetic, 16)();
    if (!setEngineFlags(["--experimental-wasm-revectorize"])) return 8;
    const [narrow, wide] = [tileProbe(arithmetic, 8, 1), tileProbe(arithmetic, 16, 1)];
    const panel = (await keepsBits(wide, { expected, beside: narrow }))
      ? fasterPanel({ 8: narrow, 16: wide }, () => performance.now())
      : 8;
    if (panel === 8) setEngineFlags(["--no-experimental-wasm-revectorize"]);
    return panel;
  })();
  return tried;
}

/** Whether a product gives the expected bits until V8 has optimised it, and `beside` as well. */
async function keepsBits(
  product: () => string,
  { expected, beside }: { readonly expected: string; readonly beside: () => void },
): Promise<boolean> {
  for (let round = 0; round < ROUNDS; round++) {
    for (let call = 0; call < 20; call++) {
      if (product() !== expected) return false;
      beside();
    }
    await pause(2);
  }
  return true;
}
